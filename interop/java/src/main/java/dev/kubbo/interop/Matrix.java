package dev.kubbo.interop;

import dev.kubbo.interop.v1.ChatReply;
import dev.kubbo.interop.v1.ChatRequest;
import dev.kubbo.interop.v1.CountUpReply;
import dev.kubbo.interop.v1.CountUpRequest;
import dev.kubbo.interop.v1.EchoReply;
import dev.kubbo.interop.v1.EchoRequest;
import dev.kubbo.interop.v1.EchoService;
import dev.kubbo.interop.v1.FailRequest;
import dev.kubbo.interop.v1.SleepReply;
import dev.kubbo.interop.v1.SleepRequest;
import dev.kubbo.interop.v1.SumReply;
import dev.kubbo.interop.v1.SumRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.dubbo.common.stream.StreamObserver;
import org.apache.dubbo.rpc.RpcContext;
import org.apache.dubbo.rpc.RpcException;
import org.apache.dubbo.rpc.StatusRpcException;
import org.apache.dubbo.rpc.TriRpcStatus;

/** Every method of both interfaces with known arguments; one JSON line per case. */
final class Matrix {
    private static final int STREAM_TIMEOUT_MS = 10_000;

    private interface Body {
        /** Null when all is well, else what is wrong. */
        String run() throws Throwable;
    }

    private interface Call<S> {
        Object on(S service) throws Throwable;
    }

    private final Pattern selected;
    private int passed;
    private int failed;

    /** Runs the cases whose name the pattern finds. */
    Matrix(String pattern) {
        selected = Pattern.compile(pattern);
    }

    boolean finish() {
        new Event("matrix").with("passed", passed).with("failed", failed).print();
        return failed == 0 && passed > 0;
    }

    void orders(OrderService remote, boolean triple) {
        OrderService local = new OrderServiceReference();
        Cases<OrderService> cases = new Cases<>("order.", remote, local);

        check("order.hostname", () -> remote.hostname().isEmpty() ? "the answer is empty" : null);
        cases.add("touch", s -> {
            s.touch("a");
            return "returned";
        });

        cases.add("text.ascii", s -> s.text("hello"));
        cases.add("text.empty", s -> s.text(""));
        cases.add("text.null", s -> s.text(null));
        cases.add("text.emoji", s -> s.text("gr\u00fc\u00df \u4f60\u597d \ud83d\ude00\ud83d\udc4d\ud83c\udffd \u0000\t"));
        cases.add("text.long", s -> s.text("x".repeat(70_000)));
        cases.add("text.longEmoji", s -> s.text("a" + "\u20ac\ud83d\ude00".repeat(30_000)));
        cases.add("repeat.long", s -> s.repeat("0123456789\ud83d\ude00", 20_000));

        cases.add("addInts", s -> s.addInts(2, -5));
        cases.add("addInts.wraps", s -> s.addInts(Integer.MAX_VALUE, 1));
        cases.add("addLongs.max", s -> s.addLongs(Long.MAX_VALUE, 0));
        cases.add("addLongs.min", s -> s.addLongs(Long.MIN_VALUE, 0));
        cases.add("addLongs.beyondDouble", s -> s.addLongs(1L << 53, 1));
        cases.add("addLongs.wraps", s -> s.addLongs(Long.MAX_VALUE, 1));
        cases.add("addDoubles", s -> s.addDoubles(0.1, 0.2));
        cases.add("addDoubles.max", s -> s.addDoubles(Double.MAX_VALUE, 0));
        cases.add("addDoubles.min", s -> s.addDoubles(Double.MIN_VALUE, 0));
        cases.add("addDoubles.infinity", s -> s.addDoubles(Double.MAX_VALUE, Double.MAX_VALUE));
        cases.add("addDoubles.nan", s -> s.addDoubles(Double.NaN, 1));
        cases.add("not.true", s -> s.not(true));
        cases.add("not.false", s -> s.not(false));

        cases.add("boxedInt", s -> s.boxedInt(Integer.MIN_VALUE));
        cases.add("boxedInt.null", s -> s.boxedInt(null));
        cases.add("boxedLong", s -> s.boxedLong((1L << 53) + 1));
        cases.add("boxedLong.small", s -> s.boxedLong(1L));
        cases.add("boxedLong.null", s -> s.boxedLong(null));
        cases.add("boxedDouble", s -> s.boxedDouble(-12.25));
        cases.add("boxedDouble.whole", s -> s.boxedDouble(3.0));
        cases.add("boxedDouble.null", s -> s.boxedDouble(null));
        cases.add("boxedBoolean", s -> s.boxedBoolean(true));
        cases.add("boxedBoolean.null", s -> s.boxedBoolean(null));

        cases.add("reverse", s -> s.reverse(new byte[] {1, 0, -1, 127, -128}));
        cases.add("reverse.empty", s -> s.reverse(new byte[0]));
        cases.add("reverse.null", s -> s.reverse(null));
        cases.add("reverse.long", s -> s.reverse(Sample.bytes(100_000)));

        cases.add("decimal", s -> s.decimal(Sample.decimal("12345678901234567890.1200")));
        cases.add("decimal.exponent", s -> s.decimal(Sample.decimal("1E+3")));
        cases.add("decimal.null", s -> s.decimal(null));
        cases.add("nextDay", s -> s.nextDay(new Date(1_700_000_000_123L)));
        cases.add("nextDay.wholeMinute", s -> s.nextDay(new Date(1_700_000_040_000L)));
        cases.add("nextDay.beforeEpoch", s -> s.nextDay(new Date(-86_400_001L)));
        cases.add("nextDay.null", s -> s.nextDay(null));
        cases.add("nextStatus", s -> s.nextStatus(OrderStatus.SHIPPED));
        cases.add("nextStatus.null", s -> s.nextStatus(null));

        cases.add("order.full", s -> s.order(Sample.order(new Order(), 2)));
        cases.add("order.empty", s -> s.order(new Order()));
        cases.add("order.null", s -> s.order(null));
        cases.add("order.subclass", s -> s.order(Sample.priorityOrder()));
        cases.add("raise", s -> s.raise(Sample.priorityOrder()));
        cases.add("place", s -> s.place(Sample.customer(), Sample.items()));
        cases.add("place.nulls", s -> s.place(null, null));
        cases.add("items", s -> s.items(Sample.items()));
        cases.add("items.empty", s -> s.items(new ArrayList<>()));
        cases.add("items.same", s -> {
            Item item = Sample.items().get(0);
            return s.items(new ArrayList<>(Arrays.asList(item, null, item)));
        });
        cases.add("catalog", s -> s.catalog(Sample.catalog()));
        cases.add("catalog.null", s -> s.catalog(null));
        cases.add("longs", s -> s.longs(new ArrayList<>(List.of(0L, -1L, 41L, 1L << 53, Long.MAX_VALUE))));
        cases.add("groups", s -> s.groups(new HashMap<>(Map.of(
                "small", new ArrayList<>(List.of(1L, 2L)),
                "big", new ArrayList<>(List.of(1L << 53)),
                "", new ArrayList<>()))));

        cases.add("describe.none", s -> s.describe());
        cases.add("describe.text", s -> s.describe("x"));
        cases.add("describe.long", s -> s.describe(5L));
        cases.add("describe.two", s -> s.describe("x", 5));
        cases.add("join", s -> s.join("-", "a", "b", "c"));
        cases.add("join.none", s -> s.join("-"));
        cases.add("sum", s -> s.sum(1, 1L << 53, -3));
        cases.add("sum.none", s -> s.sum());

        cases.add("find", s -> s.find("o-1"));
        cases.add("find.missing", s -> s.find("missing-1"));
        cases.add("fail.runtime", s -> failing(s, "runtime"));
        cases.add("fail.state", s -> failing(s, "state"));
        cases.add("fail.argument", s -> failing(s, "argument"));
        cases.add("fail.fault", s -> failing(s, "fault"));
        cases.add("fail.none", s -> failing(s, "none"));
        // On tri:// a Java provider that cannot write its answer ends the connection, with all other calls on it.
        if (!triple) {
            check("order.fail.unlisted", () -> {
                try {
                    remote.fail("unlisted", "because");
                    return "no exception";
                } catch (RpcException e) {
                    return null;
                }
            });
        }

        check("order.attachments", () -> {
            RpcContext.getClientAttachment().setAttachment("kubbo-plain", "value 1");
            RpcContext.getClientAttachment().setAttachment("kubboMixedCase", "2");
            Map<String, String> seen = remote.attachments();
            return differs(seen.get("kubbo-plain"), "value 1") + differs(seen.get("kubboMixedCase"), "2");
        });
        check("order.attachments.gone", () -> differs(remote.attachments().get("kubbo-plain"), null));
        check("order.attachments.response", () -> {
            String host = remote.hostname();
            Object attached = RpcContext.getClientResponseContext().getObjectAttachment(HostFilter.ATTACHMENT);
            return differs(attached, host);
        });

        cases.add("sleep", s -> s.sleep(50));
        check("order.sleep.timeout", () -> {
            RpcContext.getClientAttachment().setAttachment("timeout", "200");
            return timesOut(() -> remote.sleep(1500));
        });
        cases.add("text.afterTimeout", s -> s.text("still here"));
    }

    void echo(EchoService remote) {
        echoes("echo.unary.full", remote, Sample.echo());
        echoes("echo.unary.empty", remote, EchoRequest.getDefaultInstance());
        echoes("echo.unary.limits", remote, Sample.echoLimits());
        echoes("echo.unary.long", remote, EchoRequest.newBuilder().setText("\u20ac\ud83d\ude00".repeat(50_000)).build());
        check("echo.unary.attachments", () -> {
            RpcContext.getClientAttachment().setAttachment("kubbo-plain", "value 1");
            RpcContext.getClientAttachment().setAttachment("kubboMixedCase", "2");
            Map<String, String> seen = remote.echo(EchoRequest.getDefaultInstance()).getAttachmentsMap();
            return differs(seen.get("kubbo-plain"), "value 1") + differs(seen.get("kubboMixedCase"), "2");
        });
        check("echo.unary.attachments.response", () -> {
            String host = remote.echo(EchoRequest.getDefaultInstance()).getHost();
            return differs(RpcContext.getClientResponseContext().getObjectAttachment(HostFilter.ATTACHMENT), host);
        });
        check("echo.unary.sleep", () -> {
            SleepReply reply = remote.sleep(SleepRequest.newBuilder().setDelayMs(50).build());
            return differs(reply.getSleptMs(), 50);
        });
        check("echo.unary.sleep.timeout", () -> {
            RpcContext.getClientAttachment().setAttachment("timeout", "200");
            return timesOut(() -> remote.sleep(SleepRequest.newBuilder().setDelayMs(1500).build()));
        });
        fails("echo.unary.fail.notFound", remote, TriRpcStatus.Code.NOT_FOUND, "no such thing");
        fails("echo.unary.fail.failedPrecondition", remote, TriRpcStatus.Code.FAILED_PRECONDITION, "not now");
        check("echo.unary.fail.exception", () -> {
            try {
                remote.fail(FailRequest.newBuilder().setMessage("thrown").build());
                return "no exception";
            } catch (RpcException e) {
                return chain(e).contains("thrown") ? null : "the message is lost: " + chain(e);
            }
        });
        check("echo.unary.afterFailures", () -> differs(remote.echo(Sample.echo()).getRequest(), Sample.echo()));

        check("echo.stream.countUp", () -> {
            Collector<CountUpReply> replies = new Collector<>();
            remote.countUp(CountUpRequest.newBuilder().setFrom((1L << 53) - 1).setCount(5).build(), replies);
            List<Long> numbers = replies.finish().stream().map(CountUpReply::getNumber).toList();
            long from = (1L << 53) - 1;
            return differs(numbers, List.of(from, from + 1, from + 2, from + 3, from + 4)) + replies.unexpectedError();
        });
        check("echo.stream.countUp.fails", () -> {
            Collector<CountUpReply> replies = new Collector<>();
            remote.countUp(CountUpRequest.newBuilder().setCount(5).setFailAfter(2).build(), replies);
            return differs(replies.finish().size(), 2)
                    + status(replies.error, TriRpcStatus.Code.FAILED_PRECONDITION, "failed after 2");
        });
        check("echo.stream.sum", () -> {
            Collector<SumReply> replies = new Collector<>();
            StreamObserver<SumRequest> requests = remote.sum(replies);
            for (long number : new long[] {1L << 53, 1, -3}) requests.onNext(SumRequest.newBuilder().setNumber(number).build());
            requests.onCompleted();
            List<SumReply> all = replies.finish();
            if (all.size() != 1) return all.size() + " answers" + replies.unexpectedError();
            return differs(all.get(0).getSum(), (1L << 53) - 2) + differs(all.get(0).getCount(), 3) + replies.unexpectedError();
        });
        check("echo.stream.chat", () -> {
            Collector<ChatReply> replies = new Collector<>();
            StreamObserver<ChatRequest> requests = remote.chat(replies);
            StringBuilder wrong = new StringBuilder();
            String[] texts = {"one", "two", "three"};
            for (int i = 0; i < texts.length; i++) {
                requests.onNext(ChatRequest.newBuilder().setText(texts[i]).build());
                // Each answer comes before the next question is asked.
                ChatReply reply = replies.next();
                if (reply == null) return "no answer to message " + i + replies.unexpectedError();
                wrong.append(differs(reply.getText(), texts[i].toUpperCase())).append(differs(reply.getIndex(), i));
            }
            requests.onCompleted();
            return wrong + differs(replies.finish().size(), 0) + replies.unexpectedError();
        });
    }

    private void echoes(String name, EchoService remote, EchoRequest request) {
        check(name, () -> {
            EchoReply reply = remote.echo(request);
            return differs(reply.getRequest(), request) + (reply.getHost().isEmpty() ? "the host is empty" : "");
        });
    }

    private void fails(String name, EchoService remote, TriRpcStatus.Code code, String message) {
        check(name, () -> {
            try {
                remote.fail(FailRequest.newBuilder().setCode(code.code).setMessage(message).build());
                return "no exception";
            } catch (RpcException e) {
                return status(e, code, message);
            }
        });
    }

    private static String failing(OrderService service, String kind) {
        service.fail(kind, "because \u20ac");
        return "returned";
    }

    private static String timesOut(Callable<?> call) throws Exception {
        long start = System.nanoTime();
        try {
            call.call();
            return "no exception";
        } catch (RpcException e) {
            long tookMs = (System.nanoTime() - start) / 1_000_000;
            if (tookMs > 1200) return "only after " + tookMs + " ms: " + e.getMessage();
            return e.isTimeout() || statusOf(e) == TriRpcStatus.Code.DEADLINE_EXCEEDED ? null : "not a timeout: " + chain(e);
        }
    }

    private static TriRpcStatus.Code statusOf(Throwable error) {
        for (Throwable e = error; e != null && e.getCause() != e; e = e.getCause()) {
            if (e instanceof StatusRpcException status) return status.getStatus().code;
        }
        return null;
    }

    private static String status(Throwable error, TriRpcStatus.Code code, String message) {
        if (error == null) return "no error";
        return differs(statusOf(error), code) + (chain(error).contains(message) ? "" : "the message is lost: " + chain(error));
    }

    private static String chain(Throwable error) {
        List<String> texts = new ArrayList<>();
        for (Throwable e = error; e != null && texts.size() < 5; e = e.getCause() == e ? null : e.getCause()) texts.add(e.toString());
        return String.join(" <- ", texts);
    }

    /** "" when equal. */
    private static String differs(Object got, Object want) {
        String gotText = Canonical.of(got);
        String wantText = Canonical.of(want);
        if (gotText.equals(wantText)) return "";
        int at = 0;
        while (at < Math.min(gotText.length(), wantText.length()) && gotText.charAt(at) == wantText.charAt(at)) at++;
        return "wanted " + near(wantText, at) + ", got " + near(gotText, at) + " (first difference at " + at + ") ";
    }

    private static String near(String text, int at) {
        if (text.length() <= 400) return text;
        int from = Math.max(0, at - 100);
        return (from > 0 ? "..." : "") + text.substring(from, Math.min(text.length(), from + 300)) + "...";
    }

    private void check(String name, Body body) {
        if (!selected.matcher(name).find()) return;
        long start = System.nanoTime();
        String wrong;
        try {
            wrong = body.run();
        } catch (Throwable e) {
            wrong = chain(e);
        }
        boolean ok = wrong == null || wrong.isEmpty();
        if (ok) passed++;
        else failed++;
        Event event = new Event("case").with("name", name).with("ok", ok).with("ms", (System.nanoTime() - start) / 1_000_000);
        if (!ok) event.with("wrong", wrong);
        event.print();
    }

    /** The same call on the provider and on the reference in this process; exceptions are compared like values. */
    private final class Cases<S> {
        private final String prefix;
        private final S remote;
        private final S local;

        Cases(String prefix, S remote, S local) {
            this.prefix = prefix;
            this.remote = remote;
            this.local = local;
        }

        void add(String name, Call<S> call) {
            check(prefix + name, () -> differs(outcome(call, remote), outcome(call, local)));
        }

        private Object outcome(Call<S> call, S service) {
            try {
                return call.on(service);
            } catch (Throwable e) {
                return e;
            }
        }
    }

    private static final class Collector<T> implements StreamObserver<T> {
        private static final Object END = new Object();

        private final BlockingQueue<Object> queue = new LinkedBlockingQueue<>();
        private volatile Throwable error;

        @Override
        public void onNext(T message) {
            queue.add(message);
        }

        @Override
        public void onError(Throwable error) {
            this.error = error;
            queue.add(END);
        }

        @Override
        public void onCompleted() {
            queue.add(END);
        }

        /** Null at the end of the stream, or when nothing comes. */
        @SuppressWarnings("unchecked")
        T next() throws InterruptedException {
            Object message = queue.poll(STREAM_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            if (message == null) error = new IllegalStateException("nothing came for " + STREAM_TIMEOUT_MS + " ms");
            return message == END ? null : (T) message;
        }

        List<T> finish() throws InterruptedException {
            List<T> all = new ArrayList<>();
            for (T message = next(); message != null; message = next()) all.add(message);
            return all;
        }

        String unexpectedError() {
            return error == null ? "" : " " + chain(error);
        }
    }
}
