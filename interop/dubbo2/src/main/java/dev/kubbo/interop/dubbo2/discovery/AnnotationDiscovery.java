package dev.kubbo.interop.dubbo2.discovery;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.dubbo.common.URL;
import org.apache.dubbo.common.utils.JsonUtils;
import org.apache.dubbo.registry.client.AbstractServiceDiscovery;
import org.apache.dubbo.registry.client.DefaultServiceInstance;
import org.apache.dubbo.registry.client.ServiceInstance;
import org.apache.dubbo.rpc.model.ApplicationModel;

/**
 * What the kubernetes:// registry of dubbo-spi-extensions gives to Dubbo, without Kubernetes: one instance of the
 * application INTEROP_APPLICATION at INTEROP_INSTANCE (host:port), with the pod annotation `io.dubbo/metadata` from
 * INTEROP_ANNOTATION. All else is Dubbo's own: it asks the instance's metadata service what it provides.
 */
final class AnnotationDiscovery extends AbstractServiceDiscovery {
    private final ApplicationModel model;

    AnnotationDiscovery(ApplicationModel model, URL registry) {
        super(model, registry);
        this.model = model;
    }

    @Override
    public Set<String> getServices() {
        return Set.of(System.getenv("INTEROP_APPLICATION"));
    }

    @Override
    @SuppressWarnings("unchecked")
    public List<ServiceInstance> getInstances(String serviceName) {
        if (!getServices().contains(serviceName)) return List.of();
        String[] address = System.getenv("INTEROP_INSTANCE").split(":");
        DefaultServiceInstance instance =
                new DefaultServiceInstance(serviceName, address[0], Integer.parseInt(address[1]), model);
        Map<String, Object> annotation = JsonUtils.toJavaObject(System.getenv("INTEROP_ANNOTATION"), Map.class);
        annotation.forEach((key, value) -> instance.getMetadata().put(key, String.valueOf(value)));
        return List.of(instance);
    }

    @Override
    protected void doRegister(ServiceInstance instance) {}

    @Override
    protected void doUnregister(ServiceInstance instance) {}

    @Override
    protected void doDestroy() {}
}
