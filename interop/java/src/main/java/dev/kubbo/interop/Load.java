package dev.kubbo.interop;

import dev.kubbo.interop.v1.EchoRequest;
import dev.kubbo.interop.v1.EchoService;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Calls at a steady rate, each on time, however long the earlier ones take. */
final class Load {
    /** One call; its answer is the name of the pod that gave it. */
    interface Target {
        String call() throws Exception;
    }

    /** A call that hangs holds a thread until its timeout; one that finds none left counts as failed. */
    private static final int MAX_THREADS = 512;

    private static final int MAX_ERRORS = 20;

    private final String name;
    private final Target target;
    private final Map<String, Integer> hosts = new TreeMap<>();
    private final Map<String, Integer> errors = new TreeMap<>();
    private final long[] micros;
    private final ExecutorService threads =
            new ThreadPoolExecutor(0, MAX_THREADS, 10, TimeUnit.SECONDS, new SynchronousQueue<>());
    private int finished;
    private int failed;

    private Load(String name, Target target, int calls) {
        this.name = name;
        this.target = target;
        this.micros = new long[calls];
    }

    static Target echo(EchoService echo) {
        EchoRequest request = EchoRequest.newBuilder().setText("load").setBig(1L << 53).build();
        return () -> echo.echo(request).getHost();
    }

    /** True when no call failed. */
    static boolean run(Map<String, Target> targets, int rate, int seconds) {
        if (rate == 0 || seconds == 0) throw new IllegalArgumentException("INTEROP_RATE and INTEROP_SECONDS must be 1 or more");
        int calls = rate * seconds;
        Load[] loads = targets.entrySet().stream()
                .map(entry -> new Load(entry.getKey(), entry.getValue(), calls))
                .toArray(Load[]::new);
        long start = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            long dueNanos = start + i * 1_000_000_000L / rate;
            pauseUntil(dueNanos);
            if (i > 0 && i % rate == 0) for (Load load : loads) load.printSecond(i / rate);
            for (Load load : loads) load.start(dueNanos);
        }
        boolean ok = true;
        for (Load load : loads) {
            load.awaitCalls();
            ok &= load.printTotal(calls);
        }
        return ok;
    }

    private void start(long dueNanos) {
        try {
            threads.execute(() -> call(dueNanos));
        } catch (RejectedExecutionException e) {
            count(dueNanos, null, MAX_THREADS + " calls are waiting, there is no thread for one more");
        }
    }

    private void awaitCalls() {
        threads.shutdown();
        try {
            // Each call ends with its own timeout at the latest.
            if (!threads.awaitTermination(120, TimeUnit.SECONDS)) System.err.println(name + ": calls run for over 120 s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void call(long dueNanos) {
        try {
            count(dueNanos, String.valueOf(target.call()), null);
        } catch (Throwable e) {
            count(dueNanos, null, describe(e));
        }
    }

    /** The time counts from when the call was due. */
    private synchronized void count(long dueNanos, String host, String error) {
        micros[finished++] = (System.nanoTime() - dueNanos) / 1000;
        if (error == null) {
            hosts.merge(host, 1, Integer::sum);
        } else {
            failed++;
            errors.merge(errors.size() < MAX_ERRORS || errors.containsKey(error) ? error : "other", 1, Integer::sum);
        }
    }

    private synchronized void printSecond(int second) {
        new Event("second").with("target", name).with("second", second).with("finished", finished).with("failed", failed).print();
    }

    private synchronized boolean printTotal(int made) {
        long[] sorted = Arrays.copyOf(micros, finished);
        Arrays.sort(sorted);
        new Event("load")
                .with("target", name)
                .with("made", made)
                .with("ok", finished - failed)
                .with("failed", made - (finished - failed))
                .with("hosts", hosts)
                .with("errors", errors)
                .with("p50Ms", millis(sorted, 0.5))
                .with("p99Ms", millis(sorted, 0.99))
                .with("maxMs", millis(sorted, 1))
                .print();
        return finished - failed == made;
    }

    private static double millis(long[] sorted, double part) {
        if (sorted.length == 0) return 0;
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * part))] / 1000.0;
    }

    /** Class and first line of the innermost cause, without what differs per call. */
    private static String describe(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null && cause.getCause() != cause) cause = cause.getCause();
        String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        message = message.replaceAll("\\d{4}-\\d\\d-\\d\\d [\\d:.]+|\\d{5,}", "#");
        return cause.getClass().getSimpleName() + ": " + message.substring(0, Math.min(160, message.length()));
    }

    private static void pauseUntil(long nanos) {
        try {
            long left = nanos - System.nanoTime();
            if (left > 0) TimeUnit.NANOSECONDS.sleep(left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
