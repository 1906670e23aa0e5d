package dev.kubbo.interop;

import java.io.Serializable;
import java.util.Date;
import java.util.List;
import java.util.Map;

/** No float field here or below: Java corrupts it, and its neighbours, when reading. */
public class Order implements Serializable {
    private static final long serialVersionUID = 1;

    public String id;
    public long number;
    public boolean paid;
    public Double discount;
    public OrderStatus status;
    public Date createdAt;
    public Customer customer;
    public List<Item> items;
    public Map<String, String> labels;
    public byte[] signature;
    public Order previous;
}
