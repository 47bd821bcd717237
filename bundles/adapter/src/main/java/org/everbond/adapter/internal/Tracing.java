package org.everbond.adapter.internal;

import java.io.IOException;
import java.nio.file.Path;
import org.everbond.hci.HciTrace;
import org.everbond.hci.spi.HciTransport;

/** The trace of an adapter, if one is configured: one file for all transports that come one after another. Any thread. */
final class Tracing implements AutoCloseable {
    private final Path folder;
    private String file = "";
    private boolean keys;
    private HciTrace trace;

    /** @param folder in which relative paths begin */
    Tracing(Path folder) {
        this.folder = folder;
    }

    /** The transport, traced if the settings want that. */
    synchronized HciTransport around(HciTransport transport, Settings settings) throws IOException {
        if (!settings.trace().equals(file) || settings.traceKeys() != keys) {
            close();
            if (!settings.trace().isEmpty()) {
                var options = new HciTrace.Options(settings.traceKeys(), HciTrace.Options.DEFAULT.maxOctets());
                trace = HciTrace.open(folder.resolve(settings.trace()), options);
            }
            file = settings.trace();
            keys = settings.traceKeys();
        }
        return trace == null ? transport : trace.around(transport);
    }

    @Override
    public synchronized void close() {
        if (trace != null) {
            trace.close();
            trace = null;
        }
        file = "";
    }
}
