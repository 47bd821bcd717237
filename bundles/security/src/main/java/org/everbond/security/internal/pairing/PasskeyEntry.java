package org.everbond.security.internal.pairing;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import org.everbond.security.Keypress;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.pdu.Pdu;
import org.everbond.security.internal.policy.Agreement;

/**
 * The passkey of one pairing, shown here or typed here, and the Keypress Notifications about it (Vol 3, Part H, 2.3.5.3, 2.3.5.6.3,
 * 3.5.8).
 */
final class PasskeyEntry {
    /** More keys than anybody needs for six digits; a peer that sends more only keeps the pairing open. */
    private static final int MOST_KEYPRESSES = 100;
    /** Each keypress starts the SMP timer anew (3.4); nobody types six digits for longer than this. */
    private static final Duration LONGEST_TYPING = Duration.ofMinutes(2);

    private final Pairing pairing;
    private final Agreement agreement;
    private final Later<Integer> passkey;
    private int keypresses;
    private long typesSince;

    private PasskeyEntry(Pairing pairing, Agreement agreement) {
        this.pairing = pairing;
        this.agreement = agreement;
        this.passkey = agreement.model().displays(pairing.initiator()) ? shown() : typed();
    }

    /** Shows the passkey, or asks for it. */
    static PasskeyEntry begin(Pairing pairing, Agreement agreement) {
        return new PasskeyEntry(pairing, agreement);
    }

    /** A passkey as the 16 octets of TK, ra and rb. */
    static byte[] octets(int passkey) {
        return ByteBuffer.allocate(16).putInt(12, passkey).array();
    }

    /** New for each pairing, so that what a failed one let out is worth nothing, unless it was agreed on or is fixed by configuration. */
    private Later<Integer> shown() {
        int number = pairing.user().agreedPasskey().orElseGet(() -> pairing.options().fixedPasskey()
                .orElseGet(() -> pairing.surroundings().random().nextInt(1_000_000)));
        pairing.user().displayPasskey(number);
        return Later.of(pairing, number);
    }

    private Later<Integer> typed() {
        var typed = new Later<Integer>(pairing);
        tell(Keypress.STARTED);
        pairing.user().requestPasskey(this::tellOfDigit, number -> {
            tell(Keypress.COMPLETED);
            typed.done(number, null);
        });
        return typed;
    }

    /** That entry started and ended is told here, whatever the agent tells. */
    private void tellOfDigit(Keypress keypress) {
        if (keypress != Keypress.STARTED && keypress != Keypress.COMPLETED) {
            tell(keypress);
        }
    }

    private void tell(Keypress keypress) {
        if (agreement.keypress()) {
            pairing.send(new Pdu.KeypressNotification(keypress.value()));
        }
    }

    /** Goes on once the passkey is known; until then the peer may tell of what is typed there. */
    void typedBeside(Consumer<Integer> next) {
        passkey.then(new Typing(pairing, this), next);
    }

    /** Goes on once the passkey is known, as it is at the peer. */
    void then(Consumer<Integer> next) {
        passkey.then(next);
    }

    /** The peer tells of what is typed there. */
    void keypress(Pdu.KeypressNotification pdu) {
        boolean typesThere = !agreement.model().displays(!pairing.initiator());
        if (!agreement.keypress() || !typesThere) {
            pairing.outOfPlace(pdu);
        } else if (isEndless()) {
            pairing.fail(
                    FailureReason.PASSKEY_ENTRY_FAILED,
                    "the peer told of keys that are typed and never came to an end; pair again, and type the six digits at the peer");
        } else {
            Keypress.of(pdu.type()).ifPresent(pairing.user()::keypress);
        }
    }

    private boolean isEndless() {
        long now = pairing.surroundings().loop().nanoTime();
        if (keypresses == 0) {
            typesSince = now;
        }
        return ++keypresses > MOST_KEYPRESSES || now - typesSince > LONGEST_TYPING.toNanos();
    }

    /** The passkey is being typed here, and maybe there. */
    private record Typing(Pairing pairing, PasskeyEntry entry) implements Quiet {
        @Override
        public void keypressNotification(Pdu.KeypressNotification pdu) {
            entry.keypress(pdu);
        }
    }
}
