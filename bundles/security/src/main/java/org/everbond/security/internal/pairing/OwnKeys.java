package org.everbond.security.internal.pairing;

import java.util.ArrayList;
import java.util.List;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.crypto.Key;
import org.everbond.security.internal.Surroundings;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.pdu.KeyDistribution;
import org.everbond.security.internal.pdu.Pdu;
import org.everbond.security.internal.policy.Agreement;
import org.everbond.security.internal.policy.Refusal;

/**
 * The keys that we distribute in one pairing (Vol 3, Part H, 3.6.1).
 *
 * @param local our root keys and identity; null when none is distributed that needs them
 * @param name of the LTK of LE legacy pairing; null when it is not distributed
 * @param csrk null when it is not distributed
 */
record OwnKeys(int distributed, LocalKeys local, LegacyName name, Key csrk) {
    private static final int DIVS = 1 << 16;

    static OwnKeys of(Pairing pairing, Agreement agreement) throws Refusal {
        int keys = agreement.keysOf(pairing.initiator());
        if (keys == 0) {
            return new OwnKeys(0, null, null, null);
        }
        var surroundings = pairing.surroundings();
        var local = surroundings.bonds()
                .local()
                .orElseThrow(() -> new Refusal(
                        FailureReason.UNSPECIFIED_REASON,
                        "the store went away in the middle of the pairing; pair again once it is back"));
        var name = (keys & KeyDistribution.ENC_KEY) == 0 ? null : name(surroundings, local, agreement);
        return new OwnKeys(keys, local, name, (keys & KeyDistribution.SIGN_KEY) == 0 ? null : csrk(surroundings, local, name));
    }

    /** EDIV and Rand of an LTK with a DIV that no bond has. */
    private static LegacyName name(Surroundings surroundings, LocalKeys local, Agreement agreement) throws Refusal {
        var random = surroundings.random();
        int first = random.nextInt(DIVS);
        for (int i = 0; i < DIVS; i++) {
            int div = (first + i) % DIVS;
            if (!surroundings.bonds().hasDiv(div)) {
                return local.legacyName(div, random.nextLong(), agreement.keySize(), agreement.made().authenticated());
            }
        }
        throw new Refusal(
                FailureReason.UNSPECIFIED_REASON,
                "all " + DIVS + " keys that LE legacy pairing can derive are those of bonds; forget some that are no longer used");
    }

    /** CSRK = d1(ER, DIV, 1) (Appendix B, 2.1), or a random one where no DIV goes with the bond. */
    private static Key csrk(Surroundings surroundings, LocalKeys local, LegacyName name) {
        return name == null ? Key.of(surroundings.nonce()) : local.csrk(name);
    }

    /** The LTK of LE legacy pairing; null when it is not distributed. */
    Key ltk() {
        return name == null ? null : local.ltk(name);
    }

    /** Our IRK; null when it is not distributed. */
    Key irk() {
        return (distributed & KeyDistribution.ID_KEY) == 0 ? null : local.irk();
    }

    /** In the order of the specification. */
    List<Pdu> pdus() {
        var pdus = new ArrayList<Pdu>();
        if (name != null) {
            pdus.add(new Pdu.EncryptionInformation(ltk()));
            pdus.add(new Pdu.CentralIdentification(name.ediv(), name.rand()));
        }
        if ((distributed & KeyDistribution.ID_KEY) != 0) {
            pdus.add(new Pdu.IdentityInformation(local.irk()));
            pdus.add(new Pdu.IdentityAddressInformation(local.identityAddress()));
        }
        if (csrk != null) {
            pdus.add(new Pdu.SigningInformation(csrk));
        }
        return pdus;
    }

    @Override
    public String toString() {
        return "OwnKeys[hidden]";
    }
}
