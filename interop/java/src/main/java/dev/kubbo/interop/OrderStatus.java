package dev.kubbo.interop;

public enum OrderStatus {
    NEW,
    PAID,
    SHIPPED
}
