package org.everbond.security.internal.pairing;

import java.util.Optional;
import org.everbond.crypto.Key;
import org.everbond.security.internal.policy.Agreement;

/**
 * As peripheral: all checks have passed, and the central starts encryption with the LTK or the STK, for which EDIV and Rand are zero (Vol
 * 3, Part H, 2.4.4.1).
 */
record AwaitEncryption(Pairing pairing, Agreement agreement, Key ltk) implements Quiet {
    @Override
    public Optional<Key> longTermKey(long rand, int ediv) {
        if (rand != 0 || ediv != 0) {
            return pairing.noLongTermKey();
        }
        pairing.become(new Encrypting(pairing, agreement, ltk));
        pairing.end().keyInUse();
        return Optional.of(ltk);
    }

    @Override
    public String toString() {
        return "AwaitEncryption[" + agreement + "]";
    }
}
