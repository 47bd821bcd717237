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
    private HciTrace file;
    /** Null while nothing is traced. */
    private volatile Tap tap;
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
                file = HciTrace.open(
                        folder.resolve(next.trace()), new HciTrace.Options(next.traceKeys(), HciTrace.Options.DEFAULT.maxOctets()));
                tap = new Tap(file);
            } catch (IOException e) {
                LOG.error("Adapter {} is not traced: {}", next.name(), e.getMessage());
            }
        }
    }

    /** The transport, which is traced whenever there is a trace. */
    HciTransport around(HciTransport transport) {
        return new HciTransport() {
            @Override
            public void open(Receiver receiver) throws IOException {
                transport.open(new Receiver() {
                    @Override
                    public void received(byte[] packet) {
                        var present = tap;
                        if (present != null) {
                            present.heard.received(packet);
                        }
                        receiver.received(packet);
                    }

                    @Override
                    public void lost(IOException cause) {
                        receiver.lost(cause);
                    }
                });
            }

            @Override
            public void send(byte[] packet) {
                var present = tap;
                if (present != null) {
                    present.traced.send(packet);
                }
                transport.send(packet);
            }

            @Override
            public void setBaudRate(int baudRate) {
                transport.setBaudRate(baudRate);
            }

            @Override
            public void close() {
                transport.close();
            }
        };
    }

    private void end() {
        tap = null;
        if (file != null) {
            file.close();
            file = null;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        end();
    }

    /** A transport that carries nothing: what passes it is traced. */
    private static final class Tap implements HciTransport {
        final HciTransport traced;
        Receiver heard;

        Tap(HciTrace trace) throws IOException {
            traced = trace.around(this);
            traced.open(new Receiver() {
                @Override
                public void received(byte[] packet) {
                    // Traced on its way here.
                }

                @Override
                public void lost(IOException cause) {
                    // Nothing is carried.
                }
            });
        }

        @Override
        public void open(Receiver receiver) {
            heard = receiver;
        }

        @Override
        public void send(byte[] packet) {
            // Traced on its way here.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
