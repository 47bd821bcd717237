package org.everbond.security.internal.pairing;

import java.util.Optional;
import java.util.function.Consumer;
import org.everbond.hci.ErrorCode;
import org.everbond.security.PairingException;
import org.everbond.security.PairingResult;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.pdu.Pdu;

/** The ways out of a pairing, each of which ends it once, and what is told of it. */
final class PairingEnd {
    private final Pairing pairing;
    private Consumer<Boolean> whenFailed = told -> {};
    private Optional<Pdu.PairingRequest> following = Optional.empty();
    private boolean keyInUse;
    private boolean over;

    PairingEnd(Pairing pairing) {
        this.pairing = pairing;
    }

    boolean isOver() {
        return over;
    }

    /** @param action runs when the pairing ends without success; hears whether Pairing Failed was sent or received */
    void whenFailed(Consumer<Boolean> action) {
        whenFailed = action;
    }

    /** From now on the controller encrypts with the key of this pairing, or tries to. */
    void keyInUse() {
        keyInUse = true;
    }

    /** The request for the next pairing, which begins when this one has succeeded. */
    void followedBy(Pdu.PairingRequest request) {
        following = Optional.of(request);
    }

    void succeeded(PairingResult result) {
        if (!over) {
            close(true);
            pairing.link().paired(result);
            following.ifPresent(pairing.link()::requested);
        }
    }

    /** The controller has completed our last key PDU. */
    void keysCompleted() {
        if (!over && pairing.state() instanceof Completing completing) {
            succeeded(completing.result());
        }
    }

    /** Pairing Failed was sent. */
    void failed(PairingException cause) {
        end(cause, true, false);
    }

    /** Pairing Failed was received. */
    void failedByPeer(Pdu.PairingFailed pdu) {
        end(new PairingException("the peer refused: " + FailureReason.sentence(pdu.reason()), pdu.reason(), true), true, false);
    }

    void timedOut(String sentence) {
        end(new PairingException(sentence, 0, false), false, true);
    }

    /** The link is gone. A bond that both sides have all keys of is committed all the same, and the pairing ends with that. */
    void disconnected(int reason) {
        following = Optional.empty();
        if (!(pairing.state() instanceof Committing committing && committing.keysSent())) {
            var sentence = "the connection ended while pairing: " + ErrorCode.describe(reason) + "; connect and pair again";
            end(new PairingException(sentence, 0, false), false, false);
        }
    }

    /** @param told whether Pairing Failed was sent or received, so that both sides know */
    private void end(PairingException cause, boolean told, boolean timedOut) {
        if (!over) {
            var failure = told ? cause : unlessKept(cause);
            close(false);
            whenFailed.accept(told);
            pairing.link().pairingFailed(failure, timedOut, keyInUse);
        }
    }

    /** Nobody knows whether our last key PDU arrived. */
    private PairingException unlessKept(PairingException cause) {
        return pairing.state() instanceof Completing completing && completing.result().bond().isPresent()
                ? new PairingException(
                        cause.getMessage() + "; the bond is kept, since the peer may have it, too", cause.reason(), cause.byPeer())
                : cause;
    }

    private void close(boolean well) {
        over = true;
        pairing.close(well);
    }
}
