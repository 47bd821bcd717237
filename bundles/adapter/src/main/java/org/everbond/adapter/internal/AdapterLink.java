package org.everbond.adapter.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.everbond.adapter.Link;
import org.everbond.adapter.LinkStatus;
import org.everbond.gatt.GattClient;
import org.everbond.hci.ErrorCode;
import org.everbond.host.Connection;
import org.everbond.security.PairingResult;
import org.everbond.security.SecureLink;

/** One connection, as other bundles see it. The snapshot is renewed on the event loop whenever something changed. */
final class AdapterLink implements Link {
    private final Stack stack;
    private final Connection connection;
    private final SecureLink secure;
    private final GattClient client;
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private volatile LinkStatus status;

    /** Called on the event loop. */
    AdapterLink(Stack stack, Connection connection) {
        this.stack = stack;
        this.connection = connection;
        this.secure = stack.security().link(connection);
        this.client = stack.gatt().client(connection);
        this.status = snapshot();
    }

    /** Renews the snapshot; on the event loop. */
    LinkStatus refresh() {
        status = snapshot();
        return status;
    }

    /** The connection ended; on the event loop. */
    void ended() {
        gone.complete(null);
    }

    Connection connection() {
        return connection;
    }

    private LinkStatus snapshot() {
        var bond = secure.bond();
        return new LinkStatus(
                connection.epoch(),
                connection.role(),
                bond.map(known -> known.identity()).orElse(connection.peerAddress()),
                connection.peerAddress(),
                connection.ownAddress(),
                bond,
                secure.security(),
                connection.parameters());
    }

    @Override
    public long id() {
        return connection.epoch();
    }

    @Override
    public boolean isOpen() {
        return !gone.isDone();
    }

    @Override
    public LinkStatus status() {
        return status;
    }

    @Override
    public CompletionStage<PairingResult> pair() {
        return stack.onLoop(() -> open(() -> stack.security().pair(connection)));
    }

    @Override
    public CompletionStage<LinkStatus> encrypt() {
        return stack.onLoop(() -> open(() -> stack.security().encrypt(connection).thenApply(link -> refresh())));
    }

    @Override
    public GattClient gatt() {
        return client;
    }

    @Override
    public CompletionStage<Void> disconnect() {
        return stack.onLoop(() -> {
            connection.disconnect(ErrorCode.REMOTE_USER_TERMINATED_CONNECTION.value());
            return gone;
        });
    }

    private <T> CompletionStage<T> open(Supplier<CompletionStage<T>> action) {
        if (gone.isDone()) {
            return CompletableFuture.failedFuture(new IllegalStateException("link " + id() + " has ended; connect again"));
        }
        return action.get();
    }
}
