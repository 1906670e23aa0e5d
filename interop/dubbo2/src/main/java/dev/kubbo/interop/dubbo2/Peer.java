package dev.kubbo.interop.dubbo2;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.SslConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;

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

    /** With INTEROP_TLS_DIR: ca.pem, cert.pem and key.pem of that folder, on both sides. */
    static boolean tls(DubboBootstrap bootstrap) {
        String folder = System.getenv("INTEROP_TLS_DIR");
        if (folder == null) return false;
        SslConfig ssl = new SslConfig();
        ssl.setServerKeyCertChainPath(folder + "/cert.pem");
        ssl.setServerPrivateKeyPath(folder + "/key.pem");
        ssl.setClientTrustCertCollectionPath(folder + "/ca.pem");
        // Without a certificate of its own a Java consumer speaks clear text, whatever the URL says (SSLConfigCertProvider, 3.3).
        ssl.setClientKeyCertChainPath(folder + "/cert.pem");
        ssl.setClientPrivateKeyPath(folder + "/key.pem");
        bootstrap.ssl(ssl);
        return true;
    }

    static ApplicationConfig application(String name) {
        ApplicationConfig application = new ApplicationConfig(name);
        application.setQosEnable(false);
        return application;
    }
}
