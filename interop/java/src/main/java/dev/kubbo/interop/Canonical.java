package dev.kubbo.interop;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** A text that is equal if and only if class and content are; lists and maps count by content, whatever their class. */
final class Canonical {
    private Canonical() {}

    static String of(Object value) {
        if (value == null) return "null";
        if (value instanceof String text) return Event.quote(text);
        if (value instanceof Integer || value instanceof Boolean) return value.toString();
        if (value instanceof Long) return value + "L";
        if (value instanceof Double) return value + "D";
        if (value instanceof BigDecimal) return "decimal(" + value + ")";
        if (value instanceof Date date) return "date(" + date.getTime() + ")";
        if (value instanceof byte[] bytes) return "bytes(" + HexFormat.of().formatHex(bytes) + ")";
        if (value instanceof Message message) return TextFormat.printer().shortDebugString(message);
        if (value instanceof Enum<?> constant) return constant.getDeclaringClass().getSimpleName() + "." + constant.name();
        if (value instanceof Throwable error) return ofThrowable(error);
        if (value instanceof Map<?, ?> map) {
            Map<String, String> sorted = new TreeMap<>();
            map.forEach((key, item) -> sorted.put(of(key), of(item)));
            StringJoiner text = new StringJoiner(", ", "{", "}");
            sorted.forEach((key, item) -> text.add(key + ": " + item));
            return text.toString();
        }
        if (value instanceof Iterable<?> list) {
            StringJoiner text = new StringJoiner(", ", "[", "]");
            for (Object item : list) text.add(of(item));
            return text.toString();
        }
        if (value.getClass().isArray()) {
            StringJoiner text = new StringJoiner(", ", value.getClass().getSimpleName() + "[", "]");
            for (int i = 0; i < Array.getLength(value); i++) text.add(of(Array.get(value, i)));
            return text.toString();
        }
        return value.getClass().getName() + fields(value, new ArrayList<>());
    }

    /** The stack trace does not count. */
    private static String ofThrowable(Throwable error) {
        List<String> start = new ArrayList<>(List.of("message: " + of(error.getMessage())));
        if (error.getCause() != null) start.add("cause: " + of(error.getCause()));
        return error.getClass().getName() + fields(error, start);
    }

    private static String fields(Object value, List<String> start) {
        for (Field field : value.getClass().getFields()) {
            if (Modifier.isStatic(field.getModifiers())) continue;
            try {
                start.add(field.getName() + ": " + of(field.get(value)));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
        return "{" + String.join(", ", start) + "}";
    }
}
