package org.everbond.security.internal.pairing;

import java.util.ArrayDeque;
import java.util.Deque;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.pdu.KeyDistribution;
import org.everbond.security.internal.pdu.Pdu;
import org.everbond.security.internal.policy.Agreement;
import org.everbond.security.internal.policy.Refusal;

/** The keys that the peer distributes, one after another in the order of the specification (Vol 3, Part H, 3.6.1). */
final class ReceivedKeys {
    private final Agreement agreement;
    /** Codes of the key PDUs that the peer has still to send. */
    private final Deque<Integer> expected;
    private Key ltk;
    private int ediv;
    private long rand;
    private Key irk;
    private DeviceAddress identity;
    private Key csrk;

    /** @param keys bits of {@link KeyDistribution} that the peer sends */
    ReceivedKeys(Agreement agreement, int keys) {
        this.agreement = agreement;
        expected = new ArrayDeque<>(KeyDistribution.pdus(keys));
    }

    boolean areComplete() {
        return expected.isEmpty();
    }

    /** Whether this key PDU is the next one; then the one after it is. */
    boolean expects(Pdu pdu) {
        if (expected.isEmpty() || expected.peek() != pdu.code()) {
            return false;
        }
        expected.poll();
        return true;
    }

    void take(Pdu.EncryptionInformation pdu) throws Refusal {
        // Some stacks distribute it in full length and shorten it when they use it.
        ltk = pdu.ltk().shortened(agreement.keySize());
        if (ltk.isZero()) {
            throw new Refusal(FailureReason.KEY_REJECTED, "the peer distributed an LTK of zeros, which is no key; update the peer");
        }
    }

    void take(Pdu.CentralIdentification pdu) {
        ediv = pdu.ediv();
        rand = pdu.rand();
    }

    void take(Pdu.IdentityInformation pdu) {
        // All zero says that the peer has no IRK (a device without privacy).
        irk = unlessZero(pdu.irk());
    }

    void take(Pdu.IdentityAddressInformation pdu) throws Refusal {
        if (!pdu.address().isIdentity()) {
            throw new Refusal(
                    FailureReason.INVALID_PARAMETERS,
                    "the peer distributed " + pdu.address() + ", which cannot be an identity address; update the peer");
        }
        identity = pdu.address();
    }

    void take(Pdu.SigningInformation pdu) {
        // BTstack sends zeros in LE Secure Connections.
        csrk = unlessZero(pdu.csrk());
    }

    /** The identity address that the peer distributed; null when it did not. */
    DeviceAddress identity() {
        return identity;
    }

    /**
     * All keys of the bond.
     *
     * @param made the LTK of LE Secure Connections; the STK is not kept
     */
    BondKeys with(OwnKeys own, Key made) {
        return new BondKeys(
                agreement.secureConnections() ? made : ltk, ediv, rand, irk, csrk, 0, own.csrk(), 0, own.name());
    }

    private static Key unlessZero(Key key) {
        return key.isZero() ? null : key;
    }
}
