package dev.kubbo.interop;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.apache.dubbo.config.ApplicationConfig;

/** What provider and consumer have in common: no registry, no QoS port, no files, a quiet log on stderr. */
final class Peer {
    /** java.util.logging forgets the level of a logger that nobody holds. */
    private static final Logger ROOT = Logger.getLogger("");

    private Peer() {}

    /** Before the first class of Dubbo is loaded. */
    static void logToStderr() {
        System.setProperty("dubbo.application.logger", "jdk");
        Level level = Level.parse(Env.text("INTEROP_LOG", "OFF"));
        // Dubbo reads logging.properties while it starts, twice, and each time the level is lost.
        LogManager.getLogManager().addConfigurationListener(() -> ROOT.setLevel(level));
        ROOT.setLevel(level);
    }

    /** With INTEROP_EXIT_WITH_STDIN=true this process ends when the one that started it does, however that dies. */
    static void followParent() {
        if (!Env.flag("INTEROP_EXIT_WITH_STDIN")) return;
        Thread reader = new Thread(() -> {
            try {
                while (System.in.read() != -1) {}
            } catch (IOException e) {
                // as good as the end
            }
            Runtime.getRuntime().halt(3);
        });
        reader.setName("follow-parent");
        reader.setDaemon(true);
        reader.start();
    }

    static ApplicationConfig application(String defaultName) {
        ApplicationConfig application = new ApplicationConfig(Env.text("INTEROP_APP", defaultName));
        application.setQosEnable(false);
        application.setEnableFileCache(false);
        return application;
    }
}
