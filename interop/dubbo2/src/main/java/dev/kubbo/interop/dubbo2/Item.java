package dev.kubbo.interop.dubbo2;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;

public class Item implements Serializable {
    private String sku;
    private int count;
    private BigDecimal price;
    private Color color;
    private List<String> tags;

    public String getSku() {
        return sku;
    }

    public void setSku(String sku) {
        this.sku = sku;
    }

    public int getCount() {
        return count;
    }

    public void setCount(int count) {
        this.count = count;
    }

    public BigDecimal getPrice() {
        return price;
    }

    public void setPrice(BigDecimal price) {
        this.price = price;
    }

    public Color getColor() {
        return color;
    }

    public void setColor(Color color) {
        this.color = color;
    }

    public List<String> getTags() {
        return tags;
    }

    public void setTags(List<String> tags) {
        this.tags = tags;
    }
}
