package dev.kubbo.interop.dubbo2;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Values that samples are made of. */
final class Samples {
    private Samples() {}

    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 3);
        return bytes;
    }

    @SafeVarargs
    static <T> List<T> list(T... items) {
        return new ArrayList<>(Arrays.asList(items));
    }

    @SuppressWarnings("unchecked")
    static <K, V> Map<K, V> map(Object... entries) {
        Map<K, V> map = new HashMap<>();
        for (int i = 0; i < entries.length; i += 2) map.put((K) entries[i], (V) entries[i + 1]);
        return map;
    }

    static Item item(String sku) {
        return fill(new Item(), sku);
    }

    static Gift gift() {
        Gift gift = fill(new Gift(), "g");
        gift.setNote("for you");
        return gift;
    }

    private static <T extends Item> T fill(T item, String sku) {
        item.setSku(sku);
        item.setCount(2);
        item.setPrice(new BigDecimal("1.10"));
        item.setColor(Color.RED);
        item.setTags(list("x"));
        return item;
    }

    static Page<Item> page() {
        Page<Item> page = new Page<>();
        page.total = 5;
        page.items = list(item("a"));
        return page;
    }

    static Node node() {
        Node first = new Node();
        first.name = "a";
        first.next = new Node();
        first.next.name = "b";
        return first;
    }
}
