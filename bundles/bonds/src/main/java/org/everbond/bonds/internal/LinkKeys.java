package org.everbond.bonds.internal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.everbond.bonds.BondId;
import org.everbond.bonds.keys.LinkKey;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.Transaction;

/** The records of BTstack's Classic link key DB when two contents become one, and the memory of those deleted. */
final class LinkKeys {
    static final int PLACES = 256;

    /** In the tombstone of a link key, in place of the first half of a store id. */
    private static final long DELETED_LINK_KEY = 0x4c494e4b4b455900L;

    private LinkKeys() {}

    /**
     * Remembers that this key, and no later one of the same peer, is not wanted any more. Link keys have no names as bonds have, so
     * that the tombstone holds the address and 62 bits of a digest.
     */
    static void bury(Transaction transaction, LinkKey key) {
        var name = name(key);
        transaction.bury(name.store(), name.serial());
    }

    private static BondId name(LinkKey key) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(key.address().octets());
            long serial = ByteBuffer.wrap(digest.digest(key.key().octets())).getLong() >>> 2;
            return new BondId(new UUID(DELETED_LINK_KEY, key.address().value()), serial);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /**
     * Brings to ours what is only in theirs, and for an address in both the entry with the higher sequence number. What either side
     * has deleted stays deleted.
     */
    static void merge(
            Map<Integer, byte[]> ours,
            Map<Integer, byte[]> theirs,
            Set<BondId> deletedHere,
            Set<BondId> deletedThere,
            List<String> theirsLost) {
        ours.entrySet().removeIf(entry -> isEntry(entry.getKey(), entry.getValue())
                && isDeleted(entry.getValue(), deletedThere));
        var places = new HashMap<DeviceAddress, Integer>();
        ours.forEach((tag, value) -> {
            if (isEntry(tag, value)) {
                places.put(LinkKeyEntry.addressAsWritten(value), tag);
            }
        });
        theirs.forEach((tag, value) -> {
            if (!isEntry(tag, value) || isDeleted(value, deletedHere)) {
                return;
            }
            var place = places.get(LinkKeyEntry.addressAsWritten(value));
            if (place == null) {
                place = freePlace(ours, tag);
            } else if (LinkKeyEntry.sequence(ours.get(place)) >= LinkKeyEntry.sequence(value)) {
                return;
            }
            if (place < 0) {
                theirsLost.add("the Classic link key in " + org.everbond.tlv.Tags.name(tag) + ", for which there is no room");
            } else {
                ours.put(place, value);
                places.put(LinkKeyEntry.addressAsWritten(value), place);
            }
        });
    }

    private static int freePlace(Map<Integer, byte[]> ours, int wanted) {
        for (int i = 0; i < PLACES; i++) {
            int tag = Tags.linkKey((wanted + i) & 0xff);
            if (!ours.containsKey(tag)) {
                return tag;
            }
        }
        return -1;
    }

    private static boolean isDeleted(byte[] value, Set<BondId> deleted) {
        try {
            return deleted.contains(name(LinkKeyEntry.decode(value).key()));
        } catch (UnreadableException e) {
            return false;
        }
    }

    private static boolean isEntry(int tag, byte[] value) {
        return Tags.isLinkKey(tag) && value.length == LinkKeyEntry.LENGTH;
    }
}
