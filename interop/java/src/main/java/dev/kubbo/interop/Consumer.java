package dev.kubbo.interop;

import dev.kubbo.interop.v1.EchoService;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;

/**
 * Calls INTEROP_ORDER_URL and INTEROP_ECHO_URL, without a registry.
 *
 * <pre>
 * matrix  every method once with known arguments
 * load    INTEROP_RATE calls per second and URL for INTEROP_SECONDS
 * </pre>
 *
 * Ends with 0 when all went well, 1 when a case or call failed, 2 when it was not told what to do.
 */
public final class Consumer {
    private Consumer() {}

    public static void main(String[] args) {
        try {
            System.exit(run(args));
        } catch (Throwable e) {
            e.printStackTrace();
            System.exit(2);
        }
    }

    private static int run(String[] args) {
        Peer.logToStderr();
        Peer.followParent();
        String mode = args.length == 1 ? args[0] : "";
        String orderUrl = Env.text("INTEROP_ORDER_URL", null);
        String echoUrl = Env.text("INTEROP_ECHO_URL", null);
        if (!List.of("matrix", "load").contains(mode) || (orderUrl == null && echoUrl == null)) {
            System.err.println("usage: INTEROP_ORDER_URL=dubbo://host:port INTEROP_ECHO_URL=tri://host:port"
                    + " java ... dev.kubbo.interop.Consumer matrix|load    (one URL is enough)");
            return 2;
        }

        // A reference per URL; `orders` and `echo` stay null without one.
        ReferenceConfig<OrderService> orderReference = null;
        ReferenceConfig<EchoService> echoReference = null;
        DubboBootstrap bootstrap = DubboBootstrap.getInstance()
                .application(Peer.application("interop-java-consumer"))
                .registry(new RegistryConfig("N/A"));
        if (orderUrl != null) {
            orderReference = reference(OrderService.class, orderUrl, "ORDER");
            bootstrap.reference(orderReference);
        }
        if (echoUrl != null) {
            echoReference = reference(EchoService.class, echoUrl, "ECHO");
            bootstrap.reference(echoReference);
        }
        bootstrap.start();
        OrderService orders = orderReference == null ? null : orderReference.get();
        EchoService echo = echoReference == null ? null : echoReference.get();
        new Event("ready")
                .with("mode", mode)
                .with("host", Env.hostname())
                .with("pid", ProcessHandle.current().pid())
                .with("orderUrl", orderUrl)
                .with("echoUrl", echoUrl)
                .with("startMs", System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime())
                .print();

        boolean ok;
        if (mode.equals("matrix")) {
            Matrix matrix = new Matrix(Env.text("INTEROP_CASES", "."));
            if (orders != null) matrix.orders(orders, orderUrl.startsWith("tri://"));
            if (echo != null) matrix.echo(echo);
            ok = matrix.finish();
        } else {
            Map<String, Load.Target> targets = new LinkedHashMap<>();
            if (orders != null) targets.put("orders", orders::hostname);
            if (echo != null) targets.put("echo", Load.echo(echo));
            ok = Load.run(targets, Env.number("INTEROP_RATE", 50), Env.number("INTEROP_SECONDS", 10));
        }
        new Event("done").with("ok", ok).print();
        return ok ? 0 : 1;
    }

    private static <T> ReferenceConfig<T> reference(Class<T> type, String url, String prefix) {
        ReferenceConfig<T> reference = new ReferenceConfig<>();
        reference.setInterface(type);
        reference.setUrl(url);
        reference.setVersion(Env.text("INTEROP_" + prefix + "_VERSION", null));
        reference.setGroup(Env.text("INTEROP_" + prefix + "_GROUP", null));
        reference.setCheck(false);
        reference.setTimeout(Env.number("INTEROP_TIMEOUT_MS", 5000));
        reference.setRetries(Env.number("INTEROP_RETRIES", 0));
        int connections = Env.number("INTEROP_CONNECTIONS", 0);
        if (connections > 0) reference.setConnections(connections);
        String reconnectMs = Env.text("INTEROP_RECONNECT_MS", null);
        if (reconnectMs != null) {
            // Dubbo tries a lost connection again after max(heartbeat, least-reconnect-duration), which is 60 s.
            reference.setParameters(
                    Map.of("heartbeat", reconnectMs, "dubbo.application.least-reconnect-duration", reconnectMs));
        }
        return reference;
    }
}
