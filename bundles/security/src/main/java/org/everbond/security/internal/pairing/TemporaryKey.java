package org.everbond.security.internal.pairing;

import java.util.Optional;
import java.util.function.Consumer;
import org.everbond.crypto.Key;
import org.everbond.security.OobData;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.pdu.Pdu;
import org.everbond.security.internal.policy.Agreement;
import org.everbond.security.internal.policy.AssociationModel;
import org.everbond.security.internal.policy.Refusal;

/**
 * TK, the secret of LE legacy pairing: zero for Just Works, the passkey, or a key that came out of band (Vol 3, Part H, 2.3.5.2 to
 * 2.3.5.4).
 *
 * @param entry where it is a passkey, which may still have to be typed
 * @param known where it is not
 */
record TemporaryKey(Pairing pairing, Optional<PasskeyEntry> entry, Key known) {
    static TemporaryKey of(Pairing pairing, Agreement agreement) throws Refusal {
        return switch (agreement.model()) {
            case JUST_WORKS -> new TemporaryKey(pairing, Optional.empty(), Key.ZERO);
            case INITIATOR_DISPLAYS, RESPONDER_DISPLAYS, BOTH_INPUT ->
                new TemporaryKey(pairing, Optional.of(PasskeyEntry.begin(pairing, agreement)), null);
            case OUT_OF_BAND -> new TemporaryKey(pairing, Optional.empty(), outOfBand(pairing));
            case NUMERIC_COMPARISON ->
                throw new IllegalStateException(AssociationModel.NUMERIC_COMPARISON + " needs LE Secure Connections");
        };
    }

    private static Key outOfBand(Pairing pairing) throws Refusal {
        return pairing.user()
                .oobData()
                .flatMap(OobData::temporaryKey)
                .filter(key -> !key.isZero())
                .orElseThrow(() -> new Refusal(
                        FailureReason.OOB_NOT_AVAILABLE,
                        "the temporary key for this peer is all zero, so that everybody knows it; make a random one on both devices"));
    }

    /** Goes on once it is known, as it is at the peer. */
    void then(Consumer<Key> next) {
        if (entry.isPresent()) {
            entry.get().then(passkey -> next.accept(key(passkey)));
        } else {
            next.accept(known);
        }
    }

    /** Goes on once it is known; until then the peer may tell of what is typed there. */
    void typedBeside(Consumer<Key> next) {
        if (entry.isPresent()) {
            entry.get().typedBeside(passkey -> next.accept(key(passkey)));
        } else {
            next.accept(known);
        }
    }

    private static Key key(int passkey) {
        return Key.of(PasskeyEntry.octets(passkey));
    }

    /** The peer tells of what is typed there. */
    void keypress(Pdu.KeypressNotification pdu) {
        entry.ifPresentOrElse(typing -> typing.keypress(pdu), () -> pairing.outOfPlace(pdu));
    }

    @Override
    public String toString() {
        return "TemporaryKey[hidden]";
    }
}
