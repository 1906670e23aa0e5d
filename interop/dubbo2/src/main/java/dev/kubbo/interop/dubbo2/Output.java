package dev.kubbo.interop.dubbo2;

/** One line of JSON on stdout per event. */
final class Output {
    private Output() {}

    static void ready(int port) {
        print("{\"event\":\"ready\",\"dubboPort\":" + port + "}");
    }

    /** @param wrong null when all is well */
    static void result(String name, String wrong) {
        print("{\"event\":\"case\",\"name\":" + quote(name) + ",\"ok\":" + (wrong == null) + ",\"ms\":0"
                + (wrong == null ? "" : ",\"wrong\":" + quote(wrong)) + "}");
    }

    static void bench(double callsPerSecond) {
        print("{\"event\":\"bench\",\"callsPerSecond\":" + Math.round(callsPerSecond) + "}");
    }

    static void done() {
        print("{\"event\":\"done\",\"ok\":true}");
    }

    private static void print(String line) {
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < Math.min(text.length(), 2000); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') quoted.append('\\').append(c);
            else if (c < 0x20 || c > 0x7e) quoted.append(String.format("\\u%04x", (int) c));
            else quoted.append(c);
        }
        return quoted.append('"').toString();
    }
}
