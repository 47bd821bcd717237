package org.everbond.security.internal.pdu;

/**
 * What Pairing Request and Pairing Response say (Vol 3, Part H, 3.5.1). The octets are kept as they were on air, reserved bits
 * and all: the check functions calculate with them.
 *
 * @param ioCapability 0..4
 * @param oobDataFlag 0 or 1
 * @param authReq see {@link AuthReq}
 * @param maximumKeySize 7..16
 * @param initiatorKeys what the initiator shall distribute, see {@link KeyDistribution}
 * @param responderKeys what the responder shall distribute
 */
public record Features(
        int ioCapability, int oobDataFlag, int authReq, int maximumKeySize, int initiatorKeys, int responderKeys) {
    /** NoInputNoOutput. */
    public static final int NO_INPUT_NO_OUTPUT = 3;

    public Features {
        PduException.check(ioCapability >= 0 && ioCapability <= 4, "IO capability", ioCapability);
        PduException.check(oobDataFlag >= 0 && oobDataFlag <= 1, "OOB data flag", oobDataFlag);
        PduException.check(maximumKeySize >= 7 && maximumKeySize <= 16, "maximum encryption key size", maximumKeySize);
    }

    public boolean bonding() {
        // The values 2 and 3 of the two bits are reserved (Table 3.5): no bonding.
        return (authReq & AuthReq.BONDING_FLAGS) == AuthReq.BONDING;
    }

    public boolean mitm() {
        return (authReq & AuthReq.MITM) != 0;
    }

    public boolean secureConnections() {
        return (authReq & AuthReq.SECURE_CONNECTIONS) != 0;
    }

    public boolean keypress() {
        return (authReq & AuthReq.KEYPRESS) != 0;
    }

    public boolean oob() {
        return oobDataFlag == 1;
    }

    /** IOcap of f6: AuthReq, OOB data flag, IO capability, most significant octet first (2.2.8). */
    public byte[] ioCap() {
        return new byte[] {(byte) authReq, (byte) oobDataFlag, (byte) ioCapability};
    }
}
