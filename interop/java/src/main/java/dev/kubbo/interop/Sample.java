package dev.kubbo.interop;

import com.google.protobuf.ByteString;
import dev.kubbo.interop.v1.Color;
import dev.kubbo.interop.v1.EchoRequest;
import dev.kubbo.interop.v1.Note;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The arguments of the matrix. */
final class Sample {
    private Sample() {}

    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte) (i * 31);
        return bytes;
    }

    static BigDecimal decimal(String text) {
        return new BigDecimal(text);
    }

    static Customer customer() {
        return new Customer("Zo\u00eb \ud83d\ude00", null, new Address("1 Main St", "\u5317\u4eac", "0001"));
    }

    static List<Item> items() {
        return new ArrayList<>(List.of(
                new Item("sku-1", 2, decimal("9.90"), 0.25, new ArrayList<>(List.of("red", ""))),
                new Item("sku-2", Integer.MAX_VALUE, null, -1e300, null)));
    }

    static Map<String, Item> catalog() {
        Map<String, Item> catalog = new HashMap<>();
        for (Item item : items()) catalog.put(item.sku, item);
        catalog.put("none", null);
        return catalog;
    }

    /** With the orders before it, so many levels. */
    static <T extends Order> T order(T order, int depth) {
        order.id = "o-" + depth;
        order.number = (1L << 53) + 1;
        order.paid = true;
        order.discount = 0.5;
        order.status = OrderStatus.PAID;
        order.createdAt = new Date(1_700_000_000_123L);
        order.customer = customer();
        order.items = items();
        order.labels = new HashMap<>(Map.of("a", "1", "\u00e9", ""));
        order.labels.put("nothing", null);
        order.signature = bytes(20);
        order.previous = depth > 0 ? order(new Order(), depth - 1) : null;
        return order;
    }

    static PriorityOrder priorityOrder() {
        PriorityOrder order = order(new PriorityOrder(), 1);
        order.priority = 7;
        order.reason = "late";
        return order;
    }

    static EchoRequest echo() {
        return EchoRequest.newBuilder()
                .setText("gr\u00fc\u00df \ud83d\ude00")
                .setSmall(-1)
                .setBig((1L << 53) + 1)
                .setUnsigned(-1)
                .setZigzag(-5)
                .setFixed(-1)
                .setRatio(0.1)
                .setFlag(true)
                .setData(ByteString.copyFrom(bytes(300)))
                .setColor(Color.COLOR_BLUE)
                .setNote(Note.newBuilder().setTitle("outer").setNext(Note.newBuilder().setTitle("inner")))
                .addAllTags(Arrays.asList("a", "", "c"))
                .addAllNumbers(Arrays.asList(0L, -1L, Long.MAX_VALUE))
                .putCounts("one", 1)
                .putCounts("", Long.MIN_VALUE)
                .putNotes("n", Note.newBuilder().setTitle("in a map").build())
                .setMaybe("")
                .setNumber(0)
                .build();
    }

    static EchoRequest echoLimits() {
        return EchoRequest.newBuilder()
                .setSmall(Integer.MIN_VALUE)
                .setBig(Long.MIN_VALUE)
                .setZigzag(Long.MIN_VALUE)
                .setRatio(Double.NEGATIVE_INFINITY)
                .setColorValue(99)
                .setWord("word")
                .build();
    }
}
