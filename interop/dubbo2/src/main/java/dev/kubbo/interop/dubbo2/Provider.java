package dev.kubbo.interop.dubbo2;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;

/** Types and Wire on dubbo://, on a free port, without a registry. Ends when its stdin does. */
public final class Provider {
    private Provider() {}

    public static void main(String[] args) throws Exception {
        Peer.quiet();
        Peer.followParent();
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        ProtocolConfig protocol = new ProtocolConfig("dubbo", port);
        protocol.setHost("0.0.0.0");
        protocol.setThreads(400);
        ServiceConfig<Types> types = new ServiceConfig<>();
        types.setId("types");
        types.setInterface(Types.class);
        types.setRef(types());
        ServiceConfig<Wire> wire = new ServiceConfig<>();
        wire.setId("wire");
        wire.setInterface(Wire.class);
        wire.setRef(new WireReference());
        wire.setVersion("1.0.0");
        wire.setGroup("g");
        Map<String, String> parameters = new HashMap<>();
        parameters.put("payload", "1000000");
        wire.setParameters(parameters);
        DubboBootstrap bootstrap = DubboBootstrap.getInstance();
        if (Peer.tls(bootstrap)) protocol.setSslEnabled(true);
        bootstrap
                .application(Peer.application("dubbo2-provider"))
                .registry(new RegistryConfig("N/A"))
                .protocol(protocol)
                .service(types)
                .service(wire)
                .start();
        Output.ready(port);
        Thread.currentThread().join();
    }

    /** Every method gives back what it gets. */
    static Types types() {
        return (Types) Proxy.newProxyInstance(
                Provider.class.getClassLoader(), new Class<?>[] {Types.class}, (proxy, method, args) -> answer(method, args));
    }

    private static Object answer(Method method, Object[] args) {
        if (method.getReturnType() == CompletableFuture.class) return CompletableFuture.completedFuture(args[0]);
        switch (method.getName()) {
            case "toString":
                return "Types";
            case "hashCode":
                return 1;
            case "equals":
                return false;
            default:
                return args[0];
        }
    }
}
