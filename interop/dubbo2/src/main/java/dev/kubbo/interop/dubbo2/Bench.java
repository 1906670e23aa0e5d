package dev.kubbo.interop.dubbo2;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;

/** Calls Wire.text with 100 bytes from so many threads on one connection: 2 s to warm up, 2 s that count. */
public final class Bench {
    private Bench() {}

    public static void main(String[] args) throws Exception {
        Peer.quiet();
        Peer.followParent();
        DubboBootstrap.getInstance()
                .application(Peer.application("dubbo2-bench"))
                .registry(new RegistryConfig("N/A"))
                .start();
        ReferenceConfig<Wire> reference = new ReferenceConfig<>();
        reference.setInterface(Wire.class);
        reference.setUrl(System.getenv("INTEROP_URL"));
        reference.setGroup("g");
        reference.setVersion("1.0.0");
        reference.setTimeout(5000);
        reference.setRetries(0);
        Wire wire = reference.get();
        String text = "x".repeat(100);
        AtomicLong calls = new AtomicLong();
        int threads = Integer.parseInt(System.getenv("INTEROP_CONCURRENCY"));
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                while (true) {
                    wire.text(text);
                    calls.incrementAndGet();
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        Thread.sleep(2000);
        long before = calls.get();
        long start = System.nanoTime();
        Thread.sleep(2000);
        Output.bench((calls.get() - before) * 1e9 / (System.nanoTime() - start));
        System.exit(0);
    }
}
