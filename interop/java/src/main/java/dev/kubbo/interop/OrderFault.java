package dev.kubbo.interop;

/**
 * An unchecked exception that no method declares. It travels as itself all the same: Dubbo trusts every class whose first
 * three package names are those of a class in a signature.
 */
public class OrderFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    public String reason;

    public OrderFault(String message, String reason) {
        super(message);
        this.reason = reason;
    }
}
