package dev.kubbo.interop.dubbo2.discovery;

import dev.kubbo.interop.dubbo2.Discovered;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;

/** Finds Wire by application-level discovery, as Dubbo does it, and calls it. */
public final class DiscoveryConsumer {
    private DiscoveryConsumer() {}

    public static void main(String[] args) {
        Discovered.run(() -> {
            ApplicationConfig application = new ApplicationConfig("discovery-consumer");
            application.setQosEnable(false);
            application.setEnableFileCache(false);
            RegistryConfig registry = new RegistryConfig("annotated://127.0.0.1:1?registry-type=service");
            ReferenceConfig<dev.kubbo.interop.dubbo2.Wire> reference = new ReferenceConfig<>();
            reference.setInterface(dev.kubbo.interop.dubbo2.Wire.class);
            reference.setGroup("g");
            reference.setVersion("1.0.0");
            reference.setProvidedBy(System.getenv("INTEROP_APPLICATION"));
            reference.setCheck(false);
            reference.setTimeout(5000);
            DubboBootstrap.getInstance().application(application).registry(registry).reference(reference).start();
            return reference.get();
        });
    }
}
