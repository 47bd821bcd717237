package org.everbond.security.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.keys.Lookup;
import org.everbond.crypto.Key;
import org.everbond.hci.ErrorCode;
import org.everbond.host.Connection;
import org.everbond.host.Role;
import org.everbond.security.PairingException;
import org.everbond.security.PairingResult;
import org.everbond.security.SecureLink;
import org.everbond.security.SecurityEvent;
import org.everbond.security.SecurityOptions;
import org.everbond.security.internal.pairing.Pairing;
import org.everbond.security.internal.pairing.PairingLink;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.pdu.Pdu;

/** The security of one link: what protects it now, the pairing that runs on it, and who waits for either. */
final class LinkSecurity implements SecureLink, PairingLink {
    /** Time for a Pairing Failed to leave before the link that it condemns is closed. */
    private static final Duration FAREWELL = Duration.ofMillis(200);

    private final AdapterSecurity adapter;
    private final Surroundings surroundings;
    private final Connection connection;
    private final StoredKeyEncryption encryption;
    private final SmpChannel channel;
    private final PairingWaiters waiters;
    private final LinkBond bond;
    private BondSecurity security;
    private Pairing pairing;
    private boolean open = true;

    LinkSecurity(AdapterSecurity adapter, Surroundings surroundings, Connection connection) {
        this.adapter = adapter;
        this.surroundings = surroundings;
        this.connection = connection;
        this.encryption = new StoredKeyEncryption(this, surroundings, adapter.trials());
        this.channel = new SmpChannel(this, surroundings.bonds());
        this.waiters = new PairingWaiters(surroundings.loop());
        this.bond = new LinkBond(surroundings.bonds(), connection.peerAddress());
    }

    /** The link of a connection that is over: nothing protects it and nothing can be done with it. */
    static LinkSecurity ended(AdapterSecurity adapter, Surroundings surroundings, Connection connection) {
        var link = new LinkSecurity(adapter, surroundings, connection);
        link.open = false;
        return link;
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public Optional<Bond> bond() {
        return bond.get();
    }

    @Override
    public Optional<BondSecurity> security() {
        return Optional.ofNullable(security);
    }

    @Override
    public boolean isPairing() {
        return pairing != null;
    }

    boolean isCentral() {
        return connection.role() == Role.CENTRAL;
    }

    Pairing pairing() {
        return pairing;
    }

    StoredKeyEncryption encryption() {
        return encryption;
    }

    boolean bondedHere() {
        return bond.isMadeHere();
    }

    // What applications ask for.

    CompletionStage<PairingResult> pair() {
        if (!open) {
            return failed("the connection is over; connect again before pairing");
        }
        if (channel.isClosed()) {
            return failed("an earlier pairing on this connection timed out; disconnect, connect and pair again");
        }
        var paired = waiters.add();
        if (pairing == null) {
            if (encryption.isPending()) {
                encryption.start().whenComplete((link, failure) -> startPairing());
            } else {
                startPairing();
            }
        }
        return paired;
    }

    CompletionStage<SecureLink> encrypt() {
        return secured(encryption::start);
    }

    CompletionStage<SecureLink> protect() {
        return secured(() -> surroundings.bonds().lookup(connection.peerAddress()).result() == Lookup.Result.ABSENT
                        && bond().isEmpty()
                ? CompletableFuture.completedFuture(this)
                : encryption.start());
    }

    private CompletionStage<SecureLink> secured(Supplier<CompletionStage<SecureLink>> otherwise) {
        if (!open) {
            return failed("the connection is over; connect again");
        }
        if (pairing != null) {
            var later = new CompletableFuture<SecureLink>();
            waiters.afterwards(() -> secured(otherwise).whenComplete((link, failure) -> settle(later, link, failure)));
            return later;
        }
        return security != null ? CompletableFuture.completedFuture(this) : otherwise.get();
    }

    // Pairing.

    void startPairing() {
        if (!open || pairing != null) {
            return;
        }
        if (!isStoreReady()) {
            waiters.fail("the store of bonds is not ready, so nothing can be paired; see the state of the store");
        } else if (isCentral()) {
            pairing = Pairing.initiate(this);
            tell(new SecurityEvent.PairingStarted(connection, true));
            pairing.request();
        } else if (!waiters.expectsCentral()) {
            channel.requestSecurity();
            waiters.expectCentral(options().idleTimeout());
        }
    }

    /** A Pairing Request came while nothing was under way: the place where the peer's wish to pair is judged. */
    void pairingRequested(Pdu.PairingRequest request) {
        if (!isPairingWanted()) {
            refuse(
                    FailureReason.PAIRING_NOT_SUPPORTED,
                    "the peer " + connection.peerAddress() + " wanted to pair while this gateway is not bondable;"
                            + " make it bondable for a while, if the peer is yours");
        } else if (!isStoreReady()) {
            refuse(
                    FailureReason.UNSPECIFIED_REASON,
                    "the peer wanted to pair while the store of bonds is not ready; pair again once it is");
        } else {
            encryption.abandon();
            pairing = Pairing.respond(this);
            tell(new SecurityEvent.PairingStarted(connection, false));
            pairing.respond(request);
        }
    }

    /** Says no to a pairing before it begins. */
    void refuse(FailureReason reason, String sentence) {
        channel.send(new Pdu.PairingFailed(reason.code()));
        tell(new SecurityEvent.PairingFailed(connection, new PairingException(sentence, reason.code(), false)));
    }

    /** The peer refused a pairing before it began, as an answer to our Security Request. */
    void refusedByPeer(PairingException refusal) {
        encryption.refusedByPeer(refusal);
        if (waiters.expectsCentral()) {
            waiters.fail(refusal);
        }
    }

    @Override
    public boolean isPairingWanted() {
        return waiters.isAsked() || adapter.isBondable();
    }

    @Override
    public boolean isPairingAsked() {
        return waiters.isAsked();
    }

    @Override
    public SecurityOptions options() {
        return adapter.options();
    }

    @Override
    public KeyPairs keyPairs() {
        return adapter.keyPairs();
    }

    @Override
    public Surroundings surroundings() {
        return surroundings;
    }

    private boolean isStoreReady() {
        return surroundings.bonds().ready() && surroundings.bonds().local().isPresent();
    }

    @Override
    public void encryptedByPairing(Key ltk, BondSecurity achieved) {
        encryption.session(ltk, achieved);
        encrypted(achieved);
    }

    @Override
    public void committed(Bond made) {
        adapter.trials().forget(made.id());
        bond.made(made);
    }

    @Override
    public void paired(PairingResult result) {
        pairing = null;
        tell(new SecurityEvent.Paired(connection, result));
        waiters.succeed(result);
    }

    @Override
    public void pairingFailed(PairingException cause, boolean timedOut, boolean encrypted) {
        pairing = null;
        bond.notMadeHere();
        if (timedOut) {
            channel.close();
        }
        tell(new SecurityEvent.PairingFailed(connection, cause));
        waiters.fail(cause);
        if (encrypted) {
            // What the link is encrypted with now belongs to no bond and to no successful pairing.
            encryption.session(null, null);
            notEncrypted();
            surroundings.loop().schedule(FAREWELL, () -> connection.disconnect(ErrorCode.AUTHENTICATION_FAILURE.value()));
        }
    }

    // Encryption.

    void longTermKeyRequested(long rand, int ediv) {
        if (isCentral()) {
            return;
        }
        if (pairing != null) {
            var key = pairing.longTermKeyRequested(rand, ediv);
            if (key.isPresent()) {
                connection.replyLongTermKey(key.get());
                return;
            }
        }
        encryption.requested(rand, ediv);
    }

    void encryptionChanged(int status, boolean on) {
        if (status == 0 && !on) {
            encryptionOff();
        } else if (encryption.isPending()) {
            encryption.changed(status);
        } else if (pairing != null) {
            pairing.encryptionChanged(status);
        } else if (!connection.isEncrypted() && security != null) {
            encryptionOff();
        }
        // Else the controller used a key that we did not give it: whatever it is, it proves nothing about the peer.
    }

    /** The link is encrypted with a key that we gave. */
    void encrypted(BondSecurity achieved) {
        security = achieved;
        tell(new SecurityEvent.EncryptionChanged(connection, Optional.of(achieved)));
        if (pairing == null && waiters.expectsCentral() && bond().isPresent()) {
            // As peripheral we asked for security, and the central has it already.
            waiters.succeed(new PairingResult(achieved, PairingResult.Bonding.BONDED, bond(), 0));
        }
    }

    /** Encryption ended while the link goes on: somebody may be listening in, or pretending to be the peer. */
    private void encryptionOff() {
        if (pairing != null) {
            pairing.encryptionChanged(ErrorCode.AUTHENTICATION_FAILURE.value());
        }
        notEncrypted();
        if (bond().isPresent()) {
            connection.disconnect(ErrorCode.AUTHENTICATION_FAILURE.value());
        }
    }

    private void notEncrypted() {
        if (security != null) {
            security = null;
            tell(new SecurityEvent.EncryptionChanged(connection, Optional.empty()));
        }
    }

    // The rest of the world.

    void received(byte[] sdu) {
        channel.received(sdu);
    }

    SmpChannel channel() {
        return channel;
    }

    /** The bonds have changed, or this link is new. */
    void bondsChanged() {
        bond.refresh();
        encryption.bondsChanged();
    }

    void disconnected(int reason) {
        open = false;
        security = null;
        if (pairing != null) {
            pairing.disconnected(reason);
        }
        encryption.disconnected(reason);
        waiters.fail("the connection ended: " + ErrorCode.describe(reason) + "; connect again");
        bond.disconnected();
    }

    void tell(SecurityEvent event) {
        adapter.tell(event);
    }

    private static <T> CompletionStage<T> failed(String sentence) {
        return CompletableFuture.failedFuture(new PairingException(sentence, 0, false));
    }

    private static <T> void settle(CompletableFuture<T> future, T value, Throwable failure) {
        if (failure == null) {
            future.complete(value);
        } else {
            future.completeExceptionally(failure);
        }
    }
}
