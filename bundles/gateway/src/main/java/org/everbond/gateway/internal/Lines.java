package org.everbond.gateway.internal;

import java.io.IOException;
import java.io.PrintStream;

/** Where commands come from, line by line, and where their output goes. */
interface Lines extends AutoCloseable {
    /** Where commands write. */
    PrintStream out();

    /** Waits for the next line; null at the end. */
    String next() throws IOException;

    /** From now until {@link #next} the user may want to interrupt what is running. */
    default void interruptible(Runnable interrupt) {}

    @Override
    default void close() throws IOException {}
}
