package org.everbond.security.internal.policy;

import org.everbond.security.internal.pdu.FailureReason;

/** A decision against a pairing: what the peer is told, and what people are told. */
public final class Refusal extends Exception {
    private final FailureReason reason;

    public Refusal(FailureReason reason, String sentence) {
        super(sentence, null, false, false);
        this.reason = reason;
    }

    public FailureReason reason() {
        return reason;
    }
}
