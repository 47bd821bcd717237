package org.everbond.gateway.demo;

/** The story did not go on. The message is one sentence for people. */
public final class DemoException extends Exception {
    private static final long serialVersionUID = 1;

    DemoException(String message) {
        super(message);
    }
}
