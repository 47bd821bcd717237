package org.everbond.gatt.internal.client;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.everbond.gatt.AttException;
import org.everbond.gatt.GattClient;
import org.everbond.gatt.RemoteService;
import org.everbond.gatt.internal.ServiceCalls;
import org.everbond.gatt.internal.att.AttCodec;
import org.everbond.gatt.internal.att.AttError;
import org.everbond.gatt.internal.att.AttPdu;
import org.everbond.gatt.internal.att.AttRequest;
import org.everbond.gatt.internal.att.AttResponse;
import org.everbond.gatt.internal.att.AttUuid;
import org.everbond.hci.EventLoop;

/** The procedures of the GATT client (Vol 3, Part G, 4) on one connection. */
public final class Client implements GattClient {
    private final EventLoop loop;
    private final ClientBearer bearer;
    private final ValueSinks sinks;
    private CompletableFuture<List<RemoteService>> discovered;
    /** Counts what makes a discovery stale, so that one that runs meanwhile is not kept. */
    private int changes;

    public Client(EventLoop loop, ClientBearer bearer, ServiceCalls calls) {
        this.loop = loop;
        this.bearer = bearer;
        this.sinks = new ValueSinks(bearer, calls, loop);
    }

    @Override
    public int mtu() {
        return bearer.bearer().mtu();
    }

    @Override
    public CompletionStage<List<RemoteService>> discover() {
        return onLoop(() -> {
            if (discovered == null) {
                discovered = discoverNow();
            }
            return discovered.copy();
        });
    }

    private CompletableFuture<List<RemoteService>> discoverNow() {
        int before = changes;
        boolean inClear = !bearer.bearer().isEncrypted();
        var discovery = Discovery.of(bearer).thenCompose(this::hearOfChanges);
        discovery.whenComplete((services, failure) -> {
            boolean encryptedSince = inClear && bearer.bearer().isEncrypted();
            if (failure != null || before != changes || encryptedSince) {
                discovered = null;
            }
        });
        return discovery;
    }

    /** Subscribes to Service Changed where the peer has it; discovery does not depend on it. */
    private CompletionStage<List<RemoteService>> hearOfChanges(List<RemoteService> services) {
        for (var service : services) {
            for (var characteristic : service.characteristics()) {
                if (service.uuid().equals(AttUuid.GATT_SERVICE) && characteristic.uuid().equals(AttUuid.SERVICE_CHANGED)) {
                    return sinks.hearOfChanges(characteristic, this::servicesChanged)
                            .handle((done, failure) -> services);
                }
            }
        }
        return CompletableFuture.completedFuture(services);
    }

    /** What was discovered does not hold any more: services changed, or it came over a link that could be anybody's. */
    private void servicesChanged() {
        changes++;
        if (discovered != null && discovered.isDone()) {
            discovered = null;
        }
    }

    /** The link is encrypted: what was discovered in clear is forgotten. */
    public void encrypted() {
        servicesChanged();
    }

    @Override
    public CompletionStage<byte[]> read(int handle) {
        return onLoop(() -> checked(handle, () -> {
            var what = "reading handle 0x%04X".formatted(handle);
            var value = new CompletableFuture<byte[]>();
            bearer.request(new AttRequest.Read(handle), AttResponse.Read.class, what)
                    .whenComplete((response, failure) -> {
                        if (failure != null) {
                            value.completeExceptionally(failure);
                        } else {
                            var read = new ByteArrayOutputStream();
                            read.writeBytes(response.value());
                            readOn(handle, read, response.value().length, value, what);
                        }
                    });
            return value;
        }));
    }

    @Override
    public CompletionStage<byte[]> read(UUID characteristic) {
        return onLoop(() -> {
            var what = "reading " + characteristic;
            return bearer.request(new AttRequest.ReadByType(1, 0xffff, characteristic), AttResponse.ReadByType.class, what)
                    .thenCompose(response -> {
                        var first = response.found().get(0);
                        // 253 octets are the most that a length of one octet leaves for a value.
                        boolean mayBeLong = first.value().length >= Math.min(mtu() - 4, 253);
                        return mayBeLong ? read(first.handle()) : CompletableFuture.completedFuture(first.value());
                    });
        });
    }

    /** Read Long Characteristic Values (4.8.3): a part that fills its PDU may have more behind it. */
    private void readOn(int handle, ByteArrayOutputStream read, int lastPart, CompletableFuture<byte[]> value, String what) {
        if (read.size() > AttCodec.MAX_VALUE) {
            value.completeExceptionally(new AttException(
                    0, what + " failed: the peer's value has more than " + AttCodec.MAX_VALUE + " octets"));
            return;
        }
        if (lastPart < mtu() - 1 || read.size() == AttCodec.MAX_VALUE) {
            value.complete(read.toByteArray());
            return;
        }
        bearer.request(new AttRequest.ReadBlob(handle, read.size()), AttResponse.ReadBlob.class, what)
                .whenComplete((response, failure) -> {
                    if (failure instanceof AttException e
                            && (e.error() == AttError.ATTRIBUTE_NOT_LONG || e.error() == AttError.INVALID_OFFSET)) {
                        value.complete(read.toByteArray());
                    } else if (failure != null) {
                        value.completeExceptionally(failure);
                    } else {
                        read.writeBytes(response.value());
                        readOn(handle, read, response.value().length, value, what);
                    }
                });
    }

    @Override
    public CompletionStage<Void> write(int handle, byte[] value) {
        var own = value.clone();
        return onLoop(() -> checked(handle, own, () -> bearer.request(
                        new AttRequest.Write(handle, own),
                        AttResponse.Write.class,
                        "writing handle 0x%04X".formatted(handle))
                .thenApply(response -> null)));
    }

    @Override
    public CompletionStage<Void> writeWithoutResponse(int handle, byte[] value) {
        var own = value.clone();
        return onLoop(() -> checked(handle, own, () -> bearer.command(
                new AttPdu.WriteCommand(handle, own), "writing handle 0x%04X".formatted(handle))));
    }

    @Override
    public CompletionStage<Void> writeSigned(int handle, byte[] value) {
        var own = value.clone();
        return onLoop(() -> checked(handle, own, () -> bearer.signedWrite(handle, own)));
    }

    @Override
    public CompletionStage<Subscription> subscribe(RemoteService.Characteristic characteristic, Consumer<byte[]> sink) {
        return onLoop(() -> sinks.subscribe(characteristic, sink));
    }

    /** A notification or indication came. */
    public void received(AttPdu.HandleValue pdu) {
        sinks.received(pdu);
    }

    private static <T> CompletableFuture<T> checked(int handle, Supplier<CompletableFuture<T>> procedure) {
        return handle < 1 || handle > 0xffff
                ? CompletableFuture.failedFuture(new AttException(
                        AttError.INVALID_HANDLE, "handle " + handle + " is out of range 1..65535"))
                : procedure.get();
    }

    private static <T> CompletableFuture<T> checked(int handle, byte[] value, Supplier<CompletableFuture<T>> procedure) {
        return value.length > AttCodec.MAX_VALUE
                ? CompletableFuture.failedFuture(new AttException(
                        AttError.INVALID_VALUE_LENGTH,
                        "a value has at most " + AttCodec.MAX_VALUE + " octets, not " + value.length))
                : checked(handle, procedure);
    }

    private <T> CompletionStage<T> onLoop(Supplier<CompletableFuture<T>> procedure) {
        var result = new CompletableFuture<T>();
        Runnable run = () -> procedure.get().whenComplete((value, failure) -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(unwrapped(failure));
            }
        });
        if (loop.inLoop()) {
            run.run();
        } else {
            loop.execute(run);
        }
        return result;
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }
}
