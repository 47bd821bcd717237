package org.everbond.security.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.keys.Lookup;
import org.everbond.crypto.Key;
import org.everbond.hci.ErrorCode;
import org.everbond.host.Connection;
import org.everbond.security.SecurityEvent;
import org.everbond.security.SecurityEvent.BondLost.Cause;
import org.everbond.security.internal.StoredKeyEncryption.Attempt;
import org.everbond.security.internal.policy.Candidate;
import org.everbond.security.internal.policy.LongTermKeyAnswer;
import org.everbond.security.internal.policy.LossCause;

/**
 * As peripheral: what the LTK requests of the controller are answered with (Vol 3, Part H, 2.4.4.2), a key of a pairing on this very
 * link, or a stored one.
 */
final class KeyRequests {
    private record Session(Key ltk, long rand, int ediv, BondSecurity security) {
        @Override
        public String toString() {
            return "Session[" + security + "]";
        }
    }

    private record Request(long rand, int ediv) {}

    private final StoredKeyEncryption encryption;
    private final LinkSecurity link;
    private final Surroundings surroundings;
    private final KeyTrials trials;
    private final List<Session> sessions = new ArrayList<>();
    /** One that waits for the store. */
    private Request held;

    KeyRequests(StoredKeyEncryption encryption, LinkSecurity link, Surroundings surroundings, KeyTrials trials) {
        this.encryption = encryption;
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

    void requested(long rand, int ediv) {
        held = null;
        for (var session : sessions) {
            if (session.rand() == rand && session.ediv() == ediv) {
                encryption.attempt(new Attempt(Optional.empty(), session.security()));
                connection().replyLongTermKey(session.ltk());
                return;
            }
        }
        answer(new Request(rand, ediv));
    }

    private void answer(Request request) {
        var lookup = surroundings.bonds().lookup(connection().peerAddress());
        var candidates = encryption.candidates(lookup);
        var asked = trials.asked(candidates, request.rand(), request.ediv());
        var key = asked.filter(encryption::isAllowed);
        switch (LongTermKeyAnswer.of(asked.isPresent() ? Lookup.Result.FOUND : lookup.result(), key.isPresent())) {
            case GIVE -> {
                encryption.attempt(new Attempt(key, link.pairing().options().rules().judge(key.orElseThrow().security())));
                connection().replyLongTermKey(key.orElseThrow().ltk());
            }
            case REFUSE -> {
                connection().refuseLongTermKey();
                weForgot();
            }
            case HOLD -> {
                held = request;
                encryption.await(StoredKeyEncryption.HOLD, () -> close(Optional.empty(), StoredKeyEncryption.NOT_READY));
            }
            case CLOSE -> close(asked, candidates);
        }
    }

    private void close(Optional<Candidate> asked, List<Bond> candidates) {
        if (asked.isPresent()) {
            close(Optional.of(asked.get().bond()), encryption.tooWeak(asked.get()));
        } else if (candidates.isEmpty()) {
            close(Optional.empty(), StoredKeyEncryption.SET_ASIDE);
        } else {
            close(Optional.of(candidates.get(0)), "the central asked for another key than those of bond " + candidates.get(0).id()
                    + "; if it was paired anew elsewhere, or an older copy of the store was put back, forget the bond on both sides and"
                    + " pair again");
        }
    }

    /** Ends the link with a reason that says nothing about keys: a refusal would teach the peer that its bond is dead. */
    private void close(Optional<Bond> bond, String why) {
        held = null;
        var sentence = why + "; the link was closed, and the bond is kept";
        link.tellRefusal(new SecurityEvent.EncryptionRefused(connection(), bond, sentence));
        encryption.fail(sentence);
        connection().disconnect(ErrorCode.REMOTE_USER_TERMINATED_CONNECTION.value());
    }

    private void weForgot() {
        link.tellRefusal(new SecurityEvent.BondLost(
                connection(), Optional.empty(), Cause.WE_FORGOT, LossCause.explanation(Cause.WE_FORGOT)));
        encryption.fail(LossCause.explanation(Cause.WE_FORGOT));
    }

    boolean isHeld() {
        return held != null;
    }

    /** The store may know more now. */
    void answerHeld() {
        var request = held;
        held = null;
        answer(request);
    }

    void disconnected() {
        held = null;
    }

    private Connection connection() {
        return link.connection();
    }
}
