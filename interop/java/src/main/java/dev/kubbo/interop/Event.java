package dev.kubbo.interop;

import java.util.Map;

/** One line of JSON on stdout: {"event": name, ...}. */
final class Event {
    private final StringBuilder json = new StringBuilder();

    Event(String name) {
        json.append("{\"event\":").append(quote(name));
    }

    /** Text, Integer, Long, Boolean, null, a map of these or a list of these. */
    Event with(String key, Object value) {
        json.append(',').append(quote(key)).append(':');
        append(value);
        return this;
    }

    void print() {
        synchronized (System.out) {
            System.out.println(json + "}");
            System.out.flush();
        }
    }

    private void append(Object value) {
        if (value instanceof Map<?, ?> map) {
            String separator = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.append(separator).append(quote(String.valueOf(entry.getKey()))).append(':');
                append(entry.getValue());
                separator = ",";
            }
            json.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Iterable<?> list) {
            String separator = "";
            json.append('[');
            for (Object item : list) {
                json.append(separator);
                append(item);
                separator = ",";
            }
            json.append(']');
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            json.append(value);
        } else {
            json.append(quote(value.toString()));
        }
    }

    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // All but printable ASCII is escaped, so that the line does not depend on the encoding of stdout.
            if (c == '"' || c == '\\') quoted.append('\\').append(c);
            else if (c < 0x20 || c > 0x7e) quoted.append(String.format("\\u%04x", (int) c));
            else quoted.append(c);
        }
        return quoted.append('"').toString();
    }
}
