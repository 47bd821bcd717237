package org.everbond.crypto;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.everbond.crypto.internal.Aes;

/**
 * Finds whose IRK made a resolvable private address (Vol 3, Part C, 10.8.2.3), among any number of IRKs: each keeps its AES
 * key schedule, and answers are remembered, because a device uses an address for about 15 minutes. Adding costs nothing: key
 * schedules are made by the first searches, some by each, so that none of them takes long.
 *
 * <p>Belongs to one thread.
 *
 * @param <T> what an IRK stands for; compared by {@code equals}
 */
public final class AddressResolver<T> {
    private static final int REMEMBERED = 1024;
    private static final int KEYED_PER_SEARCH = 32;

    private final Map<T, Irk> irks = new LinkedHashMap<>();
    private final Map<Long, List<T>> answers = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, List<T>> eldest) {
            return size() > REMEMBERED;
        }
    };
    private int unkeyed;
    private final byte[] prand = new byte[16];
    private final byte[] hash = new byte[16];

    /**
     * Adds an IRK, or replaces the one that stood for the same owner.
     *
     * @return false for a zero IRK, which means that there is none: the owner then has none here
     */
    public boolean add(T owner, Key irk) {
        remove(owner);
        if (irk.isZero()) {
            return false;
        }
        irks.put(owner, new Irk(irk));
        unkeyed++;
        answers.clear();
        return true;
    }

    /** Removes the owner's IRK, if there is one. */
    public void remove(T owner) {
        var removed = irks.remove(owner);
        if (removed != null) {
            unkeyed -= removed.cipher == null ? 1 : 0;
            answers.clear();
        }
    }

    public void clear() {
        irks.clear();
        unkeyed = 0;
        answers.clear();
    }

    /** How many IRKs there are. */
    public int size() {
        return irks.size();
    }

    /**
     * Everyone whose IRK fits, in the order in which they were added: two owners may share an IRK, and 24 bits of hash fit
     * by chance once in 16 million. Empty for an address that is not resolvable.
     */
    public List<T> resolve(DeviceAddress address) {
        if (!address.isResolvable() || irks.isEmpty()) {
            return List.of();
        }
        var known = answers.get(address.value());
        if (known == null) {
            known = search(address.value());
            answers.put(address.value(), known);
        }
        return known;
    }

    private List<T> search(long address) {
        prand[13] = (byte) (address >>> 40);
        prand[14] = (byte) (address >>> 32);
        prand[15] = (byte) (address >>> 24);
        byte high = (byte) (address >>> 16);
        byte middle = (byte) (address >>> 8);
        byte low = (byte) address;
        var found = new ArrayList<T>(1);
        int toKey = Math.min(unkeyed, KEYED_PER_SEARCH);
        unkeyed -= toKey;
        for (var entry : irks.entrySet()) {
            var irk = entry.getValue();
            if (irk.cipher == null && toKey > 0) {
                irk.cipher = Aes.keyed(irk.key);
                toKey--;
            }
            (irk.cipher != null ? irk.cipher : Aes.shared(irk.key)).encrypt(prand, hash);
            if (hash[15] == low && hash[14] == middle && hash[13] == high) {
                found.add(entry.getKey());
            }
        }
        return List.copyOf(found);
    }

    /** An IRK, with its key schedule once a search has made it. */
    private static final class Irk {
        final Key key;
        Aes cipher;

        Irk(Key key) {
            this.key = key;
        }
    }
}
