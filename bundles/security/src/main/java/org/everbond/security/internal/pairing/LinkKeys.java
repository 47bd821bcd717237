package org.everbond.security.internal.pairing;

import java.util.Optional;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.crypto.Key;

/**
 * The keys of a pairing by which the central may refresh the encryption of this very link.
 *
 * @param made the LTK of LE Secure Connections or the STK, asked for without a name
 * @param name of the LTK of LE legacy pairing that we distribute; null when we do not
 * @param distributed that LTK
 */
record LinkKeys(Key made, LegacyName name, Key distributed) {
    Optional<Key> asked(long rand, int ediv) {
        if (rand == 0 && ediv == 0) {
            return Optional.of(made);
        }
        return new LegacyName(ediv, rand).equals(name) ? Optional.of(distributed) : Optional.empty();
    }

    @Override
    public String toString() {
        return "LinkKeys[hidden]";
    }
}
