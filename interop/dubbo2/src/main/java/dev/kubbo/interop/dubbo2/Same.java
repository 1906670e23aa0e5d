package dev.kubbo.interop.dubbo2;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;

/** A text that is equal for equal values; lists, sets and maps count by content, objects by class and fields. */
final class Same {
    private Same() {}

    static String text(Object value) {
        if (value == null) return "null";
        if (value instanceof Map<?, ?> map) {
            Map<String, String> sorted = new TreeMap<>();
            map.forEach((key, item) -> sorted.put(text(key), text(item)));
            return sorted.toString();
        }
        if (value instanceof java.util.Set<?> set) {
            TreeSet<String> sorted = new TreeSet<>();
            for (Object item : set) sorted.add(text(item));
            return "set" + sorted;
        }
        if (value instanceof Iterable<?> list) {
            List<String> items = new ArrayList<>();
            for (Object item : list) items.add(text(item));
            return items.toString();
        }
        if (value.getClass().isArray()) {
            StringJoiner items = new StringJoiner(", ", value.getClass().getSimpleName() + "[", "]");
            for (int i = 0; i < Array.getLength(value); i++) items.add(text(Array.get(value, i)));
            return items.toString();
        }
        String name = value.getClass().getName();
        if (value instanceof Enum<?> constant) return name + "." + constant.name();
        if (value instanceof java.util.Date date) return name + "(" + date.getTime() + ")";
        if (!name.startsWith("dev.kubbo.")) return name + "(" + value + ")";
        StringJoiner fields = new StringJoiner(", ", name + "{", "}");
        for (Class<?> type = value.getClass(); type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())) continue;
                try {
                    field.setAccessible(true);
                    fields.add(field.getName() + ": " + text(field.get(value)));
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return fields.toString();
    }
}
