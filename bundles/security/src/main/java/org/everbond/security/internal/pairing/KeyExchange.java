package org.everbond.security.internal.pairing;

import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.everbond.bonds.keys.BondStore.Committed;
import org.everbond.bonds.keys.NewBond;
import org.everbond.crypto.Key;
import org.everbond.security.PairingException;
import org.everbond.security.PairingResult;
import org.everbond.security.PairingResult.Bonding;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.pdu.Pdu;
import org.everbond.security.internal.policy.Agreement;
import org.everbond.security.internal.policy.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Phase 3: the responder distributes its keys, then the initiator (Vol 3, Part H, 3.6.1), and the bond is made durable.
 *
 * <p>The commit comes as soon as the peer's keys are complete, before our last key PDU wherever the order of the specification lets
 * it: then a failed commit can still fail the pairing at both sides. A responder whose initiator distributes keys has sent its own
 * by then; it still says Pairing Failed. The pairing has succeeded once all keys are here, the commit is durable and our last
 * key PDU has arrived: the controller has completed it, or the initiator went on with its own.
 */
final class KeyExchange {
    private static final Logger LOG = LoggerFactory.getLogger(KeyExchange.class);

    private final Pairing pairing;
    private final Agreement agreement;
    /** The LTK of LE Secure Connections, or the STK. */
    private final Key ltk;
    private final OwnKeys own;
    private final ReceivedKeys received;
    private boolean sent;
    private boolean completed;
    private Committed committed;
    private boolean abandoned;

    private KeyExchange(Pairing pairing, Agreement agreement, Key ltk) throws Refusal {
        this.pairing = pairing;
        this.agreement = agreement;
        this.ltk = ltk;
        this.own = OwnKeys.of(pairing, agreement);
        this.received = new ReceivedKeys(agreement, agreement.keysOf(!pairing.initiator()));
    }

    static void begin(Pairing pairing, Agreement agreement, Key ltk) {
        try {
            var exchange = new KeyExchange(pairing, agreement, ltk);
            pairing.end().whenFailed(exchange::failed);
            exchange.begin();
        } catch (Refusal refusal) {
            pairing.refused(refusal);
        }
    }

    private void begin() {
        if (received.areComplete()) {
            allReceived();
            return;
        }
        pairing.become(new ReceivingKeys(pairing, this));
        if (!pairing.initiator()) {
            sendKeys();
        }
    }

    /** One key, which may be refused. */
    interface Taking {
        void from(ReceivedKeys keys) throws Refusal;
    }

    /** A key PDU came. */
    void received(Pdu pdu, Taking taking) {
        if (!received.expects(pdu)) {
            pairing.outOfPlace(pdu);
            return;
        }
        try {
            taking.from(received);
            if (received.areComplete()) {
                allReceived();
            }
        } catch (Refusal refusal) {
            pairing.refused(refusal);
        }
    }

    private void allReceived() {
        try {
            var bond = BondDecision.make(pairing, agreement, received, received.with(own, ltk), own.irk());
            if (bond.isPresent()) {
                var replaced = pairing.surroundings().bonds().byIdentity(bond.get().identity());
                pairing.user().permitReplacement(replaced, () -> commit(bond.get()));
            } else {
                if (own.name() != null) {
                    pairing.link().distributed(own.ltk(), own.name(), agreement.achieved());
                }
                conclude(new PairingResult(agreement.achieved(), Bonding.NOT_BONDED, Optional.empty(), 0));
            }
        } catch (Refusal refusal) {
            pairing.refused(refusal);
        }
    }

    private void commit(NewBond bond) {
        if (sent) {
            // The initiator sends its keys after ours (3.6.1), so it has them all.
            completed = true;
            pairing.allReceivedAndSent();
        }
        pairing.become(new Committing(pairing, sent, linkKeys()));
        var whole = bond.with(pairing.link().subscriptions().orElse(null));
        pairing.surroundings().bonds().commit(whole).whenComplete((done, failure) -> pairing.surroundings().loop().execute(() -> {
            if (failure == null) {
                committed(done);
            } else {
                notCommitted(failure);
            }
        }));
    }

    private void notCommitted(Throwable failure) {
        var cause = failure.getCause() != null && failure instanceof CompletionException
                ? failure.getCause()
                : failure;
        var sentence = "the bond could not be stored, so the pairing failed: " + cause.getMessage();
        pairing.fail(
                FailureReason.UNSPECIFIED_REASON,
                new PairingException(sentence, FailureReason.UNSPECIFIED_REASON.code(), cause));
    }

    private void committed(Committed done) {
        committed = done;
        if (pairing.isOver()) {
            if (abandoned) {
                withdraw();
            }
            return;
        }
        pairing.link().committed(done.bond());
        conclude(new PairingResult(
                agreement.achieved(),
                done.durable() ? Bonding.BONDED : Bonding.NOT_DURABLE,
                Optional.of(done.bond()),
                done.octets()));
    }

    /**
     * The pairing failed. A peer that has been told so, or has none of our keys, has no bond either: ours is taken back. Any other
     * may have bonded before the link was lost, and our bond stays, with the LTK before it kept by the store; the failure says so.
     *
     * @param told whether Pairing Failed was sent or received
     */
    private void failed(boolean told) {
        abandoned = told || !sent;
        if (abandoned && committed != null) {
            withdraw();
        }
    }

    /** What the commit displaced comes back, a new bond goes. */
    private void withdraw() {
        pairing.surroundings().bonds().withdraw(committed).whenComplete((done, failure) -> {
            if (failure != null) {
                // Whoever waits has been told that the pairing failed.
                LOG.warn("Bond {} of a pairing that failed could not be withdrawn, so it is still there; forget it: {}",
                        committed.bond().id(), failure.getMessage());
            }
        });
    }


    private void conclude(PairingResult result) {
        var completing = new Completing(pairing, result, linkKeys());
        pairing.become(completing);
        if (!sent) {
            sendKeys();
        }
        if (completed && pairing.isIn(completing)) {
            pairing.end().succeeded(result);
        }
    }

    private void sendKeys() {
        sent = true;
        var pdus = own.pdus();
        for (int i = 0; i < pdus.size() - 1; i++) {
            pairing.send(pdus.get(i));
        }
        if (pdus.isEmpty()) {
            completed();
        } else {
            pairing.send(pdus.get(pdus.size() - 1), this::completed);
        }
    }

    private LinkKeys linkKeys() {
        return new LinkKeys(ltk, own.name(), own.ltk());
    }

    /** The controller has completed our last key PDU. */
    private void completed() {
        completed = true;
        pairing.end().keysCompleted();
    }
}
