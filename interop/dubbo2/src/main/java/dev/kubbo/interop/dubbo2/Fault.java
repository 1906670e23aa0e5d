package dev.kubbo.interop.dubbo2;

/** A checked exception with a field, that Wire declares. */
public class Fault extends Exception {
    private int code;

    public Fault() {}

    public Fault(String message, int code, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public int getCode() {
        return code;
    }

    public void setCode(int code) {
        this.code = code;
    }
}
