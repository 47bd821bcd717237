package org.everbond.gatt.internal.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.everbond.gatt.AttException;
import org.everbond.gatt.GattClient.Subscription;
import org.everbond.gatt.Property;
import org.everbond.gatt.RemoteService;
import org.everbond.gatt.internal.OperatorLog;
import org.everbond.gatt.internal.ServiceCalls;
import org.everbond.gatt.internal.att.AttPdu;
import org.everbond.gatt.internal.att.AttRequest;
import org.everbond.gatt.internal.att.AttResponse;
import org.everbond.gatt.internal.att.AttUuid;
import org.everbond.hci.EventLoop;

/** Who gets the values that the peer notifies and indicates (Vol 3, Part G, 4.10, 4.11). */
final class ValueSinks {
    /** What may wait for sinks; a peer that is faster loses notifications. */
    private static final int MAX_WAITING_OCTETS = 1024 * 1024;
    private static final int VALUE_OVERHEAD = 64;
    private static final byte[] OFF = {0, 0};

    private final ClientBearer bearer;
    private final ServiceCalls calls;
    private final EventLoop loop;
    private final Map<Integer, List<Consumer<byte[]>>> sinks = new HashMap<>();
    private int changedHandle;
    private Runnable changed = () -> {};
    private int waitingOctets;
    private boolean overflown;

    ValueSinks(ClientBearer bearer, ServiceCalls calls, EventLoop loop) {
        this.bearer = bearer;
        this.calls = calls;
        this.loop = loop;
    }

    /** @param changed runs on the loop at each Service Changed */
    CompletableFuture<Void> hearOfChanges(RemoteService.Characteristic serviceChanged, Runnable changed) {
        changedHandle = serviceChanged.valueHandle();
        this.changed = changed;
        return configure(serviceChanged, new byte[] {2, 0});
    }

    CompletableFuture<Subscription> subscribe(RemoteService.Characteristic characteristic, Consumer<byte[]> sink) {
        boolean notify = characteristic.properties().contains(Property.NOTIFY);
        if (!notify && !characteristic.properties().contains(Property.INDICATE)) {
            return CompletableFuture.failedFuture(new AttException(
                    0, "characteristic " + characteristic.uuid() + " can neither notify nor indicate"));
        }
        var all = sinks.computeIfAbsent(characteristic.valueHandle(), handle -> new ArrayList<>());
        // The sink is there before the peer may send: it does so as soon as it has taken the write.
        all.add(sink);
        var written = all.size() > 1
                ? CompletableFuture.<Void>completedFuture(null)
                : configure(characteristic, new byte[] {(byte) (notify ? 1 : 2), 0});
        var subscribed = new CompletableFuture<Subscription>();
        written.whenComplete((done, failure) -> {
            if (failure != null) {
                remove(characteristic, sink);
                subscribed.completeExceptionally(failure);
            } else {
                subscribed.complete(subscription(characteristic, sink));
            }
        });
        return subscribed;
    }

    private Subscription subscription(RemoteService.Characteristic characteristic, Consumer<byte[]> sink) {
        var ended = new AtomicReference<CompletableFuture<Void>>();
        return () -> {
            var end = new CompletableFuture<Void>();
            if (!ended.compareAndSet(null, end)) {
                return ended.get();
            }
            loop.execute(() -> {
                if (remove(characteristic, sink) && bearer.bearer().isOpen()) {
                    configure(characteristic, OFF).whenComplete((done, failure) -> {
                        if (failure == null) {
                            end.complete(null);
                        } else {
                            end.completeExceptionally(failure);
                        }
                    });
                } else {
                    end.complete(null);
                }
            });
            return end;
        };
    }

    /** @return whether it was the last one for this characteristic */
    private boolean remove(RemoteService.Characteristic characteristic, Consumer<byte[]> sink) {
        var all = sinks.get(characteristic.valueHandle());
        if (all == null) {
            return false;
        }
        all.remove(sink);
        if (all.isEmpty()) {
            sinks.remove(characteristic.valueHandle());
        }
        return all.isEmpty();
    }

    private CompletableFuture<Void> configure(RemoteService.Characteristic characteristic, byte[] value) {
        for (var descriptor : characteristic.descriptors()) {
            if (descriptor.uuid().equals(AttUuid.CLIENT_CONFIGURATION)) {
                return bearer.request(
                                new AttRequest.Write(descriptor.handle(), value),
                                AttResponse.Write.class,
                                "subscribing to " + characteristic.uuid())
                        .thenApply(response -> null);
            }
        }
        return CompletableFuture.failedFuture(new AttException(0, "characteristic " + characteristic.uuid()
                + " has no Client Characteristic Configuration to subscribe with"));
    }

    void received(AttPdu.HandleValue pdu) {
        if (pdu.handle() == changedHandle) {
            changed.run();
        }
        int octets = pdu.value().length + VALUE_OVERHEAD;
        var receivers = sinks.get(pdu.handle());
        if (receivers == null || waitingOctets + octets > MAX_WAITING_OCTETS) {
            reportLoss(receivers != null);
            delivered(pdu);
            return;
        }
        var now = List.copyOf(receivers);
        waitingOctets += octets;
        calls.tell(() -> {
            try {
                now.forEach(sink -> sink.accept(pdu.value()));
            } finally {
                loop.execute(() -> {
                    waitingOctets -= octets;
                    delivered(pdu);
                });
            }
        });
    }

    /** An indication is confirmed when its sinks have it (Vol 3, Part F, 3.4.7.3). */
    private void delivered(AttPdu.HandleValue pdu) {
        if (pdu instanceof AttPdu.HandleValueIndication && !bearer.bearer().isUnproven()) {
            bearer.bearer().send(new AttPdu.HandleValueConfirmation());
        }
    }

    private void reportLoss(boolean lost) {
        if (lost && !overflown) {
            overflown = true;
            OperatorLog.valuesDropped(bearer.bearer().connection());
        }
    }
}
