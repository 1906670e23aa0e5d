package dev.kubbo.interop.dubbo2;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What is asked of the protocol rather than of the types. Its twin is src/contracts/wire.ts. */
public interface Wire {
    /** The same text. */
    String text(String value);

    /**
     * Throws by kind: "fault" Fault(message, 7, IllegalStateException("cause")), "runtime" IllegalArgumentException(message),
     * "plain" what the language itself throws. Any other kind returns the kind.
     */
    String fail(String kind, String message) throws Fault;

    /** The attachments that the provider sees, as texts. Answers with the attachment `wire-answer` = "yes". */
    Map<String, String> attachments();

    /** "slept", after that time. */
    String sleep(int delayMs);

    /** So many zero bytes. */
    byte[] bytes(int length);

    /** Is remembered; sent one way. */
    void note(String text);

    /** What `note` was told. */
    List<String> notes();

    CompletableFuture<String> later(String value);

    /** The same item with count + 1. */
    Item next(Item item);
}
