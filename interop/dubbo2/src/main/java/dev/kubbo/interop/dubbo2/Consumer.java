package dev.kubbo.interop.dubbo2;

import com.google.gson.Gson;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.dubbo.common.beanutil.JavaBeanDescriptor;
import org.apache.dubbo.common.beanutil.JavaBeanSerializeUtil;
import org.apache.dubbo.config.MethodConfig;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;
import org.apache.dubbo.rpc.RpcContext;
import org.apache.dubbo.rpc.RpcException;
import org.apache.dubbo.rpc.service.EchoService;
import org.apache.dubbo.rpc.service.GenericService;

/** Calls Types and Wire at the URL in INTEROP_URL; one line per case. */
public final class Consumer {
    private static String url;

    private Consumer() {}

    public static void main(String[] args) throws Exception {
        Peer.quiet();
        Peer.followParent();
        url = System.getenv("INTEROP_URL");
        DubboBootstrap bootstrap = DubboBootstrap.getInstance();
        Peer.tls(bootstrap);
        bootstrap
                .application(Peer.application("dubbo2-consumer"))
                .registry(new RegistryConfig("N/A"))
                .start();
        types(reference(Types.class, null, null).get());
        wire();
        generic();
        Output.done();
        System.exit(0);
    }

    private static <T> ReferenceConfig<T> reference(Class<T> type, String group, String version) {
        ReferenceConfig<T> reference = new ReferenceConfig<>();
        reference.setInterface(type);
        reference.setUrl(url);
        reference.setGroup(group);
        reference.setVersion(version);
        reference.setCheck(false);
        reference.setTimeout(5000);
        reference.setRetries(0);
        return reference;
    }

    private static void check(String name, Callable<String> body) {
        String wrong;
        try {
            wrong = body.call();
        } catch (Throwable e) {
            wrong = chain(e);
        }
        Output.result(name, wrong);
    }

    private static String chain(Throwable error) {
        StringBuilder text = new StringBuilder();
        int depth = 0;
        for (Throwable e = error; e != null && depth++ < 4; e = e.getCause() == e ? null : e.getCause()) {
            String[] lines = e.toString().split("\n", 2);
            text.append(depth > 1 ? " <- " : "").append(cut(lines[0].replaceAll(".*cause: ", "")));
        }
        return text.toString();
    }

    private static String differs(Object got, Object want) {
        String gotText = Same.text(got);
        String wantText = Same.text(want);
        if (gotText.equals(wantText)) return null;
        return "wanted " + cut(wantText) + ", got " + cut(gotText);
    }

    private static String cut(String text) {
        return text.length() > 400 ? "..." + text.substring(text.length() - 400) : text;
    }

    private static void types(Types types) {
        Map<String, Method> methods = new HashMap<>();
        for (Method method : Types.class.getMethods()) methods.put(method.getName(), method);
        TypeSamples.all().forEach((name, samples) -> check("type." + name, () -> {
            for (Object sample : samples) {
                Object got;
                try {
                    got = methods.get(name).invoke(types, sample);
                } catch (InvocationTargetException e) {
                    return chain(e.getCause());
                }
                if (got instanceof CompletableFuture<?> future) got = future.get(5, TimeUnit.SECONDS);
                String wrong = differs(got, sample);
                if (wrong != null) return wrong;
            }
            return null;
        }));
    }

    private static void wire() {
        ReferenceConfig<Wire> reference = reference(Wire.class, "g", "1.0.0");
        MethodConfig note = new MethodConfig();
        note.setName("note");
        note.setReturn(false);
        reference.setMethods(new ArrayList<>(List.of(note)));
        Wire wire = reference.get();
        check("wire.text", () -> differs(wire.text("a"), "a"));
        check("wire.exception.declared", () -> {
            try {
                wire.fail("fault", "because");
                return "no exception";
            } catch (Fault e) {
                if (e.getCause() == null) return "no cause";
                return differs(List.of(e.getMessage(), e.getCode(), e.getCause().toString()),
                        List.of("because", 7, "java.lang.IllegalStateException: cause"));
            }
        });
        check("wire.exception.runtime", () -> {
            try {
                wire.fail("runtime", "because");
                return "no exception";
            } catch (IllegalArgumentException e) {
                return differs(e.getMessage(), "because");
            }
        });
        check("wire.exception.plain", () -> {
            try {
                wire.fail("plain", "because");
                return "no exception";
            } catch (RuntimeException e) {
                return differs(List.of(e.getClass().getName(), e.getMessage()), List.of("java.lang.RuntimeException", "because"));
            }
        });
        check("wire.attachments", () -> {
            RpcContext.getContext().setAttachment("wire-Key", "v \u00e9");
            return differs(wire.attachments().get("wire-Key"), "v \u00e9");
        });
        check("wire.attachments.answer", () -> {
            wire.attachments();
            return differs(RpcContext.getServerContext().getAttachment("wire-answer"), "yes");
        });
        check("wire.timeout", () -> {
            ReferenceConfig<Wire> impatient = reference(Wire.class, "g", "1.0.0");
            impatient.setTimeout(200);
            try {
                impatient.get().sleep(1500);
                return "no exception";
            } catch (RpcException e) {
                return e.isTimeout() ? null : chain(e);
            }
        });
        check("wire.oneway", () -> {
            wire.note("first");
            long until = System.nanoTime() + 5_000_000_000L;
            while (System.nanoTime() < until) {
                if (wire.notes().contains("first")) return null;
            }
            return "not there after 5 s";
        });
        check("wire.async", () -> differs(wire.later("x").get(5, TimeUnit.SECONDS), "x"));
        check("wire.echo", () -> differs(((EchoService) wire).$echo("ping"), "ping"));
        check("wire.notFound.version", () -> refused(reference(Wire.class, "g", "9.9.9"), s -> s.text("a")));
        check("wire.notFound.group", () -> refused(reference(Wire.class, "other", "1.0.0"), s -> s.text("a")));
        check("wire.answerTooLarge", () -> {
            try {
                wire.bytes(9_000_000);
                return "no exception";
            } catch (RpcException e) {
                // One that the provider refuses to send is said at once; a broken stream would be a timeout.
                return e.isTimeout() ? "a timeout" : differs(wire.text("after"), "after");
            }
        });
        check("wire.heartbeat", () -> {
            ReferenceConfig<Wire> lively = reference(Wire.class, "g", "1.0.0");
            lively.setConnections(1);
            lively.setParameters(new HashMap<>(Map.of("heartbeat", "300")));
            Wire beating = lively.get();
            beating.text("a");
            // Without answers a connection is closed after three intervals: a call in the eighth needs another one.
            return differs(beating.sleep(2400), "slept");
        });
        check("wire.concurrent", () -> {
            List<CompletableFuture<String>> calls = new ArrayList<>();
            for (int i = 0; i < 150; i++) calls.add(wire.later("v" + i));
            for (int i = 0; i < 150; i++) {
                String wrong = differs(calls.get(i).get(5, TimeUnit.SECONDS), "v" + i);
                if (wrong != null) return wrong;
            }
            return null;
        });
    }

    private interface Call {
        Object on(Wire wire) throws Exception;
    }

    private static String refused(ReferenceConfig<Wire> reference, Call call) throws Exception {
        try {
            call.on(reference.get());
            return "no exception";
        } catch (RpcException e) {
            return e.isTimeout() ? "a timeout" : null;
        }
    }

    private static GenericService generic(String mode) {
        ReferenceConfig<GenericService> reference = new ReferenceConfig<>();
        reference.setInterface(Wire.class.getName());
        reference.setGeneric(mode);
        reference.setUrl(url);
        reference.setGroup("g");
        reference.setVersion("1.0.0");
        reference.setCheck(false);
        reference.setTimeout(5000);
        reference.setRetries(0);
        return reference.get();
    }

    private static final String[] ITEM = {Item.class.getName()};

    private static Map<String, Object> itemMap() {
        Map<String, Object> item = new HashMap<>();
        item.put("class", Item.class.getName());
        item.put("sku", "a");
        item.put("count", 2);
        item.put("color", "RED");
        item.put("tags", Arrays.asList("x"));
        return item;
    }

    private static void generic() {
        GenericService asTrue = generic("true");
        check("generic.true", () -> {
            Map<?, ?> got = (Map<?, ?>) asTrue.$invoke("next", ITEM, new Object[] {itemMap()});
            return differs(Arrays.asList(got.get("class"), got.get("sku"), got.get("count"), got.get("color"), got.get("tags")),
                    Arrays.asList(Item.class.getName(), "a", 3, "RED", Arrays.asList("x")));
        });
        check("generic.true.text", () ->
                differs(asTrue.$invoke("text", new String[] {"java.lang.String"}, new Object[] {"t"}), "t"));
        check("generic.true.async", () -> differs(
                asTrue.$invokeAsync("text", new String[] {"java.lang.String"}, new Object[] {"t"}).get(5, TimeUnit.SECONDS), "t"));
        check("generic.true.exception", () -> {
            try {
                asTrue.$invoke("fail", new String[] {"java.lang.String", "java.lang.String"}, new Object[] {"fault", "because"});
                return "no exception";
            } catch (org.apache.dubbo.rpc.service.GenericException e) {
                return differs(List.of(e.getExceptionClass(), e.getExceptionMessage()), List.of(Fault.class.getName(), "because"));
            }
        });
        check("generic.true.noMethod", () -> {
            try {
                asTrue.$invoke("nope", new String[0], new Object[0]);
                return "no exception";
            } catch (RpcException e) {
                return e.isTimeout() ? "a timeout" : null;
            }
        });
        check("generic.bean", () -> {
            Item item = new Item();
            item.setSku("b");
            item.setCount(5);
            item.setColor(Color.BLUE);
            Object argument = JavaBeanSerializeUtil.serialize(item);
            Object got = generic("bean").$invoke("next", ITEM, new Object[] {argument});
            Item next = (Item) JavaBeanSerializeUtil.deserialize((JavaBeanDescriptor) got);
            return differs(List.of(next.getSku(), next.getCount(), next.getColor()), List.of("b", 6, Color.BLUE));
        });
        check("generic.raw.return", () -> {
            Object got = generic("raw.return").$invoke("next", ITEM, new Object[] {itemMap()});
            // The class is not on the list of a generic reference, so that Java makes a map of it, or the object itself.
            Object count = got instanceof Item item ? (Object) item.getCount() : ((Map<?, ?>) got).get("count");
            return differs(count, 3);
        });
        check("generic.gson", () -> {
            Object got = generic("gson").$invoke("next", ITEM, new Object[] {"{\"sku\":\"g\",\"count\":1,\"color\":\"RED\"}"});
            Map<?, ?> next = new Gson().fromJson((String) got, Map.class);
            return differs(List.of(next.get("sku"), next.get("count")), List.of("g", 2.0));
        });
    }
}
