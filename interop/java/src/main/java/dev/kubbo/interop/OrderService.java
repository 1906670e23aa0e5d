package dev.kubbo.interop;

import java.math.BigDecimal;
import java.util.Date;
import java.util.List;
import java.util.Map;

/** Each answer is a pure function of the arguments, except {@link #hostname} and {@link #attachments}. */
public interface OrderService {
    /** The name of the pod that answers: HOSTNAME. */
    String hostname();

    /** Does nothing. */
    void touch(String id);

    /** The same text, null for null. */
    String text(String value);

    /** The text, so many times. */
    String repeat(String value, int times);

    /** The sum, wrapping at 32 bits. */
    int addInts(int a, int b);

    /** The sum, wrapping at 64 bits. */
    long addLongs(long a, long b);

    double addDoubles(double a, double b);

    boolean not(boolean value);

    /** The same value; so are the next three. */
    Integer boxedInt(Integer value);

    Long boxedLong(Long value);

    Double boxedDouble(Double value);

    Boolean boxedBoolean(Boolean value);

    /** The bytes backwards, null for null. */
    byte[] reverse(byte[] bytes);

    /** The same value with the same scale. */
    BigDecimal decimal(BigDecimal value);

    /** 86,400,000 ms later, null for null. */
    Date nextDay(Date value);

    /** NEW, PAID, SHIPPED, NEW; null for null. */
    OrderStatus nextStatus(OrderStatus status);

    /** The same order; a PriorityOrder stays one. */
    Order order(Order order);

    /** The same order with priority + 1. */
    PriorityOrder raise(PriorityOrder order);

    /**
     * A new order: id "order-" + customer.name, number = sum of the quantities, status NEW, createdAt 0 ms,
     * labels {"source": "interop"}, the customer and items as given, all else unset.
     */
    Order place(Customer customer, List<Item> items);

    /**
     * An id that starts with "missing" throws OrderNotFound("no order " + id, id, 404, ["cache", "store"]). Any other:
     * place(null, null) with this id.
     */
    Order find(String id) throws OrderNotFound;

    /** The items backwards. */
    List<Item> items(List<Item> items);

    /** The same map. */
    Map<String, Item> catalog(Map<String, Item> items);

    /** Each value + 1, wrapping at 64 bits. */
    List<Long> longs(List<Long> values);

    /** Each value + 1, wrapping at 64 bits. */
    Map<String, List<Long>> groups(Map<String, List<Long>> groups);

    /** "none" */
    String describe();

    /** "String:" + value */
    String describe(String value);

    /** "long:" + value */
    String describe(long value);

    /** "String,int:" + value + "," + number */
    String describe(String value, int number);

    String join(String separator, String... parts);

    /** The sum, wrapping at 64 bits. */
    long sum(long... values);

    /**
     * Throws by kind: "runtime" RuntimeException(message), "state" IllegalStateException(message), "argument"
     * IllegalArgumentException(message, cause IllegalStateException("cause of " + message)), "fault" OrderFault(message,
     * reason "undeclared"), "unlisted" UnlistedFault(message), which a Java provider cannot send (Dubbo2: status 50). Any
     * other kind returns.
     */
    void fail(String kind, String message);

    /** The text form of all attachments that the provider sees. */
    Map<String, String> attachments();

    /** "slept " + delayMs, after that time. */
    String sleep(int delayMs);
}
