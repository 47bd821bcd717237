package org.everbond.crypto;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.everbond.crypto.internal.Aes;

/**
 * Finds whose IRK made a resolvable private address (Vol 3, Part C, 10.8.2.3), among any number of IRKs: each keeps its AES
 * key schedule, and answers are remembered, because a device uses an address for about 15 minutes.
 *
 * <p>Belongs to one thread.
 *
 * @param <T> what an IRK stands for; compared by {@code equals}
 */
public final class AddressResolver<T> {
    private static final int REMEMBERED = 1024;

    private final Map<T, Aes> ciphers = new LinkedHashMap<>();
    private final Map<Long, List<T>> answers = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, List<T>> eldest) {
            return size() > REMEMBERED;
        }
    };
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
        ciphers.put(owner, Aes.keyed(irk));
        answers.clear();
        return true;
    }

    /** Removes the owner's IRK, if there is one. */
    public void remove(T owner) {
        if (ciphers.remove(owner) != null) {
            answers.clear();
        }
    }

    public void clear() {
        ciphers.clear();
        answers.clear();
    }

    /** How many IRKs there are. */
    public int size() {
        return ciphers.size();
    }

    /**
     * Everyone whose IRK fits, in the order in which they were added: two owners may share an IRK, and 24 bits of hash fit
     * by chance once in 16 million. Empty for an address that is not resolvable.
     */
    public List<T> resolve(DeviceAddress address) {
        if (!address.isResolvable() || ciphers.isEmpty()) {
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
        for (var entry : ciphers.entrySet()) {
            entry.getValue().encrypt(prand, hash);
            if (hash[15] == low && hash[14] == middle && hash[13] == high) {
                found.add(entry.getKey());
            }
        }
        return List.copyOf(found);
    }
}
