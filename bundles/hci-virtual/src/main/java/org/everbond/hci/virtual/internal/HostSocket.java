package org.everbond.hci.virtual.internal;

import java.util.function.Consumer;
import org.everbond.hci.EventLoop;

/** Where one host at a time is plugged in. Any thread may call; it takes effect on the loop. */
final class HostSocket {
    private final EventLoop loop;
    private final Consumer<byte[]> fromHost;
    private final Runnable powerOff;
    private volatile Consumer<byte[]> host;
    private Runnable unplugged = () -> {};

    /**
     * @param fromHost takes what the host sends
     * @param powerOff runs when there is no host any more: it also supplies the power
     */
    HostSocket(EventLoop loop, Consumer<byte[]> fromHost, Runnable powerOff) {
        this.loop = loop;
        this.fromHost = fromHost;
        this.powerOff = powerOff;
    }

    boolean isUsed() {
        return host != null;
    }

    void attach(Consumer<byte[]> newHost, Runnable whenUnplugged) {
        loop.execute(() -> {
            free();
            unplugged = whenUnplugged;
            host = newHost;
        });
    }

    void receive(byte[] packet) {
        loop.execute(() -> {
            if (host != null) {
                fromHost.accept(packet);
            }
        });
    }

    void receive(Consumer<byte[]> from, byte[] packet) {
        loop.execute(() -> {
            if (host == from) {
                fromHost.accept(packet);
            }
        });
    }

    void detach() {
        loop.execute(this::free);
    }

    void detach(Consumer<byte[]> from) {
        loop.execute(() -> {
            if (host == from) {
                free();
            }
        });
    }

    /** As {@link #detach()}, and the host is told. */
    void unplug() {
        loop.execute(() -> {
            var tell = unplugged;
            free();
            tell.run();
        });
    }

    private void free() {
        host = null;
        unplugged = () -> {};
        powerOff.run();
    }

    void toHost(byte[] packet) {
        var receiver = host;
        if (receiver != null) {
            receiver.accept(packet);
        }
    }
}
