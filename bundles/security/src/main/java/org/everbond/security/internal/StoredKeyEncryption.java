package org.everbond.security.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.SecurityLevel;
import org.everbond.bonds.keys.Lookup;
import org.everbond.crypto.Key;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.EventLoop;
import org.everbond.host.Connection;
import org.everbond.security.PairingException;
import org.everbond.security.SecureLink;
import org.everbond.security.SecurityEvent;
import org.everbond.security.SecurityEvent.BondLost.Cause;
import org.everbond.security.internal.policy.Candidate;
import org.everbond.security.internal.policy.LongTermKeyAnswer;
import org.everbond.security.internal.policy.LossCause;

/**
 * Encryption of one link with a key that is there already (Vol 3, Part H, 2.4.4): as central at once, as peripheral by a Security
 * Request and the answer to the controller's LTK request. Reports lost bonds and never deletes one.
 */
final class StoredKeyEncryption {
    /** How long an LTK request, or a wish to encrypt, waits for the store; the link layer itself gives up after 40 s. */
    static final Duration HOLD = Duration.ofSeconds(20);
    /** Nothing heard from the controller for so long: it will not come. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    static final String SET_ASIDE = "the record of this peer was set aside as unreadable; restore the store, or pair again";
    static final String NOT_READY = "the store of bonds is not ready; see its state and try again";

    /** @param stored empty for the key of a pairing on this very link */
    record Attempt(Optional<Candidate> stored, BondSecurity security) {}

    private final LinkSecurity link;
    private final Surroundings surroundings;
    private final KeyTrials trials;
    private final List<CompletableFuture<SecureLink>> waiters = new ArrayList<>();
    private final KeyRequests requests;
    private Attempt attempt;
    private boolean waitsForStore;
    private boolean securityRequested;
    private EventLoop.Timer timer;

    StoredKeyEncryption(LinkSecurity link, Surroundings surroundings, KeyTrials trials) {
        this.link = link;
        this.surroundings = surroundings;
        this.trials = trials;
        this.requests = new KeyRequests(this, link, surroundings, trials);
    }

    /** As peripheral: the controller's LTK requests. */
    KeyRequests requests() {
        return requests;
    }

    /** Whether the controller has a key and has not yet said what became of it. */
    boolean isPending() {
        return attempt != null;
    }

    /** Encrypts, or joins what is under way. */
    CompletionStage<SecureLink> start() {
        var encrypted = new CompletableFuture<SecureLink>();
        waiters.add(encrypted);
        if (attempt == null && !waitsForStore && !securityRequested) {
            begin();
        }
        return encrypted;
    }

    private void begin() {
        var lookup = surroundings.bonds().lookup(connection().peerAddress());
        switch (lookup.result()) {
            case FOUND -> encrypt(candidates(lookup));
            case ABSENT -> link.bond()
                    .ifPresentOrElse(
                            bond -> encrypt(List.of(bond)), () -> fail("no key is stored for " + connection().peerAddress() + "; pair first"));
            case SET_ASIDE -> refuse(Optional.empty(), SET_ASIDE);
            case NOT_READY -> {
                waitsForStore = true;
                await(HOLD, () -> refuse(Optional.empty(), NOT_READY));
            }
        }
    }

    /** The bonds that the peer may be, the one to try next first; of the bond that was made on this very link there is no doubt. */
    List<Bond> candidates(Lookup lookup) {
        return link.bondedHere() && link.bond().isPresent()
                ? List.of(link.bond().get())
                : trials.inOrder(connection().peerAddress(), lookup.candidates());
    }

    private void encrypt(List<Bond> candidates) {
        var key = candidates.stream().flatMap(bond -> trials.next(bond, link.isCentral()).stream()).findFirst();
        boolean answers = candidates.stream().anyMatch(trials::mayBeAsked);
        if (link.isCentral() ? key.isEmpty() : !answers) {
            refuse(Optional.of(candidates.get(0)), "bond " + candidates.get(0).id() + " holds no key to encrypt with as " + (link.isCentral() ? "central" : "peripheral")
                    + "; forget it and pair again");
        } else if (key.isPresent() && !isAllowed(key.get())) {
            refuse(Optional.of(key.get().bond()), tooWeak(key.get()));
        } else if (link.isCentral()) {
            attempt(new Attempt(key, key.get().security()));
            connection().encrypt(key.get().ltk(), key.get().rand(), key.get().ediv());
        } else if (link.channel().isClosed()) {
            fail(SmpChannel.CLOSED);
        } else {
            securityRequested = true;
            await(PATIENCE, () -> fail("the central did not answer the Security Request; encrypt or pair from the central"));
            link.channel().requestSecurity();
        }
    }

    /** In Secure Connections Only Mode nothing below level 4 is good enough (Vol 3, Part C, 10.2.4); else any bond works on. */
    boolean isAllowed(Candidate key) {
        return !link.pairing().options().secureConnectionsOnly() || key.security().level() == SecurityLevel.SECURE;
    }

    String tooWeak(Candidate key) {
        return "the key of bond " + key.bond().id() + " reaches level "
                + link.pairing().options().rules().judge(key.security()).level().number()
                + " and this gateway is in Secure Connections Only Mode; pair again by Numeric Comparison, a passkey or out of"
                + " band data, or switch security.scOnlyMode off";
    }

    /** The controller has the key. */
    void attempt(Attempt next) {
        attempt = next;
        await(PATIENCE, () -> {
            attempt = null;
            fail("the controller did not say what became of the encryption; connect again");
            connection().disconnect(ErrorCode.AUTHENTICATION_FAILURE.value());
        });
    }

    // What became of it.

    void changed(int status) {
        var tried = attempt;
        attempt = null;
        if (status == 0) {
            succeeded(tried);
        } else {
            failed(tried, LossCause.ofStatus(status), "the link could not be encrypted: " + ErrorCode.describe(status));
        }
    }

    private void succeeded(Attempt tried) {
        stop();
        tried.stored().ifPresent(key -> {
            trials.succeeded(connection().peerAddress(), key, allCandidates(), link.bondedHere());
            link.recognised(key.bond());
        });
        link.encrypted(tried.security());
        var settled = List.copyOf(waiters);
        waiters.clear();
        settled.forEach(waiter -> waiter.complete(link));
    }

    private void failed(Attempt tried, Optional<Cause> cause, String sentence) {
        if (tried.stored().isEmpty() || cause.isEmpty()) {
            fail(sentence + "; try again");
            return;
        }
        var key = tried.stored().get();
        var lost = trials.failed(connection().peerAddress(), key, allCandidates(), cause.get());
        if (lost.isEmpty()) {
            fail(sentence + "; another key that the peer may have is tried at the next attempt");
            return;
        }
        var explanation = LossCause.explanation(lost.get());
        link.tell(new SecurityEvent.BondLost(
                connection(), Optional.of(key.bond()), lost.get(), explanation));
        if (lost.get() == Cause.PEER_FORGOT && link.isOpen() && link.isCentral() && link.pairing().repairs()) {
            repair();
        } else {
            fail(sentence + "; " + explanation);
        }
    }

    /** The peer said by itself that it has no key, and the policy is to pair again; those who wait get what comes of that. */
    private void repair() {
        stop();
        var waiting = List.copyOf(waiters);
        waiters.clear();
        link.pairing().ask().whenComplete((paired, failure) -> waiting.forEach(waiter -> {
            if (failure == null) {
                waiter.complete(link);
            } else {
                waiter.completeExceptionally(failure);
            }
        }));
    }

    private List<Bond> allCandidates() {
        return surroundings.bonds().lookup(connection().peerAddress()).candidates();
    }

    void disconnected(int reason) {
        requests.disconnected();
        var sentence = "the connection ended: " + ErrorCode.describe(reason);
        if (attempt == null) {
            fail(sentence + "; connect again");
        } else {
            var tried = attempt;
            attempt = null;
            failed(tried, causeOfEnd(tried, reason), sentence);
        }
    }

    private Optional<Cause> causeOfEnd(Attempt tried, int reason) {
        boolean turnedAway = ErrorCode.REMOTE_USER_TERMINATED_CONNECTION.is(reason)
                && tried.stored().filter(trials::mayBeUnknown).isPresent();
        return turnedAway ? Optional.of(Cause.SUSPECTED) : LossCause.ofDisconnection(reason);
    }

    /** The central wants to pair instead. */
    void abandon() {
        attempt = null;
        fail("the central pairs anew instead of encrypting with the stored key");
    }

    void refusedByPeer(PairingException refusal) {
        if (securityRequested) {
            fail(refusal);
        }
    }

    void bondsChanged() {
        if (requests.isHeld()) {
            stop();
            requests.answerHeld();
        } else if (waitsForStore) {
            stop();
            begin();
        }
    }

    /** The key is not used, which those hear of who did not ask for it, too: the peer may have. */
    private void refuse(Optional<Bond> bond, String sentence) {
        link.tellRefusal(new SecurityEvent.EncryptionRefused(connection(), bond, sentence));
        fail(sentence);
    }

    void fail(String sentence) {
        fail(new PairingException(sentence, 0, false));
    }

    private void fail(PairingException failure) {
        stop();
        var settled = List.copyOf(waiters);
        waiters.clear();
        settled.forEach(waiter -> waiter.completeExceptionally(failure));
    }

    /** Does it after the delay, unless something else is awaited by then, or nothing any more. */
    void await(Duration delay, Runnable action) {
        if (timer != null) {
            timer.cancel();
        }
        timer = surroundings.loop().schedule(delay, action);
    }

    private void stop() {
        waitsForStore = false;
        securityRequested = false;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private Connection connection() {
        return link.connection();
    }
}
