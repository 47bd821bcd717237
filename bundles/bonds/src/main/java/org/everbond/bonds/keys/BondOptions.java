package org.everbond.bonds.keys;

import java.util.Optional;
import org.everbond.crypto.DeviceAddress;

/**
 * How bonds are kept in a store.
 *
 * @param slots how many places of BTstack's LE device DB are filled, 0..256: what BTstack's port on the same store scans
 * @param entrySize octets of a new entry in them: 60, 100 (with signing keys), or 0 for the size that the store has; where it has
 *     none, 60 in an ESP32's NVS partition and 100 elsewhere
 * @param capacity how many bonds are kept in all, 1..1,000,000. A store that is shared with BTstack should stay below 4,097, since
 *     BTstack goes through all of a store for each of its questions
 * @param identityAddress the identity address of a store that has none yet; empty for a static random one in a new store and
 *     the controller's public one in a store that BTstack wrote
 * @param volatileIdentity whether a store that forgets everything at the end may get an identity
 */
public record BondOptions(
        int slots, int entrySize, int capacity, Optional<DeviceAddress> identityAddress, boolean volatileIdentity) {
    /** 16 slots, the store's entry size, 4,096 bonds, no identity for a volatile store. */
    public static final BondOptions DEFAULT = new BondOptions(16, 0, 4096, Optional.empty(), false);

    private static final int MOST = 1_000_000;

    /** @throws IllegalArgumentException for a value out of range, with a sentence that names it */
    public BondOptions {
        if (slots < 0 || slots > 256) {
            throw new IllegalArgumentException("btstack.slots is " + slots + "; choose 0..256");
        }
        if (entrySize != 0 && entrySize != 60 && entrySize != 100) {
            throw new IllegalArgumentException("the entry size is " + entrySize + "; choose 60, 100 or 0 for the store's");
        }
        if (capacity < 1 || capacity > MOST) {
            throw new IllegalArgumentException("the capacity for bonds is " + capacity + "; choose 1.." + MOST);
        }
        if (identityAddress.isPresent() && !identityAddress.get().isIdentity()) {
            throw new IllegalArgumentException("the identity address " + identityAddress.get()
                    + " is neither public nor static random; a static random one starts with C0 to FF");
        }
    }

    /** @param slots 0..256 */
    public BondOptions withSlots(int slots) {
        return new BondOptions(slots, entrySize, capacity, identityAddress, volatileIdentity);
    }

    /** @param entrySize 60 or 100 octets, or 0 for the store's */
    public BondOptions withEntrySize(int entrySize) {
        return new BondOptions(slots, entrySize, capacity, identityAddress, volatileIdentity);
    }

    /** @param capacity 1..1000000 bonds */
    public BondOptions withCapacity(int capacity) {
        return new BondOptions(slots, entrySize, capacity, identityAddress, volatileIdentity);
    }

    /** @param identityAddress public or static random */
    public BondOptions withIdentityAddress(DeviceAddress identityAddress) {
        return new BondOptions(slots, entrySize, capacity, Optional.of(identityAddress), volatileIdentity);
    }

    /** @param volatileIdentity whether an identity is made in a store that loses it with the power */
    public BondOptions withVolatileIdentity(boolean volatileIdentity) {
        return new BondOptions(slots, entrySize, capacity, identityAddress, volatileIdentity);
    }
}
