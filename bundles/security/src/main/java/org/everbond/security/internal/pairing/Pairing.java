package org.everbond.security.internal.pairing;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.everbond.bonds.Bond;
import org.everbond.crypto.Key;
import org.everbond.crypto.P256;
import org.everbond.host.Connection;
import org.everbond.security.PairingException;
import org.everbond.security.SecurityOptions;
import org.everbond.security.internal.Offloaded;
import org.everbond.security.internal.OwnOobData;
import org.everbond.security.internal.Surroundings;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.pdu.Pdu;
import org.everbond.security.internal.pdu.PduCodec;
import org.everbond.security.internal.policy.Refusal;

/**
 * One pairing on one link, from the Pairing Request to its end. Holds the present state and the SMP timer; what happens is in the
 * states, how it ends in {@link PairingEnd}. After its end nothing of it has any effect.
 */
public final class Pairing {
    private final PairingLink link;
    private final boolean initiator;
    private final SecurityOptions options;
    /** Whether somebody wanted this pairing when it began. */
    private final boolean wanted;
    private final Optional<Bond> existing;
    private final PairingEnd end;
    private final SmpTimer timer;
    private final PairingUser user;
    /** Our out of band data when the features were exchanged. */
    private final Optional<OwnOobData.Made> ownOobData;
    private boolean ownOobDataUsed;
    private State state;
    private boolean attempt;

    private Pairing(PairingLink link, boolean initiator) {
        this.link = link;
        this.initiator = initiator;
        this.options = link.options();
        this.wanted = link.isPairingWanted();
        this.existing = link.bond();
        this.end = new PairingEnd(this);
        this.timer = new SmpTimer(link.surroundings().loop(), options, end::timedOut);
        this.user = new PairingUser(this);
        this.ownOobData = link.ownOobData().current();
        this.state = new Waiting(this);
    }

    /** A pairing as central; nothing happens before {@link #request()}. */
    public static Pairing initiate(PairingLink link) {
        return new Pairing(link, true);
    }

    /** A pairing as peripheral; nothing happens before {@link #respond(Pdu.PairingRequest)}. */
    public static Pairing respond(PairingLink link) {
        return new Pairing(link, false);
    }

    /** Sends the Pairing Request. */
    public void request() {
        user.meet(() -> user.permit(() -> FeatureExchange.request(this)));
    }

    /** Answers the Pairing Request. */
    public void respond(Pdu.PairingRequest request) {
        user.meet(() -> user.permit(() -> FeatureExchange.respond(this, request.features())));
    }

    public void received(Pdu pdu) {
        if (!isOver()) {
            if (!(pdu instanceof Pdu.SecurityRequest)) {
                // Which is ignored here (2.4.6), so that it does not keep a pairing alive either.
                timer.restart();
            }
            attempt |= isAuthentication(pdu);
            pdu.accept(state);
        }
    }

    private static boolean isAuthentication(Pdu pdu) {
        return pdu instanceof Pdu.PairingConfirm
                || pdu instanceof Pdu.PairingRandom
                || pdu instanceof Pdu.PairingPublicKey
                || pdu instanceof Pdu.PairingDhKeyCheck;
    }

    /** Whether a failure counts as an attempt (2.3.6): the peer may have tried a secret, learnt something of one, or bothered the user. */
    public boolean isAttempt() {
        return attempt;
    }

    void attempt() {
        attempt = true;
    }

    /** @return the key to answer with; empty when this pairing has none to give, and has ended */
    public Optional<Key> longTermKeyRequested(long rand, int ediv) {
        return isOver() ? Optional.empty() : state.longTermKey(rand, ediv);
    }

    public void encryptionChanged(int status) {
        if (!isOver()) {
            state.encryptionChanged(status);
        }
    }

    /** The link is gone. */
    public void disconnected(int reason) {
        end.disconnected(reason);
    }

    boolean isOver() {
        return end.isOver();
    }

    /** Whether this state is still the present one, for what comes back later. */
    boolean isIn(State expected) {
        return !isOver() && state == expected;
    }

    PairingEnd end() {
        return end;
    }

    State state() {
        return state;
    }

    boolean initiator() {
        return initiator;
    }

    boolean wanted() {
        return wanted;
    }

    /** The bond that the peer had when it began. */
    public Optional<Bond> existing() {
        return existing;
    }

    PairingUser user() {
        return user;
    }

    Optional<OwnOobData.Made> ownOobData() {
        return ownOobData;
    }

    /** Our out of band data, which the peer says that it has; refused in phase 1 when there is none. */
    OwnOobData.Made useOwnOobData() {
        ownOobDataUsed = true;
        return ownOobData.orElseThrow();
    }

    SecurityOptions options() {
        return options;
    }

    Surroundings surroundings() {
        return link.surroundings();
    }

    Connection connection() {
        return link.connection();
    }

    PairingLink link() {
        return link;
    }

    void become(State next) {
        if (!isOver()) {
            state = next;
        }
    }

    void send(Pdu pdu) {
        send(pdu, () -> {});
    }

    void send(Pdu pdu, Runnable completed) {
        if (!isOver()) {
            timer.restart();
            attempt |= isAuthentication(pdu);
            connection().send(Connection.CID_SMP, PduCodec.encode(pdu), completed);
        }
    }

    /** Goes on with a fresh key pair, in a state that waits for it. */
    void withKeyPair(Consumer<P256> then) {
        var waiting = new Waiting(this);
        become(waiting);
        link.keyPairs().take((pair, failure) -> goOn(waiting, pair, failure, then));
    }

    /** Goes on with the result of something that takes too long for the loop, whenever it is there. */
    <T> Later<T> compute(Callable<T> work) {
        var later = new Later<T>(this);
        Offloaded.run(surroundings().loop(), surroundings().computing(), work, later::done);
        return later;
    }

    <T> void goOn(State waiting, T value, Throwable failure, Consumer<T> then) {
        if (!isIn(waiting)) {
            return;
        }
        if (failure != null) {
            fail(FailureReason.DHKEY_CHECK_FAILED, "the key agreement could not be computed: " + failure.getMessage());
        } else {
            then.accept(value);
        }
    }

    void refused(Refusal refusal) {
        fail(refusal.reason(), refusal.getMessage());
    }

    /** A PDU that has no place in the present state. */
    void outOfPlace(Pdu pdu) {
        fail(
                FailureReason.UNSPECIFIED_REASON,
                String.format(
                        "the peer sent the SMP message 0x%02X where it has no place; pair again, or update the peer", pdu.code()));
    }

    /** A Pairing Request in the middle of a pairing; a peripheral never sends one. */
    void pairingRequest(Pdu.PairingRequest pdu) {
        if (initiator) {
            notSupported(pdu);
        } else {
            outOfPlace(pdu);
        }
    }

    private void notSupported(Pdu pdu) {
        fail(
                FailureReason.COMMAND_NOT_SUPPORTED,
                String.format("the peer sent the SMP message 0x%02X, which its role never sends; update the peer", pdu.code()));
    }

    /** A Security Request: the central ignores it while it already pairs (Vol 3, Part H, 2.4.6), a peripheral gets none. */
    void securityRequest(Pdu.SecurityRequest pdu) {
        if (!initiator) {
            notSupported(pdu);
        }
    }

    /** The controller asks for a key before the checks of this pairing have passed. */
    Optional<Key> noLongTermKey() {
        fail(
                FailureReason.UNSPECIFIED_REASON,
                "the peer wants to encrypt before the pairing has come to a key; pair again");
        return Optional.empty();
    }

    /** Encryption changed although this pairing has not come to that. */
    void encryptionOutOfPlace() {
        fail(FailureReason.UNSPECIFIED_REASON, "the encryption of the link changed in the middle of a pairing; pair again");
    }

    public void fail(FailureReason reason, String sentence) {
        fail(reason, new PairingException(sentence, reason.code(), false));
    }

    void fail(FailureReason reason, PairingException cause) {
        if (!isOver()) {
            send(new Pdu.PairingFailed(reason.code()));
            end.failed(cause);
        }
    }

    /** The peer has nothing more to say in this pairing, so nothing that it does not say ends it. */
    void allReceivedAndSent() {
        timer.stop();
    }

    Duration timeToAnswer() {
        return timer.timeToAnswer();
    }

    /** A PDU that was parked. */
    void replay(Pdu pdu) {
        if (!isOver()) {
            pdu.accept(state);
        }
    }

    /** Lets go of all that it holds. */
    void close(boolean well) {
        timer.stop();
        user.ended(well);
        if (ownOobDataUsed) {
            link.ownOobData().used(ownOobData.orElseThrow(), well);
        }
        link.keyPairs().prepare();
    }
}
