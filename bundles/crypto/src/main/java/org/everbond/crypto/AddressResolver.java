package org.everbond.crypto;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.everbond.crypto.internal.Aes;

/**
 * Finds whose IRK made a resolvable private address (Vol 3, Part C, 10.8.2.3), among any number of IRKs. Each keeps its AES key schedule,
 * made by the first search. Answers are remembered, those of strangers apart from the others so that a crowd of them does not drive out
 * the devices that matter: a device uses an address for about 15 minutes.
 *
 * <p>Belongs to one thread, but for {@link Search#run}.
 *
 * @param <T> what an IRK stands for; compared by {@code equals}
 */
public final class AddressResolver<T> {
    private static final int HITS = 1024;
    private static final int MISSES = 4096;

    private final Map<T, Irk<T>> irks = new LinkedHashMap<>();
    private final Map<Long, List<T>> hits = remembered(HITS);
    private final Map<Long, List<T>> misses = remembered(MISSES);
    /** All IRKs in order, for searches; null when they have changed. */
    private List<Irk<T>> all;
    /** Whether a search on another thread uses the key schedules. */
    private boolean away;

    private static <V> Map<Long, V> remembered(int most) {
        return new LinkedHashMap<>(64, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, V> eldest) {
                return size() > most;
            }
        };
    }

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
        irks.put(owner, new Irk<>(owner, irk));
        all = null;
        if (!hits.isEmpty() || !misses.isEmpty()) {
            // Those who were strangers may be known now.
            var aes = Aes.keyed(irk);
            var hashed = new byte[16];
            hits.keySet().removeIf(address -> isHash(aes, block(address), hashed, address));
            misses.keySet().removeIf(address -> isHash(aes, block(address), hashed, address));
        }
        return true;
    }

    /** Removes the owner's IRK, if there is one. */
    public void remove(T owner) {
        if (irks.remove(owner) != null) {
            all = null;
            hits.values().removeIf(owners -> owners.contains(owner));
        }
    }

    /** How many IRKs there are. */
    public int size() {
        return irks.size();
    }

    /** Whether {@link #resolve} answers without a search. */
    public boolean isRemembered(DeviceAddress address) {
        return !address.isResolvable()
                || irks.isEmpty()
                || hits.containsKey(address.value())
                || misses.containsKey(address.value());
    }

    /**
     * Everyone whose IRK fits, in the order in which they were added: two owners may share an IRK, and 24 bits of hash fit
     * by chance once in 16 million. Empty for an address that is not resolvable.
     */
    public List<T> resolve(DeviceAddress address) {
        if (!address.isResolvable() || irks.isEmpty()) {
            return List.of();
        }
        var known = hits.get(address.value());
        if (known == null) {
            known = misses.get(address.value());
        }
        if (known == null) {
            var search = new Search<>(this, List.of(address.value()), !away);
            search.run();
            search.remember();
            known = search.found.get(0);
        }
        return known;
    }

    /**
     * A search that may run on another thread. One at a time: the next is made when {@link Search#remember} was called.
     *
     * @param addresses those that are not resolvable are left out
     */
    public Search<T> search(Collection<DeviceAddress> addresses) {
        away = true;
        return new Search<>(
                this, addresses.stream().filter(DeviceAddress::isResolvable).map(DeviceAddress::value).toList(), true);
    }

    private List<Irk<T>> all() {
        if (all == null) {
            all = List.copyOf(irks.values());
        }
        return all;
    }

    /** What function ah encrypts (Vol 3, Part H, 2.2.2): the prand of the address. */
    private static byte[] block(long address) {
        var block = new byte[16];
        block[13] = (byte) (address >>> 40);
        block[14] = (byte) (address >>> 32);
        block[15] = (byte) (address >>> 24);
        return block;
    }

    private static boolean isHash(Aes aes, byte[] block, byte[] hashed, long address) {
        aes.encrypt(block, hashed);
        return hashed[15] == (byte) address
                && hashed[14] == (byte) (address >>> 8)
                && hashed[13] == (byte) (address >>> 16);
    }

    /**
     * Looks for the owners of some addresses, all in one pass over the IRKs.
     *
     * @param <T> as above
     */
    public static final class Search<T> implements Runnable {
        private final AddressResolver<T> resolver;
        private final List<Irk<T>> irks;
        private final List<Long> addresses;
        private final boolean keeping;
        private final List<List<T>> found = new ArrayList<>();

        private Search(AddressResolver<T> resolver, List<Long> addresses, boolean keeping) {
            this.resolver = resolver;
            this.irks = resolver.all();
            this.addresses = addresses;
            this.keeping = keeping;
        }

        /** Does the work; any thread, once. */
        @Override
        public void run() {
            var hashed = new byte[16];
            var blocks = addresses.stream().map(AddressResolver::block).toArray(byte[][]::new);
            addresses.forEach(address -> found.add(List.of()));
            for (var irk : irks) {
                var aes = irk.cipher(keeping);
                for (int i = 0; i < blocks.length; i++) {
                    if (isHash(aes, blocks[i], hashed, addresses.get(i))) {
                        found.set(i, with(found.get(i), irk.owner));
                    }
                }
            }
        }

        private static <T> List<T> with(List<T> some, T another) {
            var all = new ArrayList<>(some);
            all.add(another);
            return List.copyOf(all);
        }

        /** Keeps the answers, on the resolver's thread; without effect when IRKs were added or removed meanwhile, or it did not run. */
        public void remember() {
            resolver.away = resolver.away && !keeping;
            if (irks != resolver.all || found.size() != addresses.size()) {
                return;
            }
            for (int i = 0; i < addresses.size(); i++) {
                (found.get(i).isEmpty() ? resolver.misses : resolver.hits).put(addresses.get(i), found.get(i));
            }
        }
    }

    /** An IRK, with its key schedule once a search has made it. */
    private static final class Irk<T> {
        private final T owner;
        private final Key key;
        private Aes cipher;

        Irk(T owner, Key key) {
            this.owner = owner;
            this.key = key;
        }

        /** @param keeping false while the key schedules belong to another thread */
        Aes cipher(boolean keeping) {
            if (!keeping) {
                return Aes.shared(key);
            }
            if (cipher == null) {
                cipher = Aes.keyed(key);
            }
            return cipher;
        }
    }
}
