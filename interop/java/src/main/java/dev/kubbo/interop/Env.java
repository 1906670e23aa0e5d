package dev.kubbo.interop;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * All settings are environment variables named INTEROP_*: Dubbo reads DUBBO_* itself, and Kubernetes sets NAME_PORT for
 * every Service called name.
 */
final class Env {
    private static final String HOSTNAME = findHostname();

    private Env() {}

    static String text(String name, String fallback) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? fallback : value;
    }

    static int number(String name, int fallback) {
        String value = text(name, null);
        if (value == null) return fallback;
        try {
            int number = Integer.parseInt(value);
            if (number >= 0) return number;
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException(name + " must be a number from 0 up, it is \"" + value + "\"");
    }

    static boolean flag(String name) {
        String value = text(name, "false");
        if (value.equals("true") || value.equals("false")) return value.equals("true");
        throw new IllegalArgumentException(name + " must be true or false, it is \"" + value + "\"");
    }

    static String hostname() {
        return HOSTNAME;
    }

    private static String findHostname() {
        String name = text("HOSTNAME", null);
        if (name != null) return name;
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
