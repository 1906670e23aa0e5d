package dev.kubbo.interop.hessian;

import java.io.File;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A random value of a declared type: shared objects and circles, nulls, the edges of ranges, and every collection that
 * Java writes.
 *
 * Left out is what Java itself loses or breaks on the wire (-0.0, the script of a Locale), doubles that are whole where
 * only Object is declared, and the immutable collections without elements: each is one object in Java, and many on the wire.
 */
final class RandomValues {
    private static final int MAX_DEPTH = 4;
    private static final List<Locale> LOCALES =
        List.of(new Locale("zh", "CN"), Locale.ENGLISH, Locale.ROOT, new Locale("de", "DE", "POSIX"));
    private static final List<String> ZONES = List.of("Europe/Paris", "UTC", "Asia/Tokyo", "America/New_York", "Etc/GMT+3");
    /** Where only Object is declared; for the rest what comes is not what was sent, by the rules of Hessian. */
    private static final List<Type> ANYTHING = List.of(
        Integer.class, Long.class, Double.class, String.class, Boolean.class, byte[].class, Date.class, BigDecimal.class, BigInteger.class, UUID.class,
        LocalDate.class, LocalDateTime.class, Instant.class, Duration.class, ZonedDateTime.class, Locale.class, Currency.class, Class.class,
        AtomicLong.class, Timestamp.class, int[].class, long[].class, String[].class, Object[].class, ArrayList.class, LinkedList.class,
        HashSet.class, LinkedHashSet.class, HashMap.class, LinkedHashMap.class);

    private final SplittableRandom random;
    /** Concrete classes of the contract that may stand where a superclass or Object is declared. */
    private final List<Class<?>> contract;
    /** Objects by their declared type: what a later place may share. */
    private final Map<String, List<Object>> made = new HashMap<>();

    RandomValues(long seed, List<Class<?>> contract) {
        this.random = new SplittableRandom(seed);
        this.contract = contract;
    }

    Object of(Type type) {
        return value(type, TypeVariables.NONE, 0, true);
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    /** @param nullable false for keys and elements where Java's collection takes no null */
    private Object value(Type type, TypeVariables variables, int depth, boolean nullable) {
        Class<?> raw = TypeVariables.raw(type);
        if (raw.isPrimitive()) return scalar(raw);
        if (nullable && chance(10)) return null;
        if (raw == Object.class) return anything(depth, nullable);
        Object scalar = scalar(raw);
        if (scalar != null) return scalar;
        List<Object> known = made.computeIfAbsent(type.getTypeName() + variables, name -> new ArrayList<>());
        if (!known.isEmpty() && chance(5)) return pick(known);
        if (raw.isArray()) return array(raw, type, variables, depth, known);
        if (Collection.class.isAssignableFrom(raw)) return collection(raw, variables.argument(type, 0), variables, depth, known);
        if (Map.class.isAssignableFrom(raw)) {
            return map(raw, variables.argument(type, 0), variables.argument(type, 1), variables, depth, known);
        }
        if (depth > MAX_DEPTH) return null;
        if (Throwable.class.isAssignableFrom(raw)) return throwable(raw, depth, known);
        return object(raw, type, variables, depth, known);
    }

    private Object anything(int depth, boolean nullable) {
        // Without its argument nobody knows what a generic class holds.
        List<Class<?>> plain = contract.stream().filter(each -> each.getTypeParameters().length == 0).toList();
        if (!plain.isEmpty() && chance(3)) {
            Class<?> type = pick(plain);
            Object value = depth > MAX_DEPTH && !type.isEnum() ? null : value(type, TypeVariables.NONE, depth, nullable);
            if (value != null || nullable) return value;
        }
        Type type = pick(ANYTHING);
        if (type != Double.class) return value(type, TypeVariables.NONE, depth + 1, nullable);
        double value = (Double) scalar(Double.class);
        return value == Math.rint(value) && !Double.isInfinite(value) ? value + 0.5 == value ? Double.valueOf(1e300) : Double.valueOf(0.5) : value;
    }

    private int length(int depth) {
        if (depth == 0 && chance(20)) return random.nextInt(300);
        return depth > MAX_DEPTH ? 0 : random.nextInt(Math.max(1, 6 - depth));
    }

    private Object array(Class<?> raw, Type type, TypeVariables variables, int depth, List<Object> known) {
        int length = length(depth);
        Object array = Array.newInstance(raw.getComponentType(), length);
        known.add(array);
        for (int i = 0; i < length; i++) Array.set(array, i, value(variables.argument(type, 0), variables, depth + 1, true));
        return array;
    }

    private List<Object> values(Type element, TypeVariables variables, int depth, boolean nullable) {
        List<Object> values = new ArrayList<>();
        for (int i = length(depth); i > 0; i--) {
            Object value = value(element, variables, depth + 1, nullable);
            if (value != null || nullable) values.add(value);
        }
        return values;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Object collection(Class<?> raw, Type declared, TypeVariables variables, int depth, List<Object> known) {
        // A set has only elements whose texts do not depend on the order.
        boolean isSet = Set.class.isAssignableFrom(raw);
        Type element = isSet && TypeVariables.raw(declared) == Object.class ? String.class : declared;
        Class<?> elementClass = TypeVariables.raw(element);
        if (raw == SortedSet.class) return kept(known, new TreeSet<>(values(element, variables, depth, false)));
        if (!raw.isInterface()) {
            Collection<Object> made;
            try {
                made = (Collection<Object>) raw.getConstructor().newInstance();
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
            known.add(made);
            made.addAll(values(element, variables, depth, raw != TreeSet.class));
            return made;
        }
        if (isSet) {
            switch (random.nextInt(elementClass.isEnum() ? 7 : 5)) {
                case 0: {
                    List<Object> items = values(element, variables, depth, false);
                    return items.isEmpty() ? new HashSet<>() : Set.copyOf(items);
                }
                case 1: return kept(known, new LinkedHashSet<>(values(element, variables, depth, true)));
                case 2: return Collections.emptySet();
                case 3: if (element == String.class) return kept(known, new TreeSet<>(values(element, variables, depth, false)));
                    return kept(known, Collections.synchronizedSet(new HashSet<>(values(element, variables, depth, true))));
                case 4: return kept(known, new HashSet<>(values(element, variables, depth, true)));
                default: {
                    Set set = EnumSet.noneOf((Class) elementClass);
                    set.addAll(values(element, variables, depth, false));
                    // Not shared: it is written in full each time.
                    return set;
                }
            }
        }
        switch (random.nextInt(9)) {
            case 0: return kept(known, Arrays.asList(values(element, variables, depth, true).toArray()));
            case 1: {
                List<Object> items = values(element, variables, depth, false);
                return items.isEmpty() ? items : List.copyOf(items);
            }
            case 2: return Collections.emptyList();
            case 3: return Collections.unmodifiableList(values(element, variables, depth, true));
            case 4: return Collections.singletonList(value(element, variables, depth + 1, true));
            case 5: return kept(known, new LinkedList<>(values(element, variables, depth, true)));
            default: {
                List<Object> list = new ArrayList<>();
                known.add(list);
                list.addAll(values(element, variables, depth, true));
                return list;
            }
        }
    }

    private static Object kept(List<Object> known, Object value) {
        known.add(value);
        return value;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Object map(Class<?> raw, Type declaredKey, Type value, TypeVariables variables, int depth, List<Object> known) {
        Type key = TypeVariables.raw(declaredKey) == Object.class ? String.class : declaredKey;
        Class<?> keyClass = TypeVariables.raw(key);
        Map<Object, Object> map;
        int kind = raw == Map.class ? random.nextInt(keyClass.isEnum() ? 6 : 5) : -1;
        if (ConcurrentMap.class.isAssignableFrom(raw)) map = new ConcurrentHashMap<>();
        else if (raw == SortedMap.class) map = new TreeMap<>();
        else if (!raw.isInterface()) {
            try {
                map = (Map<Object, Object>) raw.getConstructor().newInstance();
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        } else {
            switch (kind) {
                case 0: map = new LinkedHashMap<>(); break;
                case 1: map = keyClass == String.class ? new TreeMap<>() : new ConcurrentHashMap<>(); break;
                case 2: return Collections.emptyMap();
                case 5: map = new EnumMap(keyClass); break;
                default: map = new HashMap<>();
            }
        }
        boolean nullKeys = !(map instanceof ConcurrentMap || map instanceof TreeMap || map instanceof EnumMap) && kind != 3;
        boolean nullValues = !(map instanceof ConcurrentMap) && kind != 3;
        if (kind != 3) known.add(map);
        for (int i = length(depth); i > 0; i--) {
            Object name = value(key, variables, depth + 1, nullKeys);
            Object item = value(value, variables, depth + 1, nullValues);
            if ((name != null || nullKeys) && (item != null || nullValues)) map.put(name, item);
        }
        return kind == 3 && !map.isEmpty() ? Map.copyOf(map) : map;
    }

    private Throwable throwable(Class<?> declared, int depth, List<Object> known) {
        List<Class<?>> candidates = new ArrayList<>(contract.stream().filter(declared::isAssignableFrom).toList());
        if (declared.isAssignableFrom(IllegalStateException.class)) candidates.addAll(List.of(IllegalStateException.class, RuntimeException.class));
        Class<?> raw = pick(candidates);
        String message = (String) value(String.class, TypeVariables.NONE, depth, true);
        Throwable error;
        try {
            error = (Throwable) raw.getConstructor(String.class).newInstance(message);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        List<StackTraceElement> frames = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            frames.add(new StackTraceElement("com.acme.Shop" + i, "sell", chance(4) ? null : "Shop.java", random.nextInt(-2, 900)));
        }
        error.setStackTrace(frames.toArray(new StackTraceElement[0]));
        for (int i = random.nextInt(3) - 1; i > 0 && depth < MAX_DEPTH; i--) {
            Object suppressed = throwable(Throwable.class, depth + 1, new ArrayList<>());
            error.addSuppressed((Throwable) suppressed);
        }
        if (chance(3)) error.initCause(depth < MAX_DEPTH ? throwable(Throwable.class, depth + 1, new ArrayList<>()) : null);
        fill(error, TypeVariables.NONE, depth);
        known.add(error);
        return error;
    }

    private Object object(Class<?> declared, Type type, TypeVariables variables, int depth, List<Object> known) {
        List<Class<?>> subclasses = contract.stream().filter(each -> each != declared && declared.isAssignableFrom(each)).toList();
        Class<?> raw = !subclasses.isEmpty() && chance(3) ? pick(subclasses) : declared;
        TypeVariables inner = raw == declared ? variables.in(type) : TypeVariables.NONE;
        try {
            if (raw.isRecord()) {
                RecordComponent[] components = raw.getRecordComponents();
                Object[] arguments = new Object[components.length];
                for (int i = 0; i < arguments.length; i++) arguments[i] = value(components[i].getGenericType(), inner, depth + 1, true);
                Constructor<?> constructor = raw.getDeclaredConstructors()[0];
                constructor.setAccessible(true);
                return kept(known, constructor.newInstance(arguments));
            }
            Constructor<?> constructor = raw.getDeclaredConstructors()[0];
            constructor.setAccessible(true);
            boolean isInner = raw.getEnclosingClass() != null && !Modifier.isStatic(raw.getModifiers());
            Object object;
            if (isInner) {
                Object outer = object(raw.getEnclosingClass(), raw.getEnclosingClass(), TypeVariables.NONE, depth + 1, new ArrayList<>());
                object = constructor.newInstance(outer);
            } else object = constructor.newInstance();
            known.add(object);
            fill(object, inner, depth);
            return object;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private void fill(Object object, TypeVariables variables, int depth) {
        for (Field field : Fields.of(object.getClass())) {
            if (field.isSynthetic()) continue;
            try {
                field.set(object, value(variables.of(field.getGenericType()), variables, depth + 1, true));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Null for a type that is none of the scalar ones. */
    private Object scalar(Class<?> type) {
        if (type == boolean.class || type == Boolean.class) return random.nextBoolean();
        if (type == byte.class || type == Byte.class) return (byte) number(8);
        if (type == short.class || type == Short.class) return (short) number(16);
        if (type == int.class || type == Integer.class) return (int) number(32);
        if (type == long.class || type == Long.class) return number(64);
        if (type == char.class || type == Character.class) return text(1).charAt(0);
        if (type == float.class || type == Float.class) return (float) real() + 0f;
        if (type == double.class || type == Double.class) return real();
        if (type == String.class) return text(chance(300) ? 32_760 + random.nextInt(20) : chance(10) ? random.nextInt(1100) : random.nextInt(20));
        if (type == char[].class) return text(random.nextInt(40)).toCharArray();
        if (type == byte[].class) {
            byte[] bytes = new byte[chance(100) ? 8180 + random.nextInt(40) : chance(10) ? random.nextInt(1100) : random.nextInt(20)];
            random.nextBytes(bytes);
            return bytes;
        }
        if (type == BigDecimal.class) return new BigDecimal(BigInteger.valueOf(number(64)), (int) number(10));
        if (type == BigInteger.class) {
            byte[] bytes = new byte[1 + random.nextInt(chance(10) ? 300 : 20)];
            random.nextBytes(bytes);
            return chance(10) ? BigInteger.ZERO : new BigInteger(bytes);
        }
        if (type == Date.class) return new Date(millis());
        if (type == java.sql.Date.class) return new java.sql.Date(millis());
        if (type == Time.class) return new Time(millis());
        if (type == Timestamp.class) return new Timestamp(millis());
        if (type == UUID.class) return new UUID(random.nextLong(), random.nextLong());
        if (type == Locale.class) return pick(LOCALES);
        if (type == Currency.class) return Currency.getInstance(pick(List.of("EUR", "JPY", "CNY")));
        if (type == Class.class) return pick(List.<Class<?>>of(String.class, int.class, Map.class, int[].class, String[].class, Map.Entry.class));
        if (type == File.class) return new File("/" + text(5).replace('\0', '0'));
        if (type == AtomicInteger.class) return new AtomicInteger((int) number(32));
        if (type == AtomicLong.class) return new AtomicLong(number(64));
        if (type == AtomicBoolean.class) return new AtomicBoolean(random.nextBoolean());
        if (type.isEnum()) return pick(Arrays.asList(type.getEnumConstants()));
        return time(type);
    }

    private Object time(Class<?> type) {
        if (type == LocalDate.class) return day();
        if (type == LocalTime.class) return time();
        if (type == LocalDateTime.class) return LocalDateTime.of(day(), time());
        if (type == ZoneOffset.class) return offset();
        if (type == OffsetDateTime.class) return OffsetDateTime.of(day(), time(), offset());
        if (type == OffsetTime.class) return OffsetTime.of(time(), offset());
        if (type == ZonedDateTime.class) return ZonedDateTime.of(day(), time(), chance(3) ? offset() : ZoneId.of(pick(ZONES)));
        if (type == ZoneId.class) return ZoneId.of(pick(ZONES));
        if (type == Instant.class) {
            return Instant.ofEpochSecond(random.nextLong(Instant.MIN.getEpochSecond() >> random.nextInt(30), Instant.MAX.getEpochSecond()), nano());
        }
        if (type == Duration.class) return Duration.ofSeconds(number(64) == Long.MIN_VALUE ? 0 : number(60), nano());
        if (type == Period.class) return Period.of((int) number(32), (int) number(10), (int) number(5));
        if (type == Year.class) return Year.of((int) number(29));
        if (type == YearMonth.class) return YearMonth.of((int) number(29), 1 + random.nextInt(12));
        if (type == MonthDay.class) return MonthDay.of(1 + random.nextInt(12), 1 + random.nextInt(28));
        return null;
    }

    /** Of at most that many bits, with a sign; all sizes are equally likely. */
    private long number(int bits) {
        if (chance(20)) return chance(2) ? Long.MIN_VALUE >> (64 - bits) : Long.MAX_VALUE >>> (64 - bits);
        return random.nextLong() >> (64 - 1 - random.nextInt(bits));
    }

    private double real() {
        switch (random.nextInt(6)) {
            case 0: return number(20) + 0.0;
            case 1: return number(40) / 1000.0 + 0.0;
            case 2: return Double.longBitsToDouble(random.nextLong()) + 0.0;
            case 3: return pick(List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE, Double.MAX_VALUE));
            default: return random.nextDouble() + 0.0;
        }
    }

    private String text(int length) {
        StringBuilder text = new StringBuilder(length);
        int kind = random.nextInt(4);
        while (text.length() < length) {
            switch (kind == 3 ? random.nextInt(8) : kind) {
                case 0: text.append((char) (32 + random.nextInt(95))); break;
                case 1: text.append((char) random.nextInt(0x800)); break;
                case 2: text.append((char) random.nextInt(0x10000)); break;
                case 3: text.appendCodePoint(0x1f600 + random.nextInt(60)); break;
                default: text.append('a');
            }
        }
        text.setLength(length);
        return text.toString();
    }

    private long millis() {
        // As far as a Date of JavaScript reaches.
        long millis = number(53) % 8_640_000_000_000_000L;
        return chance(3) ? millis / 60_000 * 60_000 : millis;
    }

    private LocalDate day() {
        return chance(5)
            ? LocalDate.ofEpochDay(random.nextLong(LocalDate.MIN.toEpochDay(), LocalDate.MAX.toEpochDay()))
            : LocalDate.ofEpochDay(random.nextLong(-800_000, 800_000));
    }

    private LocalTime time() {
        LocalTime time = LocalTime.ofSecondOfDay(random.nextInt(86_400));
        return chance(3) ? time.withSecond(0) : time.withNano(nano());
    }

    private int nano() {
        return random.nextInt(1000) * pick(List.of(0, 1, 1_000, 1_000_000));
    }

    private ZoneOffset offset() {
        return chance(4) ? ZoneOffset.UTC : chance(4) ? ZoneOffset.ofTotalSeconds(random.nextInt(-64_800, 64_801)) : ZoneOffset.ofHours(random.nextInt(-18, 19));
    }
}
