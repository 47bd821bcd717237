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

    /** @param stored empty for the key of a pairing on this very link */
    private record Attempt(Optional<Candidate> stored, BondSecurity security) {}

    private record Session(Key ltk, long rand, int ediv, BondSecurity security) {
        @Override
        public String toString() {
            return "Session[" + security + "]";
        }
    }

    private record Held(long rand, int ediv) {}

    private final LinkSecurity link;
    private final Surroundings surroundings;
    private final KeyTrials trials;
    private final List<CompletableFuture<SecureLink>> waiters = new ArrayList<>();
    private final List<Session> sessions = new ArrayList<>();
    private Attempt attempt;
    private Held held;
    private boolean waitsForStore;
    private boolean securityRequested;
    private EventLoop.Timer timer;

    StoredKeyEncryption(LinkSecurity link, Surroundings surroundings, KeyTrials trials) {
        this.link = link;
        this.surroundings = surroundings;
        this.trials = trials;
    }

    /**
     * A key that a pairing made on this link, for refreshing its encryption. Of LE legacy pairing there are two: the STK, and the LTK
     * that we distributed as peripheral.
     */
    void session(Key ltk, long rand, int ediv, BondSecurity security) {
        sessions.removeIf(key -> key.rand() == rand && key.ediv() == ediv);
        sessions.add(new Session(ltk, rand, ediv, security));
    }

    void endSessions() {
        sessions.clear();
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
            case SET_ASIDE -> fail("the record of this peer was set aside as unreadable; restore the store, or pair again");
            case NOT_READY -> {
                waitsForStore = true;
                start(HOLD, () -> fail("the store of bonds is not ready; see its state and try again"));
            }
        }
    }

    /** The bonds that the peer may be, the one to try next first; of the bond that was made on this very link there is no doubt. */
    private List<Bond> candidates(Lookup lookup) {
        return link.bondedHere() && link.bond().isPresent()
                ? List.of(link.bond().get())
                : trials.inOrder(connection().peerAddress(), lookup.candidates());
    }

    private void encrypt(List<Bond> candidates) {
        var key = candidates.stream().flatMap(bond -> trials.next(bond).stream()).findFirst();
        boolean answers = candidates.stream().anyMatch(trials::mayBeAsked);
        if (link.isCentral() ? key.isEmpty() : !answers) {
            fail("bond " + candidates.get(0).id() + " holds no key to encrypt with as " + (link.isCentral() ? "central" : "peripheral")
                    + "; forget it and pair again");
        } else if (key.isPresent() && !isAllowed(key.get())) {
            fail("bond " + key.get().bond().id() + " reaches level " + key.get().security().level().number()
                    + " and this gateway is in Secure Connections Only Mode; pair again by Numeric Comparison, a passkey or out of"
                    + " band data, or switch security.scOnlyMode off");
        } else if (link.isCentral()) {
            attempt(new Attempt(key, key.get().security()));
            connection().encrypt(key.get().ltk(), key.get().rand(), key.get().ediv());
        } else {
            securityRequested = true;
            start(PATIENCE, () -> fail("the central did not answer the Security Request; encrypt or pair from the central"));
            link.channel().requestSecurity();
        }
    }

    /** In Secure Connections Only Mode nothing below level 4 is good enough (Vol 3, Part C, 10.2.4); else any bond works on. */
    private boolean isAllowed(Candidate key) {
        return !link.pairing().options().secureConnectionsOnly() || key.security().level() == SecurityLevel.SECURE;
    }

    private void attempt(Attempt next) {
        attempt = next;
        start(PATIENCE, () -> {
            attempt = null;
            fail("the controller did not say what became of the encryption; connect again");
            connection().disconnect(ErrorCode.AUTHENTICATION_FAILURE.value());
        });
    }

    // As peripheral: the controller asks for the LTK.

    void requested(long rand, int ediv) {
        held = null;
        for (var session : sessions) {
            if (session.rand() == rand && session.ediv() == ediv) {
                attempt(new Attempt(Optional.empty(), session.security()));
                connection().replyLongTermKey(session.ltk());
                return;
            }
        }
        answer(new Held(rand, ediv));
    }

    private void answer(Held request) {
        var lookup = surroundings.bonds().lookup(connection().peerAddress());
        var asked = trials.asked(candidates(lookup), request.rand(), request.ediv());
        var key = asked.filter(this::isAllowed);
        switch (LongTermKeyAnswer.of(asked.isPresent() ? Lookup.Result.FOUND : lookup.result(), key.isPresent())) {
            case GIVE -> {
                attempt(new Attempt(key, link.pairing().options().rules().judge(key.orElseThrow().security())));
                connection().replyLongTermKey(key.orElseThrow().ltk());
            }
            case REFUSE -> {
                connection().refuseLongTermKey();
                weForgot();
            }
            case HOLD -> {
                held = request;
                start(HOLD, this::close);
            }
            case CLOSE -> close();
        }
    }

    /** Ends the link with a reason that says nothing about keys. */
    private void close() {
        held = null;
        fail("the key that the central asked for could not be given; the link was closed to keep the bond alive at the peer");
        connection().disconnect(ErrorCode.REMOTE_USER_TERMINATED_CONNECTION.value());
    }

    private void weForgot() {
        link.tell(new SecurityEvent.BondLost(
                connection(), Optional.empty(), Cause.WE_FORGOT, LossCause.explanation(Cause.WE_FORGOT)));
        fail(LossCause.explanation(Cause.WE_FORGOT));
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
        held = null;
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
        if (held != null) {
            var request = held;
            stop();
            held = null;
            answer(request);
        } else if (waitsForStore) {
            stop();
            begin();
        }
    }

    private void fail(String sentence) {
        fail(new PairingException(sentence, 0, false));
    }

    private void fail(PairingException failure) {
        stop();
        var settled = List.copyOf(waiters);
        waiters.clear();
        settled.forEach(waiter -> waiter.completeExceptionally(failure));
    }

    private void start(Duration delay, Runnable action) {
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
