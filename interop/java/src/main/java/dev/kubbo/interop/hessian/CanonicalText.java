package dev.kubbo.interop.hessian;

import java.io.File;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A text that two values have if and only if they are equal in class, content and sharing. The TypeScript side has its
 * twin, interop/src/random-values/canonical-text.ts, where the grammar stands.
 */
final class CanonicalText {
    /** Whether collections and boxed numbers are of the class that they have, or of the one that is declared. */
    enum Classes { ACTUAL, DECLARED }

    private final Classes classes;
    private final IdentityHashMap<Object, Integer> numbers = new IdentityHashMap<>();

    private CanonicalText(Classes classes) {
        this.classes = classes;
    }

    static String of(Object value, Type declared, Classes classes) {
        return new CanonicalText(classes).text(value, declared, TypeVariables.NONE);
    }

    private String text(Object value, Type declared, TypeVariables variables) {
        if (value == null) return "null";
        Class<?> wanted = classes == Classes.DECLARED ? TypeVariables.raw(declared) : Object.class;
        if (value instanceof Number number) {
            String text = ofNumber(number, wanted);
            if (text != null) return text;
        }
        if (value instanceof Character || wanted == Character.class) return String.format("c%04x", (int) value.toString().charAt(0));
        if (value instanceof Boolean) return value.toString();
        if (value instanceof String text) return wanted == char[].class ? "chars(" + quote(text) + ")" : quote(text);
        if (value instanceof byte[] bytes) return "bytes(" + HexFormat.of().formatHex(bytes) + ")";
        if (value instanceof char[] chars) return "chars(" + quote(new String(chars)) + ")";
        if (value instanceof Date date) return value.getClass().getName() + "(" + date.getTime() + ")";
        if (value instanceof Class<?> type) return "java.lang.Class(" + type.getName() + ")";
        if (value instanceof UUID || value instanceof Locale || value instanceof Currency) {
            return value.getClass().getName() + "(" + value + ")";
        }
        if (value instanceof File) return "java.io.File(" + quote(value.toString()) + ")";
        if (value instanceof AtomicBoolean) return value.getClass().getName() + "(" + value + ")";
        if (value instanceof ZoneId && !value.getClass().getName().endsWith("ZoneOffset")) return "java.time.ZoneId(" + value + ")";
        if (value instanceof TemporalAccessor && !(value instanceof Enum<?>) || value instanceof TemporalAmount) {
            return value.getClass().getName() + "(" + value + ")";
        }
        if (value instanceof Enum<?> constant) return constant.getDeclaringClass().getName() + "." + constant.name();

        Integer seen = numbers.putIfAbsent(value, numbers.size());
        if (seen != null) return "#" + seen;
        return "#" + (numbers.size() - 1) + " " + content(value, declared, wanted, variables);
    }

    private static String ofNumber(Number number, Class<?> wanted) {
        if (wanted == Byte.class) return number.byteValue() + "b";
        if (wanted == Short.class) return number.shortValue() + "s";
        if (wanted == Float.class) return floatText(number.floatValue());
        if (number instanceof Byte) return number + "b";
        if (number instanceof Short) return number + "s";
        if (number instanceof Integer) return number.toString();
        if (number instanceof Long) return number + "L";
        if (number instanceof Float) return floatText(number.floatValue());
        if (number instanceof Double) return String.format("d%016x", Double.doubleToLongBits(number.doubleValue()));
        if (number instanceof BigDecimal decimal) return "decimal(" + decimal.unscaledValue() + "," + decimal.scale() + ")";
        if (number instanceof BigInteger) return "bigint(" + number + ")";
        if (number instanceof AtomicInteger || number instanceof AtomicLong) return number.getClass().getName() + "(" + number + ")";
        return null;
    }

    private static String floatText(float value) {
        return String.format("f%08x", Float.floatToIntBits(value));
    }

    private String content(Object value, Type declared, Class<?> wanted, TypeVariables variables) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Map.Entry<?, ?>> sorted = new TreeMap<>();
            // Keys have no identity, so that their texts do not depend on the order in which they are asked for.
            for (Map.Entry<?, ?> entry : map.entrySet()) sorted.put(text(entry.getKey(), variables.argument(declared, 0), variables), entry);
            StringJoiner text = new StringJoiner(", ", name(value, wanted) + "{", "}");
            sorted.forEach((key, entry) -> text.add(key + ": " + text(entry.getValue(), variables.argument(declared, 1), variables)));
            return text.toString();
        }
        if (value instanceof Set<?> set) {
            Set<String> sorted = new TreeSet<>();
            for (Object item : set) sorted.add(text(item, variables.argument(declared, 0), variables));
            return name(value, wanted) + "{" + String.join(", ", sorted) + "}";
        }
        if (value instanceof Collection<?> collection) {
            StringJoiner text = new StringJoiner(", ", name(value, wanted) + "[", "]");
            for (Object item : collection) text.add(text(item, variables.argument(declared, 0), variables));
            return text.toString();
        }
        if (value.getClass().isArray()) {
            // Java's reader makes an Object[] of some arrays; the elements are of the declared type all the same.
            Class<?> array = wanted.isArray() ? wanted : value.getClass();
            Type element = wanted.isArray() ? variables.argument(declared, 0) : array.getComponentType();
            StringJoiner text = new StringJoiner(", ", array.getName() + "[", "]");
            for (int i = 0; i < Array.getLength(value); i++) text.add(text(Array.get(value, i), element, variables));
            return text.toString();
        }
        StringJoiner text = new StringJoiner(", ", value.getClass().getName() + "{", "}");
        if (value instanceof Throwable error) throwableParts(error, text);
        TypeVariables inner = variables.in(declared);
        for (Field field : Fields.of(value.getClass())) {
            try {
                text.add(field.getName() + ": " + text(field.get(value), inner.of(field.getGenericType()), inner));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
        return text.toString();
    }

    private void throwableParts(Throwable error, StringJoiner text) {
        text.add("message: " + text(error.getMessage(), Object.class, TypeVariables.NONE));
        text.add("cause: " + text(error.getCause(), Object.class, TypeVariables.NONE));
        if (classes == Classes.ACTUAL) return;
        StringJoiner frames = new StringJoiner(", ", "stack: [", "]");
        for (StackTraceElement frame : error.getStackTrace()) {
            frames.add(quote(frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName() + ":" + frame.getLineNumber() + ")"));
        }
        text.add(frames.toString());
        StringJoiner suppressed = new StringJoiner(", ", "suppressed: [", "]");
        for (Throwable each : error.getSuppressed()) suppressed.add(text(each, Object.class, TypeVariables.NONE));
        text.add(suppressed.toString());
    }

    private static String name(Object value, Class<?> wanted) {
        return (Collection.class.isAssignableFrom(wanted) || Map.class.isAssignableFrom(wanted) ? wanted : value.getClass()).getName();
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') quoted.append("\\u").append(HexFormat.of().toHexDigits(c));
            else quoted.append(c);
        }
        return quoted.append('"').toString();
    }
}
