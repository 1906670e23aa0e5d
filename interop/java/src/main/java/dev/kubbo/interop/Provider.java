package dev.kubbo.interop;

import com.sun.net.httpserver.HttpServer;
import dev.kubbo.interop.v1.EchoService;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;
import sun.misc.Signal;

/**
 * OrderService on dubbo:// and EchoService on tri://, and GET /ready for Kubernetes.
 *
 * SIGTERM: /ready turns to 503 at once, Dubbo's own shutdown hook starts INTEROP_DRAIN_DELAY_MS later.
 */
public final class Provider {
    private Provider() {}

    public static void main(String[] args) {
        try {
            start();
        } catch (Throwable e) {
            e.printStackTrace();
            // The threads that were started would keep a process alive that serves nothing.
            System.exit(1);
        }
    }

    private static void start() throws IOException {
        Peer.logToStderr();
        Peer.followParent();
        int dubboPort = portOf("INTEROP_DUBBO_PORT", 20880);
        int triPort = portOf("INTEROP_TRI_PORT", 50051);
        int drainDelayMs = Env.number("INTEROP_DRAIN_DELAY_MS", 0);
        System.setProperty("dubbo.service.shutdown.wait", Env.text("INTEROP_SHUTDOWN_WAIT_MS", "10000"));

        AtomicBoolean ready = new AtomicBoolean();
        HttpServer http = readiness(ready, Env.number("INTEROP_READY_PORT", 8081));
        onSignal(ready, drainDelayMs);

        ProtocolConfig dubbo = protocol("dubbo", dubboPort);
        ProtocolConfig triple = protocol("tri", triPort);

        ServiceConfig<OrderService> orders = new ServiceConfig<>();
        orders.setInterface(OrderService.class);
        orders.setRef(new OrderServiceReference());
        orders.setVersion(Env.text("INTEROP_ORDER_VERSION", null));
        orders.setGroup(Env.text("INTEROP_ORDER_GROUP", null));
        orders.setProtocols(Env.flag("INTEROP_ORDER_ON_TRIPLE") ? List.of(dubbo, triple) : List.of(dubbo));

        ServiceConfig<EchoService> echo = new ServiceConfig<>();
        echo.setInterface(EchoService.class);
        echo.setRef(new EchoServiceReference());
        echo.setVersion(Env.text("INTEROP_ECHO_VERSION", null));
        echo.setGroup(Env.text("INTEROP_ECHO_GROUP", null));
        echo.setProtocols(List.of(triple));

        DubboBootstrap.getInstance()
                .application(Peer.application("interop-java-provider"))
                .registry(new RegistryConfig("N/A"))
                .protocols(List.of(dubbo, triple))
                .service(orders)
                .service(echo)
                .start();
        if (!orders.isExported() || !echo.isExported()) {
            throw new IllegalStateException("Dubbo did not export the services; INTEROP_LOG=WARNING tells why");
        }
        ready.set(true);
        new Event("ready")
                .with("host", Env.hostname())
                .with("pid", ProcessHandle.current().pid())
                .with("dubboPort", dubboPort)
                .with("triPort", triPort)
                .with("readyPort", http.getAddress().getPort())
                .with("startMs", System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime())
                .print();
        // The threads of the HTTP server keep the process alive.
    }

    private static ProtocolConfig protocol(String name, int port) {
        ProtocolConfig protocol = new ProtocolConfig(name, port);
        protocol.setHost("0.0.0.0");
        return protocol;
    }

    private static HttpServer readiness(AtomicBoolean ready, int port) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(port), 0);
        http.createContext("/ready", exchange -> {
            exchange.sendResponseHeaders(ready.get() ? 200 : 503, -1);
            exchange.close();
        });
        http.start();
        return http;
    }

    private static void onSignal(AtomicBoolean ready, int drainDelayMs) {
        AtomicBoolean stopping = new AtomicBoolean();
        for (String name : List.of("TERM", "INT")) {
            Signal.handle(new Signal(name), signal -> {
                if (!stopping.compareAndSet(false, true)) return;
                ready.set(false);
                new Event("draining").with("delayMs", drainDelayMs).print();
                try {
                    Thread.sleep(drainDelayMs);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                new Event("stopping").print();
                // Runs Dubbo's shutdown hook, as the default handler of the signal would.
                System.exit(128 + signal.getNumber());
            });
        }
    }

    /** 0 stands for a free port. Dubbo's own choice of one would be the same in two processes that start together. */
    private static int portOf(String name, int fallback) throws IOException {
        int port = Env.number(name, fallback);
        if (port != 0) return port;
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
