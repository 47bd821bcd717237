package org.everbond.security;

import static org.everbond.security.Pair.JUST_WORKS;

import org.everbond.bonds.Bond;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.crypto.Key;

/** Two devices, each of which may hold a key for the other. */
class KeyHolders {
    final Pair pair = new Pair();

    Bond centralHolds(Key ltk) {
        return pair.central.bonds.put(pair.peripheral.identity, JUST_WORKS, BondKeys.secureConnections(ltk, null));
    }

    Bond peripheralHolds(Key ltk) {
        return pair.peripheral.bonds.put(pair.central.identity, JUST_WORKS, BondKeys.secureConnections(ltk, null));
    }

    /** Connects and encrypts from the central; gives the link as it is afterwards. */
    Wire encrypt() {
        var wire = pair.connect();
        pair.central.security.encrypt(wire.central);
        pair.run();
        return wire;
    }
}
