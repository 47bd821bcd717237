package org.everbond.adapter.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.everbond.adapter.AdapterState;
import org.everbond.bonds.keys.BondStore;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.EventLoop;
import org.everbond.hci.spi.HciTransport;
import org.everbond.host.ControllerInfo;
import org.everbond.host.Host;
import org.everbond.host.HostOptions;

/**
 * The state machine of an adapter: waits for the store, opens the transport, brings the controller up, and does so again whenever
 * one of them was lost, with growing pauses, for as long as the adapter is there. Belongs to the event loop.
 */
final class Lifecycle {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    /** A transport that does not come to an end does not keep the next one waiting for longer. */
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

    /** Hears of each change, on the event loop. */
    @FunctionalInterface
    interface Listener {
        void changed(AdapterState state, String reason);
    }

    /** Opens the configured transport; may block. */
    @FunctionalInterface
    interface Opener {
        Opened open(HciTransport.Receiver receiver) throws IOException;
    }

    /** An open transport, and how the host is to start on it. */
    record Opened(HciTransport transport, HostOptions options) {}

    private final EventLoop loop;
    private final Executor io;
    private final Host host;
    private final BondStore bonds;
    private final Supplier<String> storeReason;
    private final IdentityOnAir identity;
    private final Listener listener;

    private Opener opener;
    private AdapterState state = AdapterState.OFF;
    private String reason = "";
    /** Why the last attempt failed, until one succeeds: still what people want to know while the next one is under way. */
    private String lastFailure = "";
    /** Grows with each attempt, so that what belongs to an earlier one is told apart. */
    private long attempt;
    private HciTransport transport;
    /** Completes when the transport before is closed: until then its controller has a host. */
    private CompletableFuture<Void> released = CompletableFuture.completedFuture(null);
    private AttemptReceiver receiver = new AttemptReceiver(0);
    private ControllerInfo controller;
    private Duration pause = FIRST_PAUSE;
    private EventLoop.Timer retry = () -> {};

    /**
     * @param io runs what blocks
     * @param storeReason why the store is not ready
     */
    Lifecycle(
            EventLoop loop, Executor io, Host host, BondStore bonds, Supplier<String> storeReason, IdentityOnAir identity,
            Listener listener) {
        this.loop = loop;
        this.io = io;
        this.host = host;
        this.bonds = bonds;
        this.storeReason = storeReason;
        this.identity = identity;
        this.listener = listener;
    }

    void configure(Opener opener) {
        this.opener = opener;
    }

    AdapterState state() {
        return state;
    }

    String reason() {
        return reason;
    }

    Optional<ControllerInfo> controller() {
        return Optional.ofNullable(state == AdapterState.UP ? controller : null);
    }

    /** As whom the adapter is on air; while it is not, as whom the store would have it. */
    Optional<DeviceAddress> identity() {
        return state == AdapterState.UP ? Optional.of(identity.get()) : bonds.identityAddress();
    }

    void start() {
        if (state == AdapterState.OFF) {
            waitForStore();
        }
    }

    /** The store or its content changed. */
    void storeChanged() {
        if (state == AdapterState.WAITING_FOR_STORE) {
            waitForStore();
        } else if (identity.isOutdated()) {
            restart("the store holds another identity now");
        }
    }

    /** Something that an attempt failed for may be there now. */
    void retryNow() {
        if (state == AdapterState.LOST) {
            pause = FIRST_PAUSE;
            waitForStore();
        }
    }

    /** Ends what is there and begins anew, with the present configuration. */
    void restart(String why) {
        if (state != AdapterState.OFF) {
            long current = ++attempt;
            lastFailure = "";
            identity.forget();
            retry.cancel();
            become(AdapterState.STARTING, why);
            release(true).whenComplete((done, failure) -> {
                if (current == attempt) {
                    waitForStore();
                }
            });
        }
    }

    /** @return completes when the controller was told and the transport is closed */
    CompletionStage<Void> stop() {
        attempt++;
        retry.cancel();
        become(AdapterState.OFF, "stopped");
        return release(true);
    }

    private void waitForStore() {
        retry.cancel();
        if (!bonds.ready()) {
            become(AdapterState.WAITING_FOR_STORE, storeReason.get());
            return;
        }
        become(AdapterState.STARTING, lastFailure);
        long current = ++attempt;
        receiver.over = true;
        receiver = new AttemptReceiver(current);
        var receiving = receiver;
        released.thenRun(() -> open(current, receiving));
    }

    private void open(long current, AttemptReceiver receiving) {
        if (current != attempt) {
            return;
        }
        Opener open = opener;
        io.execute(() -> {
            try {
                var opened = open.open(receiving);
                loop.execute(() -> opened(current, opened));
            } catch (IOException | RuntimeException | LinkageError e) {
                // A LinkageError is what the provider of a bundle throws that is being updated at this moment.
                loop.execute(() -> failed(current, sentence(e)));
            }
        });
    }

    private void opened(long current, Opened opened) {
        if (current != attempt) {
            io.execute(opened.transport()::close);
            return;
        }
        transport = opened.transport();
        host.options(opened.options());
        host.start(transport).thenCompose(info -> identified(current, info)).whenComplete((info, failure) -> {
            if (current != attempt) {
                return;
            }
            if (failure != null) {
                failed(current, sentence(failure));
            } else {
                controller = info;
                pause = FIRST_PAUSE;
                lastFailure = "";
                become(AdapterState.UP, "");
            }
        });
    }

    private CompletionStage<ControllerInfo> identified(long current, ControllerInfo info) {
        return current == attempt ? identity.with(info) : CompletableFuture.failedFuture(new IOException("stopped"));
    }

    private void failed(long current, String why) {
        if (current != attempt) {
            return;
        }
        attempt++;
        lastFailure = why;
        become(AdapterState.LOST, why);
        release(false);
        retry = loop.schedule(pause, this::waitForStore);
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
    }

    /** The host can do no more with this controller. */
    void controllerLost(String why) {
        failed(attempt, why);
    }

    private CompletionStage<Void> release(boolean orderly) {
        HciTransport closing = transport;
        transport = null;
        controller = null;
        if (closing == null) {
            return released;
        }
        var closed = new CompletableFuture<Void>();
        released = closed;
        var limit = loop.schedule(LONGEST_CLOSE, () -> closed.complete(null));
        closed.thenRun(limit::cancel);
        var receiving = receiver;
        host.stop(orderly).whenComplete((done, failure) -> {
            receiving.over = true;
            io.execute(() -> {
                closing.close();
                loop.execute(() -> closed.complete(null));
            });
        });
        return closed;
    }

    private void become(AdapterState next, String why) {
        if (state != next || !reason.equals(why)) {
            state = next;
            reason = why;
            listener.changed(next, why);
        }
    }

    private static String sentence(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    /** Brings what one transport says to the loop, until the host is done with it. */
    private final class AttemptReceiver implements HciTransport.Receiver {
        private final long mine;
        private boolean over;

        AttemptReceiver(long mine) {
            this.mine = mine;
        }

        @Override
        public void received(byte[] packet) {
            loop.execute(() -> {
                if (!over) {
                    host.received(packet);
                }
            });
        }

        @Override
        public void lost(IOException cause) {
            loop.execute(() -> failed(mine, sentence(cause)));
        }
    }
}
