package dev.kubbo.interop.dubbo2.discovery;

import org.apache.dubbo.common.URL;
import org.apache.dubbo.registry.client.AbstractServiceDiscoveryFactory;
import org.apache.dubbo.registry.client.ServiceDiscovery;

/** `annotated://`, see AnnotationDiscovery. */
public final class AnnotationDiscoveryFactory extends AbstractServiceDiscoveryFactory {
    @Override
    protected ServiceDiscovery createDiscovery(URL registry) {
        return new AnnotationDiscovery(applicationModel, registry);
    }
}
