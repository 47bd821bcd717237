package org.everbond.shell.internal;

/** A command of the scope {@code ble}. */
record Command(Usage usage, Body body) {
    /** What it does. Runs on the thread of the session and may block until its deadline. */
    @FunctionalInterface
    interface Body {
        void run(Call call) throws CommandException, InterruptedException;
    }
}
