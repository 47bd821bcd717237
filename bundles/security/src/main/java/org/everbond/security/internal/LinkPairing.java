package org.everbond.security.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.crypto.Key;
import org.everbond.hci.ErrorCode;
import org.everbond.host.Connection;
import org.everbond.security.PairingException;
import org.everbond.security.PairingResult;
import org.everbond.security.SecurityEvent;
import org.everbond.security.SecurityOptions;
import org.everbond.security.internal.pairing.Pairing;
import org.everbond.security.internal.pairing.PairingLink;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.pdu.Pdu;

/** Pairing on one link: who asked for it, whether it may begin, the one that runs, and what becomes of it. */
final class LinkPairing implements PairingLink {
    /** Time for a Pairing Failed to leave before the link that it condemns is closed. */
    private static final Duration FAREWELL = Duration.ofMillis(200);

    private static final String CONDEMNED =
            "a pairing failed after the link was encrypted with its key, so the link is closed; connect and pair again";

    private final AdapterSecurity adapter;
    private final Surroundings surroundings;
    private final LinkSecurity link;
    private final Connection connection;
    private final PairingWaiters waiters;
    private Pairing pairing;
    /** Whether the link is about to be closed, because a pairing failed whose key it is encrypted with. */
    private boolean condemned;

    LinkPairing(AdapterSecurity adapter, Surroundings surroundings, LinkSecurity link) {
        this.adapter = adapter;
        this.surroundings = surroundings;
        this.link = link;
        this.connection = link.connection();
        this.waiters = new PairingWaiters(surroundings.loop());
    }

    /** The pairing that runs; null when none does. */
    Pairing current() {
        return pairing;
    }

    PairingWaiters waiters() {
        return waiters;
    }

    /** Somebody here asks for a pairing. */
    CompletionStage<PairingResult> ask() {
        var paired = waiters.add();
        if (pairing == null) {
            if (link.encryption().isPending()) {
                link.encryption().start().whenComplete((encrypted, failure) -> startAsked());
            } else {
                start();
            }
        }
        return paired;
    }

    /** Something had to come first; those who asked may have their answer by now. */
    private void startAsked() {
        if (waiters.isAsked()) {
            start();
        }
    }

    /** Begins: as central at once, as peripheral by asking the central. */
    void start() {
        if (!link.isOpen() || pairing != null) {
            return;
        }
        var tooSoon = tooSoon();
        if (link.channel().isClosed()) {
            waiters.fail(SmpChannel.CLOSED);
        } else if (condemned) {
            waiters.fail(CONDEMNED);
        } else if (!surroundings.bonds().takesNewBonds()) {
            waiters.fail("the store of bonds takes no new one, so nothing can be paired; see the state of the store");
        } else if (link.isBeingRecognised()) {
            // Whether it is a bonded peer decides what is agreed to, and how long to wait.
            link.whenRecognised(this::startAsked);
        } else if (tooSoon.isPresent()) {
            if (waiters.isAsked()) {
                waiters.fail(new PairingException(tooSoon.get(), FailureReason.REPEATED_ATTEMPTS.code(), false));
            } else {
                refuse(FailureReason.REPEATED_ATTEMPTS, tooSoon.get());
            }
        } else if (link.isCentral()) {
            pairing = Pairing.initiate(this);
            link.tell(new SecurityEvent.PairingStarted(connection, true));
            pairing.request();
        } else if (!waiters.expectsCentral()) {
            link.channel().requestSecurity();
            waiters.expectCentral(options().idleTimeout());
        }
    }

    /** The place where the peer's wish to pair is judged. */
    @Override
    public void requested(Pdu.PairingRequest request) {
        if (condemned) {
            refuse(FailureReason.UNSPECIFIED_REASON, CONDEMNED);
        } else if (!isPairingWanted()) {
            refuse(
                    FailureReason.PAIRING_NOT_SUPPORTED,
                    "the peer " + connection.peerAddress() + " wanted to pair while this gateway is not bondable;"
                            + " make it bondable for a while, if the peer is yours");
        } else if (!surroundings.bonds().takesNewBonds()) {
            refuse(
                    FailureReason.UNSPECIFIED_REASON,
                    "the peer wanted to pair while the store of bonds takes no new one; pair again once it does");
        } else if (tooSoon().isPresent()) {
            refuse(FailureReason.REPEATED_ATTEMPTS, tooSoon().get());
        } else {
            link.encryption().abandon();
            waiters.centralBegan();
            pairing = Pairing.respond(this);
            link.tell(new SecurityEvent.PairingStarted(connection, false));
            pairing.respond(request);
        }
    }

    /** After a failure nothing begins before its wait is over, whoever asks (Vol 3, Part H, 2.3.6). */
    private Optional<String> tooSoon() {
        var left = adapter.attempts().left(connection.peerAddress(), link.bond(), adapter.options().firstWait());
        return left.isZero()
                ? Optional.empty()
                : Optional.of("a pairing with " + connection.peerAddress() + " or with other unknown peers failed before; pair again in "
                        + (left.toSeconds() + 1) + " s");
    }

    /** Says no to a pairing before it begins. */
    void refuse(FailureReason reason, String sentence) {
        link.channel().send(new Pdu.PairingFailed(reason.code()));
        link.tellRefusal(new SecurityEvent.PairingFailed(connection, new PairingException(sentence, reason.code(), false)));
    }

    /** The peer refused a pairing before it began, as an answer to our Security Request. */
    void refusedByPeer(PairingException refusal) {
        link.encryption().refusedByPeer(refusal);
        if (waiters.expectsCentral()) {
            waiters.fail(refusal);
        }
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public Optional<Bond> bond() {
        return link.bond();
    }

    @Override
    public boolean isPairingWanted() {
        return waiters.isAsked() || adapter.isBondable() || !link.isCentral() && repairs();
    }

    /** Whether a bonded peer that has lost its key is paired with again by policy; never more weakly, see {@code Replacement}. */
    boolean repairs() {
        return adapter.options().lost() == SecurityOptions.Lost.REPAIR && link.bond().isPresent();
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
    public OwnOobData ownOobData() {
        return adapter.ownOobData();
    }

    @Override
    public Surroundings surroundings() {
        return surroundings;
    }

    @Override
    public void encryptedByPairing(Key ltk, BondSecurity achieved) {
        link.encryption().requests().endSessions();
        link.encryption().requests().session(ltk, 0, 0, achieved);
        link.encrypted(achieved);
    }

    @Override
    public void distributed(Key ltk, LegacyName name, BondSecurity achieved) {
        link.encryption().requests().session(ltk, name.rand(), name.ediv(), achieved);
    }

    @Override
    public Optional<Subscriptions> subscriptions() {
        return link.subscriptions();
    }

    @Override
    public void committed(Bond made) {
        adapter.trials().forget(made.id());
        if (link.isOpen()) {
            link.bonded(made);
        }
    }

    @Override
    public void paired(PairingResult result) {
        pairing = null;
        adapter.attempts().succeeded(connection.peerAddress(), result.bond());
        link.tell(new SecurityEvent.Paired(connection, result));
        waiters.succeed(result);
    }

    @Override
    public void pairingFailed(PairingException cause, boolean timedOut, boolean encrypted) {
        if (pairing.isAttempt() && cause.getCause() == null) {
            // What failed for a cause of our own, such as a full disk, taught the peer nothing.
            adapter.attempts().failed(connection.peerAddress(), pairing.existing());
        }
        pairing = null;
        link.notBondedHere();
        if (timedOut) {
            link.channel().close();
        }
        if (encrypted) {
            // What the link is encrypted with now belongs to no bond and to no successful pairing. Those who wait for
            // protection must see that, so it comes before they hear of the end.
            link.encryption().requests().endSessions();
            link.notEncrypted();
            condemned = true;
            surroundings.loop().schedule(FAREWELL, () -> connection.disconnect(ErrorCode.AUTHENTICATION_FAILURE.value()));
        }
        link.tell(new SecurityEvent.PairingFailed(connection, cause));
        waiters.fail(cause);
    }
}
