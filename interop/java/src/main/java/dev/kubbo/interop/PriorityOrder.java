package dev.kubbo.interop;

public class PriorityOrder extends Order {
    private static final long serialVersionUID = 1;

    public int priority;
    public String reason;
}
