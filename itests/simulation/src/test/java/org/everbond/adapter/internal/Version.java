package org.everbond.adapter.internal;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;

/** All that one pairing has made of a bond, without what changes later. */
record Version(
        BondId id,
        BondSecurity security,
        Key ltk,
        int ediv,
        long rand,
        Key irk,
        Key remoteCsrk,
        Key localCsrk,
        LegacyName legacy) {

    /** The bond of a peer as a store holds it now. */
    static Optional<Version> of(BondStore bonds, DeviceAddress peer) {
        return bonds.byIdentity(peer).map(bond -> {
            BondKeys keys = bonds.keys(bond.id()).orElseThrow();
            return new Version(
                    bond.id(), bond.security(), keys.ltk(), keys.ediv(), keys.rand(), keys.irk(), keys.remoteCsrk(), keys.localCsrk(),
                    keys.legacy());
        });
    }

    boolean isOf(Bond bond) {
        return bond.id().equals(id);
    }

    /** Whether the two sides hold the two halves of one pairing. */
    boolean fits(Version other) {
        if (security.secureConnections() != other.security.secureConnections()) {
            return false;
        }
        return security.secureConnections() ? ltk.equals(other.ltk) : isNamedBy(other) || other.isNamedBy(this);
    }

    private boolean isNamedBy(Version other) {
        return other.legacy != null && other.legacy.ediv() == ediv && other.legacy.rand() == rand;
    }

    /** Whether a part of it, which each pairing makes anew, is the same while another part is not. */
    boolean isMixedWith(Version other) {
        boolean shared = same(ltk, other.ltk) || same(remoteCsrk, other.remoteCsrk) || same(localCsrk, other.localCsrk);
        return shared && !equals(other);
    }

    private static boolean same(Key one, Key other) {
        return one != null && !one.isZero() && Objects.equals(one, other);
    }

    Stream<Key> keys() {
        return there(ltk, irk, remoteCsrk, localCsrk);
    }

    Stream<Key> keysWithoutSigning() {
        return there(ltk, irk);
    }

    private static Stream<Key> there(Key... keys) {
        return Stream.of(keys).filter(key -> key != null && !key.isZero());
    }

    @Override
    public String toString() {
        return id + " " + security + " #" + (ltk == null ? 0 : ltk.hashCode());
    }
}
