package org.everbond.shell.internal;

import org.everbond.bonds.Bond;
import org.everbond.security.PairingResult;

/** How the result of a pairing is told. */
final class PairingWords {
    private PairingWords() {}

    static Json object(PairingResult result) {
        return Json.object()
                .putAll(Words.securityObject(result.security()))
                .put("bonding", Words.word(result.bonding()))
                .put("bonded", result.bonding() == PairingResult.Bonding.BONDED)
                .put("bond", result.bond().map(Bond::id))
                .put("octets", result.octets());
    }

    static String text(PairingResult result) {
        var bond = result.bond().map(b -> b.id().toString()).orElse("");
        return Words.security(result.security())
                + switch (result.bonding()) {
                    case BONDED -> ", bonded as " + bond + ", " + result.octets() + " octets flushed";
                    case NOT_DURABLE -> ", bonded as " + bond + " in a volatile store: gone when the gateway stops";
                    case NOT_BONDED -> ", not bonded: the keys end with the link";
                };
    }
}
