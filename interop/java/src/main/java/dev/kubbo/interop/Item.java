package dev.kubbo.interop;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;

public class Item implements Serializable {
    private static final long serialVersionUID = 1;

    public String sku;
    public int quantity;
    public BigDecimal price;
    public double weight;
    public List<String> tags;

    public Item() {}

    public Item(String sku, int quantity, BigDecimal price, double weight, List<String> tags) {
        this.sku = sku;
        this.quantity = quantity;
        this.price = price;
        this.weight = weight;
        this.tags = tags;
    }
}
