package dev.kubbo.interop.dubbo2;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.apache.dubbo.config.ApplicationConfig;

/** What provider and consumer have in common. */
final class Peer {
    /** java.util.logging forgets the level of a logger that nobody holds. */
    private static final Logger ROOT = Logger.getLogger("");

    private Peer() {}

    /** Before the first class of Dubbo is loaded. */
    static void quiet() {
        System.setProperty("dubbo.application.logger", "jdk");
        String named = System.getenv("INTEROP_LOG");
        Level level = Level.parse(named == null ? "OFF" : named);
        LogManager.getLogManager().addConfigurationListener(() -> ROOT.setLevel(level));
        ROOT.setLevel(level);
    }

    /** Ends with the process that started it. */
    static void followParent() {
        if (!"true".equals(System.getenv("INTEROP_EXIT_WITH_STDIN"))) return;
        Thread reader = new Thread(() -> {
            try {
                while (System.in.read() != -1) {}
            } catch (IOException e) {
                // as good as the end
            }
            Runtime.getRuntime().halt(3);
        });
        reader.setDaemon(true);
        reader.start();
    }

    static ApplicationConfig application(String name) {
        ApplicationConfig application = new ApplicationConfig(name);
        application.setQosEnable(false);
        return application;
    }
}
