package org.everbond.security.internal.pdu;

import java.util.ArrayList;
import java.util.List;

/** The bits of Initiator and Responder Key Distribution (Vol 3, Part H, 3.6.1, Figure 3.11). */
public final class KeyDistribution {
    public static final int ENC_KEY = 0x01;
    public static final int ID_KEY = 0x02;
    public static final int SIGN_KEY = 0x04;
    public static final int LINK_KEY = 0x08;

    private static final int ALL = ENC_KEY | ID_KEY | SIGN_KEY | LINK_KEY;

    private KeyDistribution() {}

    /** Whether these are all among those; reserved bits are ignored. */
    public static boolean isAmong(int keys, int those) {
        return (keys & ALL & ~those) == 0;
    }

    /** What LE Secure Connections distributes of what was agreed: the LTK is made, not sent, and LinkKey has no PDU. */
    public static int secureConnections(int agreed) {
        return agreed & (ID_KEY | SIGN_KEY);
    }

    /** What LE legacy pairing distributes of what was agreed. */
    public static int legacy(int agreed) {
        return agreed & (ENC_KEY | ID_KEY | SIGN_KEY);
    }

    /** The codes of the key PDUs of one side, in the order in which they are sent (3.6.1). */
    public static List<Integer> pdus(int keys) {
        var codes = new ArrayList<Integer>();
        if ((keys & ENC_KEY) != 0) {
            codes.add(Pdu.EncryptionInformation.CODE);
            codes.add(Pdu.CentralIdentification.CODE);
        }
        if ((keys & ID_KEY) != 0) {
            codes.add(Pdu.IdentityInformation.CODE);
            codes.add(Pdu.IdentityAddressInformation.CODE);
        }
        if ((keys & SIGN_KEY) != 0) {
            codes.add(Pdu.SigningInformation.CODE);
        }
        return List.copyOf(codes);
    }
}
