package dev.kubbo.interop.dubbo2;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.dubbo.rpc.RpcContext;

final class WireReference implements Wire {
    private final List<String> notes = Collections.synchronizedList(new ArrayList<>());

    @Override
    public String text(String value) {
        return value;
    }

    @Override
    public String fail(String kind, String message) throws Fault {
        switch (kind) {
            case "fault":
                throw new Fault(message, 7, new IllegalStateException("cause"));
            case "runtime":
                throw new IllegalArgumentException(message);
            case "plain":
                throw new RuntimeException(message);
            default:
                return kind;
        }
    }

    @Override
    public Map<String, String> attachments() {
        Map<String, String> seen = new HashMap<>();
        RpcContext.getContext().getAttachments().forEach((key, value) -> seen.put(key, String.valueOf(value)));
        RpcContext.getServerContext().setAttachment("wire-answer", "yes");
        return seen;
    }

    @Override
    public String sleep(int delayMs) {
        try {
            Thread.sleep(delayMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "slept";
    }

    @Override
    public byte[] bytes(int length) {
        return new byte[length];
    }

    @Override
    public void note(String text) {
        notes.add(text);
    }

    @Override
    public List<String> notes() {
        return new ArrayList<>(notes);
    }

    @Override
    public CompletableFuture<String> later(String value) {
        return CompletableFuture.supplyAsync(() -> value);
    }

    @Override
    public Item next(Item item) {
        item.setCount(item.getCount() + 1);
        return item;
    }
}
