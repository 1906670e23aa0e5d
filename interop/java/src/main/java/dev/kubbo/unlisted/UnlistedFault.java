package dev.kubbo.unlisted;

/**
 * Dubbo's class check refuses to write this class, and to read it: no signature names it, and no signature names a class
 * whose first three package names are the same (that would be enough).
 */
public class UnlistedFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UnlistedFault(String message) {
        super(message);
    }
}
