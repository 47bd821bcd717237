package org.everbond.bonds.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Our own records as they count: root keys, identity address and changed IRK, each of which all bonds depend on. What is damaged or lost is
 * restored from the {@link IdentityCopy second copy} of them, which its checksum proves. Root keys that are wholly others were made by
 * BTstack, which finds none where one is missing: those count, and nothing else of a copy that belongs to other ones. Pure.
 */
final class OwnRecords {
    private static final List<Integer> TAGS = List.of(Tags.ER, Tags.IR, Tags.IDENTITY, Tags.OWN_IRK);
    private static final int ROOT = 16;
    /** Of so many different octets at most a root key is damaged; another one has nearly all of them otherwise. */
    private static final int MOST_DAMAGED = 8;

    private final Map<Integer, byte[]> records = new HashMap<>();
    private final Map<Integer, byte[]> restored = new LinkedHashMap<>();
    private final List<String> damage = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private OwnRecords(IntFunction<byte[]> values) {
        for (int tag : TAGS) {
            var value = values.apply(tag);
            if (value != null) {
                records.put(tag, value);
            }
        }
        var copy = values.apply(Tags.IDENTITY_COPY);
        if (copy != null) {
            compare(copy);
        }
    }

    static OwnRecords of(IntFunction<byte[]> values) {
        return new OwnRecords(values);
    }

    /** Whether the tag is that of one of them. */
    static boolean isOne(int tag) {
        return TAGS.contains(tag);
    }

    /** The values with what is restored of our own records in them. */
    static Map<Integer, byte[]> restoredIn(Map<Integer, byte[]> values) {
        var all = new HashMap<>(values);
        all.putAll(of(values::get).restored);
        return all;
    }

    /** A record as it counts, which may be unreadable; null for none. */
    byte[] get(int tag) {
        return records.get(tag);
    }

    /** What is to be written back, by tag. */
    Map<Integer, byte[]> restored() {
        return restored;
    }

    /** What was restored, one sentence each. */
    List<String> damage() {
        return damage;
    }

    /** What people should know besides, one sentence each. */
    List<String> warnings() {
        return warnings;
    }

    /** What the copy should be; null as long as not everything can be read. */
    byte[] copy() {
        var identity = records.getOrDefault(Tags.IDENTITY, new byte[0]);
        var irk = records.getOrDefault(Tags.OWN_IRK, new byte[0]);
        boolean whole = isRoot(records.get(Tags.ER)) && isRoot(records.get(Tags.IR))
                && (identity.length == 0 || isReadable(Tags.IDENTITY)) && (irk.length == 0 || isReadable(Tags.OWN_IRK));
        return whole ? new IdentityCopy(records.get(Tags.ER), records.get(Tags.IR), identity, irk).encode() : null;
    }

    private void compare(byte[] value) {
        IdentityCopy copy;
        try {
            copy = IdentityCopy.decode(value);
        } catch (UnreadableException e) {
            tell("the second copy of our root keys cannot be read: " + e.getMessage() + "; another one is made");
            return;
        }
        boolean otherEr = isOther(Tags.ER, copy.er());
        boolean otherIr = isOther(Tags.IR, copy.ir());
        if (otherEr || otherIr) {
            warnings.add("other root keys are in this store than we have noted, as another program makes them where it finds none: those count now,"
                    + " and peers that expect private addresses made from the former ones will not know us");
        }
        if (otherEr && otherIr) {
            return;
        }
        restoreRoot(Tags.ER, copy.er(), "root key ER");
        restoreRoot(Tags.IR, copy.ir(), "root key IR");
        if (!otherEr && !otherIr) {
            restore(Tags.IDENTITY, copy.identity(), "record of our identity address");
            restore(Tags.OWN_IRK, copy.irk(), "record of our changed IRK");
        }
    }

    private boolean isOther(int tag, byte[] copy) {
        var there = records.get(tag);
        return isRoot(there) && !Arrays.equals(there, copy) && !isDamaged(there, copy);
    }

    private void restoreRoot(int tag, byte[] copy, String name) {
        var there = records.get(tag);
        if (!isRoot(there) || isDamaged(there, copy)) {
            put(tag, copy, there != null, name);
        }
    }

    private void restore(int tag, byte[] copy, String name) {
        if (copy.length > 0 && (records.get(tag) == null || !isReadable(tag))) {
            put(tag, copy, records.get(tag) != null, name);
        }
    }

    private void put(int tag, byte[] value, boolean damaged, String name) {
        records.put(tag, value);
        restored.put(tag, value);
        tell("the " + name + " was " + (damaged ? "damaged" : "lost") + " and restored from our second copy of it");
    }

    private void tell(String sentence) {
        damage.add(sentence);
    }

    /** Some octets are others, or those that are have been erased: a lost sector, a page of flash. */
    private static boolean isDamaged(byte[] root, byte[] copy) {
        int different = 0;
        boolean zeros = true;
        boolean ones = true;
        for (int i = 0; i < ROOT; i++) {
            if (root[i] != copy[i]) {
                different++;
                zeros &= root[i] == 0;
                ones &= root[i] == -1;
            }
        }
        return different > 0 && (different <= MOST_DAMAGED || zeros || ones);
    }

    /** BTstack takes one of another length for none, too. */
    private static boolean isRoot(byte[] value) {
        return value != null && value.length == ROOT;
    }

    private boolean isReadable(int tag) {
        try {
            if (tag == Tags.IDENTITY) {
                IdentityRecord.decode(records.get(tag));
            } else {
                IrkRecord.decode(records.get(tag));
            }
            return true;
        } catch (UnreadableException e) {
            return false;
        }
    }
}
