package org.everbond.security.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.keys.Lookup;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.hci.ErrorCode;
import org.everbond.host.Connection;
import org.everbond.host.Role;
import org.everbond.security.PairingException;
import org.everbond.security.PairingResult;
import org.everbond.security.SecureLink;
import org.everbond.security.SecurityEvent;

/** The security of one link: what protects it now, the pairing that runs on it, and who waits for either. */
final class LinkSecurity implements SecureLink {
    /** More than anybody reads: a peer that asks on and on is told of so often on one link. */
    private static final int REFUSALS_TOLD = 16;

    private final AdapterSecurity adapter;
    private final Surroundings surroundings;
    private final Connection connection;
    private final StoredKeyEncryption encryption;
    private final SmpChannel channel;
    private final LinkPairing pairing;
    private final LinkBond bond;
    private Supplier<Optional<Subscriptions>> subscriptions = Optional::empty;
    private BondSecurity security;
    private boolean open = true;
    /** Whether nobody knows yet whose address the peer uses. */
    private boolean unrecognised;
    private int refusals;
    private final List<Runnable> whenRecognised = new ArrayList<>();

    LinkSecurity(AdapterSecurity adapter, Surroundings surroundings, Connection connection) {
        this.adapter = adapter;
        this.surroundings = surroundings;
        this.connection = connection;
        this.encryption = new StoredKeyEncryption(this, surroundings, adapter.trials());
        this.channel = new SmpChannel(this, surroundings.bonds());
        this.pairing = new LinkPairing(adapter, surroundings, this);
        this.bond = new LinkBond(surroundings.bonds(), adapter.trials(), connection.peerAddress());
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
        return pairing.current() != null;
    }

    @Override
    public boolean isUnproven() {
        return security == null && (unrecognised || bond().isPresent());
    }

    @Override
    public void subscriptions(Supplier<Optional<Subscriptions>> those) {
        subscriptions = those;
    }

    Optional<Subscriptions> subscriptions() {
        return subscriptions.get();
    }

    /** Whether it is being searched for whose address the peer uses; a store that is away may take longer than anybody waits. */
    boolean isBeingRecognised() {
        return unrecognised && surroundings.bonds().ready();
    }

    boolean isCentral() {
        return connection.role() == Role.CENTRAL;
    }

    boolean isOpen() {
        return open;
    }

    LinkPairing pairing() {
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
        return pairing.ask();
    }

    CompletionStage<SecureLink> encrypt() {
        return secured(encryption::start);
    }

    CompletionStage<SecureLink> protect() {
        return secured(() -> {
            var known = surroundings.bonds().lookup(connection.peerAddress()).result();
            if (known == Lookup.Result.NOT_READY && bond().isEmpty()) {
                return laterProtected();
            }
            return known == Lookup.Result.ABSENT && bond().isEmpty()
                    ? CompletableFuture.completedFuture(this)
                    : encryption.start();
        });
    }

    /** Nobody knows yet whether there is a key. */
    private CompletionStage<SecureLink> laterProtected() {
        var later = new CompletableFuture<SecureLink>();
        var deadline = surroundings.loop().schedule(StoredKeyEncryption.HOLD, () -> later.completeExceptionally(new PairingException(
                "the store of bonds is not ready; see its state and try again", 0, false)));
        whenRecognised(() -> {
            deadline.cancel();
            protect().whenComplete((link, failure) -> settle(later, link, failure));
        });
        return later;
    }

    /** Runs the task once it is known whose address the peer uses, or the link has ended. */
    void whenRecognised(Runnable task) {
        whenRecognised.add(task);
    }

    private CompletionStage<SecureLink> secured(Supplier<CompletionStage<SecureLink>> otherwise) {
        if (!open) {
            return failed("the connection is over; connect again");
        }
        if (isPairing()) {
            var later = new CompletableFuture<SecureLink>();
            pairing.waiters().afterwards(() -> secured(otherwise).whenComplete((link, failure) -> settle(later, link, failure)));
            return later;
        }
        return security != null ? CompletableFuture.completedFuture(this) : otherwise.get();
    }

    // Encryption.

    void longTermKeyRequested(long rand, int ediv) {
        if (isCentral()) {
            return;
        }
        if (isPairing()) {
            var key = pairing.current().longTermKeyRequested(rand, ediv);
            if (key.isPresent()) {
                connection.replyLongTermKey(key.get());
                return;
            }
        }
        encryption.requests().requested(rand, ediv);
    }

    void encryptionChanged(int status, boolean on) {
        if (status == 0 && !on) {
            encryptionOff();
        } else if (encryption.isPending()) {
            encryption.changed(status);
        } else if (isPairing()) {
            pairing.current().encryptionChanged(status);
        } else if (!connection.isEncrypted() && security != null) {
            encryptionOff();
        } else if (status == 0 && security == null) {
            // With a key that we did not give it: whatever it is, it proves nothing about the peer.
            tellRefusal(new SecurityEvent.EncryptionRefused(
                    connection, bond(),
                    "the controller says that the link is encrypted, with no key of this gateway, so that it does not count; connect again"));
        }
    }

    /** The link is encrypted with a key that we gave. */
    void encrypted(BondSecurity achieved) {
        security = achieved;
        tell(new SecurityEvent.EncryptionChanged(connection, Optional.of(achieved)));
        if (!isPairing() && pairing.waiters().expectsCentral() && bond().isPresent()) {
            // As peripheral we asked for security, and the central has it already.
            pairing.waiters().succeed(new PairingResult(achieved, PairingResult.Bonding.BONDED, bond(), 0));
        }
    }

    /** Encryption ended while the link goes on: somebody may be listening in, or pretending to be the peer. */
    private void encryptionOff() {
        if (isPairing()) {
            pairing.current().encryptionChanged(ErrorCode.AUTHENTICATION_FAILURE.value());
        }
        notEncrypted();
        if (bond().isPresent()) {
            connection.disconnect(ErrorCode.AUTHENTICATION_FAILURE.value());
        }
    }

    /** What protected the link does so no more. */
    void notEncrypted() {
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

    /** A pairing on this link has written a bond. */
    void bonded(Bond made) {
        bond.made(made);
    }

    /** The pairing on this link has failed, whatever it had written. */
    void notBondedHere() {
        bond.notMadeHere();
    }

    /** The key of a bond has encrypted this link: that is who the peer is. */
    void recognised(Bond known) {
        bond.recognised(known);
    }

    /** The bonds have changed, or this link is new. */
    void bondsChanged() {
        boolean waited = unrecognised;
        unrecognised = bond.refresh();
        bond().filter(known -> waited).ifPresent(known -> tell(new SecurityEvent.PeerRecognised(connection, known)));
        encryption.bondsChanged();
        recognised();
    }

    private void recognised() {
        if (!unrecognised || !open) {
            var tasks = List.copyOf(whenRecognised);
            whenRecognised.clear();
            tasks.forEach(Runnable::run);
        }
    }

    void disconnected(int reason) {
        open = false;
        security = null;
        if (isPairing()) {
            pairing.current().disconnected(reason);
        }
        encryption.disconnected(reason);
        if (!isPairing()) {
            pairing.waiters().fail("the connection ended: " + ErrorCode.describe(reason) + "; connect again");
        }
        bond.disconnected();
        recognised();
    }

    void tell(SecurityEvent event) {
        adapter.tell(event);
    }

    /** Tells of something that the peer wanted and did not get, which it may want as often as it likes. */
    void tellRefusal(SecurityEvent event) {
        if (refusals < REFUSALS_TOLD) {
            refusals++;
            tell(event);
        }
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
