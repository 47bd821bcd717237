package org.everbond.bonds.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.crypto.OctetOrder;

/**
 * What BTstack's GATT server remembers of the subscriptions of its clients: values {@code BTC+i}, by slot and attribute handle, and
 * {@code BTDB}, the hash of the table that they belong to. They become a bond's own when the bond gets its first companion.
 */
final class BtstackSubscriptions {
    /** Notifications, indications, or both (Vol 3, Part G, 3.3.3.3). */
    private static final int MOST = 3;

    private final Map<Integer, Map<Integer, Integer>> bySlot = new HashMap<>();
    private byte[] hash;
    private int slots;

    /** Why those of a slot are nobody's. */
    enum Doubt {
        NONE,
        /** Nothing says which table they belong to: BTstack has no hash of a table without the characteristic Database Hash. */
        TABLE,
        /** BTstack leaves those of a peer that it evicts to the one that comes after it. */
        PEER
    }

    /** All of a store, one after the other. */
    void read(int tag, byte[] value) {
        if (Tags.isDatabaseHash(tag, value)) {
            // As the characteristic has it, least significant octet first (Vol 3, Part G, 7.3.1).
            hash = OctetOrder.reversed(value);
        } else if (Tags.isSlot(tag)) {
            slots = Math.max(slots, Tags.slotOf(tag) + 1);
        } else if (Tags.isSubscription(tag) && value.length == Tags.SUBSCRIPTION_LENGTH) {
            var in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
            int handle = in.getShort(4) & 0xffff;
            int bits = in.get(6) & 0xff;
            int slot = in.get(7) & 0xff;
            if (handle != 0 && bits != 0 && bits <= MOST) {
                bySlot.computeIfAbsent(slot, s -> new TreeMap<>()).put(handle, bits);
            }
        }
    }

    boolean has(int slot) {
        return bySlot.containsKey(slot);
    }

    /** A peer that came when all slots were taken has a sequence number above their number. */
    Doubt doubt(DeviceEntry entry) {
        return hash == null ? Doubt.TABLE : entry.sequence() > slots ? Doubt.PEER : Doubt.NONE;
    }

    /** Null when there are none that are certainly the bond's. */
    Subscriptions of(int slot, DeviceEntry entry) {
        return has(slot) && doubt(entry) == Doubt.NONE ? new Subscriptions(hash, Map.copyOf(bySlot.get(slot))) : null;
    }
}
