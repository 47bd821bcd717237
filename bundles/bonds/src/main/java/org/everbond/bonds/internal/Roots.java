package org.everbond.bonds.internal;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.RandomAddress;
import org.everbond.crypto.Toolbox;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.Transaction;

/**
 * Decides on our root keys and identity address by what a store holds. They are made only in a store that is READY and empty of
 * bonds and damage; a store that another stack filled keeps its roots and waits for an address.
 */
final class Roots {
    private static final SecureRandom RANDOM = new SecureRandom();
    /** BTstack's built-in roots: 30..3f and 90..9f. */
    private static final Key BTSTACK_ER = ascending(0x30);
    private static final Key BTSTACK_IR = ascending(0x90);

    private final TlvStore store;
    private final BondOptions options;
    private final View view;
    private final OwnRecords own;

    /**
     * @param transaction what has to be written
     * @param later our keys once that is durable; null when nothing is written or an address is still missing
     */
    record Decision(Transaction transaction, LocalKeys later) {
        static final Decision NOTHING = new Decision(new Transaction(), null);
    }

    /** Root keys that wait for an identity address. */
    record Waiting(Key er, Key ir, Key irk) {
        LocalKeys with(DeviceAddress address) {
            return new LocalKeys(er, ir, irk, address);
        }

        @Override
        public String toString() {
            return "Waiting[hidden]";
        }
    }

    Roots(TlvStore store, BondOptions options, View view, OwnRecords own) {
        this.store = store;
        this.options = options;
        this.view = view;
        this.own = own;
    }

    Decision decide() {
        var er = root(Tags.ER);
        var ir = root(Tags.IR);
        DeviceAddress address;
        try {
            address = identity();
        } catch (UnreadableException e) {
            view.setAside.add(new SetAside(
                    "the record of our identity address cannot be read: " + e.getMessage(), Optional.empty()));
            return unreadableIdentity(er, ir);
        }
        boolean virgin = view.bonds().isEmpty() && view.setAside.isEmpty();
        boolean weak = er != null && isWeak(er) || ir != null && isWeak(ir);
        if (virgin && (er == null || ir == null || address == null || weak)) {
            return create(weak ? null : er, weak ? null : ir, address);
        }
        if (weak) {
            view.warnings.add("the root keys of this store are weak (zeros or a well-known constant), so that anybody can compute"
                    + " keys made from them; forget all bonds to get new ones");
        }
        if (er == null || ir == null) {
            return address == null && store.setAside().isEmpty() && !hadRoots() ? complete(er, ir) : lost();
        }
        if (address == null && isDamaged()) {
            return unreadableIdentity(er, ir);
        }
        if (address == null) {
            return adopt(new Transaction(), new Waiting(er, ir, irk(ir)));
        }
        if (options.identityAddress().isPresent() && !options.identityAddress().get().equals(address)) {
            view.warnings.add("the configured identity address " + options.identityAddress().get()
                    + " is not used: the bonds of this store know us as " + address);
        }
        view.local = keys(er, ir, address);
        return Decision.NOTHING;
    }

    /** A store that has records of ours and has lost some octets had an identity: one that another stack wrote alone has none of them. */
    private boolean isDamaged() {
        return !store.setAside().isEmpty()
                && Arrays.stream(store.tags()).anyMatch(tag -> tag == Tags.LAST_SERIAL || Tags.isCompanion(tag));
    }

    /** Whether root keys were here that are lost: a bond that was made here needed them, a changed IRK followed one. */
    private boolean hadRoots() {
        boolean madeHere = view.bonds().stream().map(StoredBond::companion)
                .anyMatch(bond -> bond.method() != PairingMethod.UNKNOWN || bond.legacy() != null);
        return madeHere || own.get(Tags.OWN_IRK) != null;
    }

    /** A new store, or one whose creation was torn: what is missing is made. */
    private Decision create(Key er, Key ir, DeviceAddress address) {
        if (!mayWrite()) {
            return Decision.NOTHING;
        }
        var newEr = er == null ? random() : er;
        var newIr = ir == null ? random() : ir;
        var transaction = new Transaction();
        putRoots(transaction, er, newEr, ir, newIr);
        var newAddress = address;
        if (address == null) {
            var record = options.identityAddress()
                    .map(configured -> new IdentityRecord(configured, IdentityRecord.Origin.CONFIGURED))
                    .orElseGet(() ->
                            new IdentityRecord(RandomAddress.statically(RANDOM), IdentityRecord.Origin.GENERATED));
            transaction.put(Tags.IDENTITY, record.encode());
            newAddress = record.address();
        }
        return new Decision(transaction, keys(newEr, newIr, newAddress));
    }

    /** A store that another stack filled without roots: it would make them now, and so do we. */
    private Decision complete(Key er, Key ir) {
        if (!mayWrite()) {
            return Decision.NOTHING;
        }
        view.warnings.add("the store had bonds but no root keys; new ones were made, and peers that expect private addresses"
                + " from us will not know them");
        var newEr = er == null ? random() : er;
        var newIr = ir == null ? random() : ir;
        var transaction = new Transaction();
        putRoots(transaction, er, newEr, ir, newIr);
        return adopt(transaction, new Waiting(newEr, newIr, irk(newIr)));
    }

    /** Bonds of another stack know us by the configured address, else by the controller's, which comes later. */
    private Decision adopt(Transaction transaction, Waiting roots) {
        if (options.identityAddress().isEmpty()) {
            view.waiting = roots;
            return new Decision(transaction, null);
        }
        if (!mayWrite()) {
            return Decision.NOTHING;
        }
        var record = new IdentityRecord(options.identityAddress().get(), IdentityRecord.Origin.CONFIGURED);
        transaction.put(Tags.IDENTITY, record.encode());
        return new Decision(transaction, roots.with(record.address()));
    }

    private Decision unreadableIdentity(Key er, Key ir) {
        if (er != null && ir != null && options.identityAddress().isPresent()) {
            view.local = keys(er, ir, options.identityAddress().get());
        } else {
            obstacle("our identity address is not known any more; configure the one that the bonds know us by");
        }
        return Decision.NOTHING;
    }

    private Decision lost() {
        obstacle("the root keys of store " + store.name() + " are lost, but bonds may depend on them; put back a copy of the"
                + " store, or move it away to start with a new one");
        return Decision.NOTHING;
    }

    private boolean mayWrite() {
        if (store.state() != TlvState.READY) {
            return false;
        }
        if (!store.backend().durable() && !options.volatileIdentity()) {
            obstacle("store " + store.name() + " (" + store.backend().resource() + ") forgets everything at the end, so that no"
                    + " identity is made in it; configure a durable store, or name this one on purpose");
            return false;
        }
        return true;
    }

    private void obstacle(String sentence) {
        view.obstacle = sentence;
        view.warnings.add(sentence);
    }

    private static void putRoots(Transaction transaction, Key er, Key newEr, Key ir, Key newIr) {
        // In BTstack's order.
        if (er == null) {
            transaction.put(Tags.ER, newEr.octets());
        }
        if (ir == null) {
            transaction.put(Tags.IR, newIr.octets());
        }
    }

    /** A root key; BTstack takes one of another length for none, too. */
    private Key root(int tag) {
        var value = own.get(tag);
        return value == null || value.length != 16 ? null : Key.of(value);
    }

    private DeviceAddress identity() throws UnreadableException {
        var value = own.get(Tags.IDENTITY);
        return value == null ? null : IdentityRecord.decode(value).address();
    }

    /** Whether a value of a store is such a key; null and other lengths are no key. */
    static boolean isWeak(byte[] value) {
        return value != null && value.length == 16 && isWeak(Key.of(value));
    }

    private static boolean isWeak(Key root) {
        var octets = root.octets();
        var same = new byte[octets.length];
        Arrays.fill(same, octets[0]);
        return Arrays.equals(octets, same) || root.equals(BTSTACK_ER) || root.equals(BTSTACK_IR);
    }

    private LocalKeys keys(Key er, Key ir, DeviceAddress address) {
        return new LocalKeys(er, ir, irk(ir), address);
    }

    private Key irk(Key ir) {
        var value = own.get(Tags.OWN_IRK);
        if (value != null) {
            try {
                var changed = IrkRecord.decode(value);
                view.irkNumber = changed.number();
                view.irkMark = changed.mark();
                return changed.irk();
            } catch (UnreadableException e) {
                view.warnings.add("the record of our changed IRK cannot be read: " + e.getMessage()
                        + "; the first one is used, change it again to have one that no old peer holds");
            }
        }
        return Toolbox.irk(ir);
    }

    static Key random() {
        var octets = new byte[16];
        RANDOM.nextBytes(octets);
        return Key.of(octets);
    }

    private static Key ascending(int first) {
        var octets = new byte[16];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) (first + i);
        }
        return Key.of(octets);
    }
}
