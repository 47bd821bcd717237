package org.everbond.security.internal.policy;

import org.everbond.bonds.PairingMethod;
import org.everbond.security.internal.pdu.Features;

/** The association models, and which one two devices use (Vol 3, Part H, 2.3.5.1). */
public enum AssociationModel {
    JUST_WORKS(PairingMethod.JUST_WORKS),
    NUMERIC_COMPARISON(PairingMethod.NUMERIC_COMPARISON),
    INITIATOR_DISPLAYS(PairingMethod.PASSKEY_ENTRY),
    RESPONDER_DISPLAYS(PairingMethod.PASSKEY_ENTRY),
    BOTH_INPUT(PairingMethod.PASSKEY_ENTRY),
    OUT_OF_BAND(PairingMethod.OUT_OF_BAND);

    /** Table 2.8 for LE Secure Connections: rows are the responder, columns the initiator, in the order of Table 3.4. */
    private static final AssociationModel[][] TABLE_2_8 = {
        {JUST_WORKS, JUST_WORKS, RESPONDER_DISPLAYS, JUST_WORKS, RESPONDER_DISPLAYS},
        {JUST_WORKS, NUMERIC_COMPARISON, RESPONDER_DISPLAYS, JUST_WORKS, NUMERIC_COMPARISON},
        {INITIATOR_DISPLAYS, INITIATOR_DISPLAYS, BOTH_INPUT, JUST_WORKS, INITIATOR_DISPLAYS},
        {JUST_WORKS, JUST_WORKS, JUST_WORKS, JUST_WORKS, JUST_WORKS},
        {INITIATOR_DISPLAYS, NUMERIC_COMPARISON, RESPONDER_DISPLAYS, JUST_WORKS, NUMERIC_COMPARISON}
    };

    /** Table 2.8 for LE legacy pairing, which compares no numbers. */
    private static final AssociationModel[][] TABLE_2_8_LEGACY = {
        {JUST_WORKS, JUST_WORKS, RESPONDER_DISPLAYS, JUST_WORKS, RESPONDER_DISPLAYS},
        {JUST_WORKS, JUST_WORKS, RESPONDER_DISPLAYS, JUST_WORKS, RESPONDER_DISPLAYS},
        {INITIATOR_DISPLAYS, INITIATOR_DISPLAYS, BOTH_INPUT, JUST_WORKS, INITIATOR_DISPLAYS},
        {JUST_WORKS, JUST_WORKS, JUST_WORKS, JUST_WORKS, JUST_WORKS},
        {INITIATOR_DISPLAYS, INITIATOR_DISPLAYS, RESPONDER_DISPLAYS, JUST_WORKS, INITIATOR_DISPLAYS}
    };

    private final PairingMethod method;

    AssociationModel(PairingMethod method) {
        this.method = method;
    }

    public PairingMethod method() {
        return method;
    }

    /** Whether this side shows the passkey; else its user types it. */
    public boolean displays(boolean initiator) {
        return this == (initiator ? INITIATOR_DISPLAYS : RESPONDER_DISPLAYS);
    }

    /** For people, as the specification names it. */
    public String words() {
        return switch (method) {
            case JUST_WORKS -> "Just Works";
            case NUMERIC_COMPARISON -> "Numeric Comparison";
            case PASSKEY_ENTRY -> "Passkey Entry";
            case OUT_OF_BAND -> "out of band data";
            case UNKNOWN -> throw new IllegalStateException("a model has a method");
        };
    }

    /** Whether it protects against a man in the middle. */
    public boolean authenticates() {
        return this != JUST_WORKS;
    }

    /** The model of LE Secure Connections for these features (Table 2.7). */
    public static AssociationModel secureConnections(Features initiator, Features responder) {
        if (initiator.oob() || responder.oob()) {
            return OUT_OF_BAND;
        }
        if (!initiator.mitm() && !responder.mitm()) {
            return JUST_WORKS;
        }
        return TABLE_2_8[responder.ioCapability()][initiator.ioCapability()];
    }

    /** The model of LE legacy pairing for these features (Table 2.6): out of band data has to be at both ends. */
    public static AssociationModel legacy(Features initiator, Features responder) {
        if (initiator.oob() && responder.oob()) {
            return OUT_OF_BAND;
        }
        if (!initiator.mitm() && !responder.mitm()) {
            return JUST_WORKS;
        }
        return TABLE_2_8_LEGACY[responder.ioCapability()][initiator.ioCapability()];
    }
}
