package org.everbond.security.internal.pairing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.everbond.crypto.Key;
import org.everbond.hci.ErrorCode;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.pdu.Pdu;
import org.everbond.security.internal.policy.Agreement;

/**
 * The controller has the key and Encryption Change is on its way. Real controllers hand over the first encrypted data before that
 * event: key PDUs are parked, and looked at only once the link is encrypted.
 */
final class Encrypting implements Quiet {
    static final int PARKED = 6;
    static final Duration PARKED_FOR = Duration.ofSeconds(2);

    private final Pairing pairing;
    private final Agreement agreement;
    private final Key ltk;
    private final List<Pdu> parked = new ArrayList<>();

    Encrypting(Pairing pairing, Agreement agreement, Key ltk) {
        this.pairing = pairing;
        this.agreement = agreement;
        this.ltk = ltk;
    }

    @Override
    public Pairing pairing() {
        return pairing;
    }

    @Override
    public void encryptionChanged(int status) {
        if (status != 0) {
            pairing.fail(
                    FailureReason.UNSPECIFIED_REASON,
                    "the link could not be encrypted with the new key: " + ErrorCode.describe(status) + "; pair again");
            return;
        }
        pairing.link().encryptedByPairing(ltk, agreement.achieved());
        KeyExchange.begin(pairing, agreement, ltk);
        parked.forEach(pairing::replay);
    }

    private void park(Pdu pdu) {
        if (parked.size() == PARKED) {
            pairing.outOfPlace(pdu);
            return;
        }
        if (parked.isEmpty()) {
            pairing.surroundings().loop().schedule(PARKED_FOR, () -> {
                if (pairing.isIn(this)) {
                    pairing.outOfPlace(pdu);
                }
            });
        }
        parked.add(pdu);
    }

    @Override
    public void encryptionInformation(Pdu.EncryptionInformation pdu) {
        park(pdu);
    }

    @Override
    public void centralIdentification(Pdu.CentralIdentification pdu) {
        park(pdu);
    }

    @Override
    public void identityInformation(Pdu.IdentityInformation pdu) {
        park(pdu);
    }

    @Override
    public void identityAddressInformation(Pdu.IdentityAddressInformation pdu) {
        park(pdu);
    }

    @Override
    public void signingInformation(Pdu.SigningInformation pdu) {
        park(pdu);
    }
}
