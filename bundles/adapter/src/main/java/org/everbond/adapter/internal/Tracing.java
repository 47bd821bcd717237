package org.everbond.adapter.internal;

import java.io.IOException;
import java.nio.file.Path;
import org.everbond.hci.HciTrace;
import org.everbond.hci.spi.HciTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trace of an adapter, if one is configured: one file for all transports that come one after another, begun and ended while they
 * carry packets. Without a file that can be written the adapter works on, and the log says so. Any thread.
 */
final class Tracing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tracing.class);

    private final Path folder;
    private volatile Settings wanted;
    private Settings applied;
    /** Null while nothing is traced. */
    private volatile HciTrace present;
    private boolean closed;

    /** @param folder in which relative paths begin */
    Tracing(Path folder, Settings wanted) {
        this.folder = folder;
        this.wanted = wanted;
    }

    /** Other settings, from the next {@link #apply} on. */
    void want(Settings settings) {
        wanted = settings;
    }

    /** Begins or ends the trace as it is wanted now; may block. */
    synchronized void apply() {
        var next = wanted;
        if (closed || applied != null && applied.trace().equals(next.trace()) && applied.traceKeys() == next.traceKeys()) {
            return;
        }
        applied = next;
        end();
        if (!next.trace().isEmpty()) {
            try {
                present = HciTrace.open(
                        folder.resolve(next.trace()), new HciTrace.Options(next.traceKeys(), HciTrace.Options.DEFAULT.maxOctets()));
            } catch (IOException e) {
                LOG.error("Adapter {} is not traced: {}", next.name(), e.getMessage());
            }
        }
    }

    /** The transport, which is traced whenever there is a trace. */
    HciTransport around(HciTransport transport) {
        return HciTrace.around(transport, () -> present);
    }

    private void end() {
        var ended = present;
        present = null;
        if (ended != null) {
            ended.close();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        end();
    }
}
