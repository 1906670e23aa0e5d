package dev.kubbo.interop;

import java.util.List;

/** The declared business exception: it travels as a value, with its fields. */
public class OrderNotFound extends Exception {
    private static final long serialVersionUID = 1;

    public String orderId;
    public int code;
    public List<String> searched;

    public OrderNotFound(String message, String orderId, int code, List<String> searched) {
        super(message);
        this.orderId = orderId;
        this.code = code;
        this.searched = searched;
    }
}
