package dev.kubbo.interop;

import dev.kubbo.unlisted.UnlistedFault;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.dubbo.rpc.RpcContext;

/** What the provider exports, and, called in process, what the matrix expects of any provider. */
public final class OrderServiceReference implements OrderService {
    @Override
    public String hostname() {
        return Env.hostname();
    }

    @Override
    public void touch(String id) {}

    @Override
    public String text(String value) {
        return value;
    }

    @Override
    public String repeat(String value, int times) {
        return value.repeat(times);
    }

    @Override
    public int addInts(int a, int b) {
        return a + b;
    }

    @Override
    public long addLongs(long a, long b) {
        return a + b;
    }

    @Override
    public double addDoubles(double a, double b) {
        return a + b;
    }

    @Override
    public boolean not(boolean value) {
        return !value;
    }

    @Override
    public Integer boxedInt(Integer value) {
        return value;
    }

    @Override
    public Long boxedLong(Long value) {
        return value;
    }

    @Override
    public Double boxedDouble(Double value) {
        return value;
    }

    @Override
    public Boolean boxedBoolean(Boolean value) {
        return value;
    }

    @Override
    public byte[] reverse(byte[] bytes) {
        if (bytes == null) return null;
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) reversed[i] = bytes[bytes.length - 1 - i];
        return reversed;
    }

    @Override
    public BigDecimal decimal(BigDecimal value) {
        return value;
    }

    @Override
    public Date nextDay(Date value) {
        return value == null ? null : new Date(value.getTime() + 86_400_000);
    }

    @Override
    public OrderStatus nextStatus(OrderStatus status) {
        if (status == null) return null;
        return OrderStatus.values()[(status.ordinal() + 1) % OrderStatus.values().length];
    }

    @Override
    public Order order(Order order) {
        return order;
    }

    @Override
    public PriorityOrder raise(PriorityOrder order) {
        PriorityOrder raised = new PriorityOrder();
        raised.id = order.id;
        raised.number = order.number;
        raised.paid = order.paid;
        raised.discount = order.discount;
        raised.status = order.status;
        raised.createdAt = order.createdAt;
        raised.customer = order.customer;
        raised.items = order.items;
        raised.labels = order.labels;
        raised.signature = order.signature;
        raised.previous = order.previous;
        raised.priority = order.priority + 1;
        raised.reason = order.reason;
        return raised;
    }

    @Override
    public Order place(Customer customer, List<Item> items) {
        Order order = new Order();
        order.id = "order-" + (customer == null ? null : customer.name);
        if (items != null) for (Item item : items) order.number += item.quantity;
        order.status = OrderStatus.NEW;
        order.createdAt = new Date(0);
        order.labels = new HashMap<>(Map.of("source", "interop"));
        order.customer = customer;
        order.items = items;
        return order;
    }

    @Override
    public Order find(String id) throws OrderNotFound {
        if (id.startsWith("missing")) {
            throw new OrderNotFound("no order " + id, id, 404, new ArrayList<>(List.of("cache", "store")));
        }
        Order order = place(null, null);
        order.id = id;
        return order;
    }

    @Override
    public List<Item> items(List<Item> items) {
        List<Item> reversed = new ArrayList<>(items);
        Collections.reverse(reversed);
        return reversed;
    }

    @Override
    public Map<String, Item> catalog(Map<String, Item> items) {
        return items;
    }

    @Override
    public List<Long> longs(List<Long> values) {
        List<Long> result = new ArrayList<>();
        for (Long value : values) result.add(value + 1);
        return result;
    }

    @Override
    public Map<String, List<Long>> groups(Map<String, List<Long>> groups) {
        Map<String, List<Long>> result = new HashMap<>();
        groups.forEach((name, values) -> result.put(name, longs(values)));
        return result;
    }

    @Override
    public String describe() {
        return "none";
    }

    @Override
    public String describe(String value) {
        return "String:" + value;
    }

    @Override
    public String describe(long value) {
        return "long:" + value;
    }

    @Override
    public String describe(String value, int number) {
        return "String,int:" + value + "," + number;
    }

    @Override
    public String join(String separator, String... parts) {
        return String.join(separator, parts);
    }

    @Override
    public long sum(long... values) {
        long sum = 0;
        for (long value : values) sum += value;
        return sum;
    }

    @Override
    public void fail(String kind, String message) {
        switch (kind) {
            case "runtime":
                throw new RuntimeException(message);
            case "state":
                throw new IllegalStateException(message);
            case "argument":
                throw new IllegalArgumentException(message, new IllegalStateException("cause of " + message));
            case "fault":
                throw new OrderFault(message, "undeclared");
            case "unlisted":
                throw new UnlistedFault(message);
            default:
        }
    }

    @Override
    public Map<String, String> attachments() {
        Map<String, String> seen = new HashMap<>();
        RpcContext.getServerAttachment().getObjectAttachments().forEach((key, value) -> {
            seen.put(key, String.valueOf(value));
        });
        return seen;
    }

    @Override
    public String sleep(int delayMs) {
        try {
            Thread.sleep(delayMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "slept " + delayMs;
    }
}
