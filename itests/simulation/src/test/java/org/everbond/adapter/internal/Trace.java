package org.everbond.adapter.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.everbond.hci.HciTrace;

/** The HCI trace of a gateway, as it is configured for people who send it to others: keys blanked. */
final class Trace {
    private final Path file;
    private final HciTrace trace;

    Trace(SimulatedGateway gateway) {
        try {
            file = Files.createTempFile("story", ".btsnoop");
            Files.delete(file);
            trace = HciTrace.open(file, HciTrace.Options.DEFAULT);
            gateway.traced = trace::around;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes it. Returns all of it. */
    byte[] end() {
        trace.close();
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete() {
        trace.close();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
