package org.everbond.bonds.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.keys.BondImport;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.OctetOrder;
import org.everbond.crypto.Toolbox;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.spi.Merge;

/** Plans the import of the bonds of one content into another one, on views of both. */
public final class Imports {
    private final Merge.Content into;
    /** What is in it, with our own records as they count. */
    private final Map<Integer, byte[]> present;
    private final BondImport.Options options;
    private final BondOptions bondOptions;
    private final FrozenStore store;
    private final View view;
    private final Map<Integer, byte[]> source;
    private final View from;
    private final FrozenStore fromStore;
    /** In whose name bonds are named that come: no other import and no run of the gateway gives the same name to another one. */
    private final UUID branch = UUID.randomUUID();
    /** What is written, in the order of a transaction on bonds: companions before entries, deletions last. */
    private final Map<Integer, byte[]> roots = new LinkedHashMap<>();
    private final Map<Integer, byte[]> companions = new LinkedHashMap<>();
    private final Map<Integer, byte[]> entries = new LinkedHashMap<>();
    private final Set<Integer> deletions = new LinkedHashSet<>();
    private final Transaction buried = new Transaction();
    private final List<Bond> added = new ArrayList<>();
    private final List<Bond> replaced = new ArrayList<>();
    private final List<Bond> left = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    /** @param slots how many places of BTstack's LE device DB are filled */
    public Imports(Merge.Content into, StoreId id, Merge.Content from, BondImport.Options options, int slots) {
        this.into = into;
        present = OwnRecords.restoredIn(into.values());
        this.options = options;
        bondOptions = BondOptions.DEFAULT.withCapacity(1_000_000).withEntrySize(options.entrySize()).withSlots(slots);
        store = new FrozenStore("into", into, id);
        view = Derivation.of(store, bondOptions);
        source = withHash(OwnRecords.restoredIn(from.values()), options.databaseHash());
        var content = new Merge.Content(from.id(), from.sequence(), source, from.tombstones(), from.setAside());
        fromStore = new FrozenStore("from", content, from.id() == null ? new StoreId(Side.NAMELESS, Side.NAMELESS) : from.id());
        this.from = Derivation.of(fromStore, bondOptions);
    }

    /** What {@link BondImport#plan} returns. */
    public BondImport plan() throws TlvException {
        if (view.repairs != null) {
            // What the gateway would write first when it loads this store.
            sort(view.repairs.transaction());
        }
        boolean taken = decideIdentity();
        var arrivals = new Arrivals(store, bondOptions, new Evictions());
        from.bonds().stream()
                .sorted(Comparator.comparingLong(bond -> bond.entry().sequence()))
                .forEach(bond -> bring(arrivals, taken ? bond.companion() : bond.companion().withLegacy(null)));
        copyIdentity();
        int linkKeys = linkKeys();
        subscriptionsLeft();
        if (!added.isEmpty()) {
            roots.put(Tags.LAST_SERIAL, ByteBuffer.allocate(Long.BYTES).putLong(view.lastSerial).array());
        }
        return new BondImport(
                whole(), List.copyOf(added), List.copyOf(replaced), List.copyOf(left), linkKeys, keys(), identity(after()),
                List.copyOf(remarks));
    }

    private void bring(Arrivals arrivals, Companion bond) {
        var ours = view.byIdentity(bond.entry().address());
        Change change;
        if (ours == null) {
            change = arrivals.bring(view, bond, new BondId(branch, view.lastSerial + 1));
            added.add(change.first().companion().bond());
        } else if (!options.replace() || ours.companion().samePairing(bond)) {
            left.add(ours.companion().bond());
            return;
        } else if (!options.weaken() && bond.security().isWeakerThan(ours.companion().security())) {
            left.add(ours.companion().bond());
            weaker("bond " + ours.id() + " with " + ours.entry().address());
            return;
        } else {
            change = arrivals.bringOver(view, ours, bond);
            replaced.add(change.first().companion().bond());
        }
        sort(change.transaction());
        view.note(change.transaction());
        change.put().forEach(view::put);
    }

    /** A store of BTstack that does not say which table its subscriptions belong to. */
    private static Map<Integer, byte[]> withHash(Map<Integer, byte[]> values, Optional<byte[]> hash) {
        if (hash.isEmpty() || values.containsKey(Tags.databaseHash())) {
            return values;
        }
        var all = new HashMap<>(values);
        all.put(Tags.databaseHash(), OctetOrder.reversed(hash.get()));
        return all;
    }

    private void subscriptionsLeft() {
        var subscriptions = new BtstackSubscriptions();
        source.forEach(subscriptions::read);
        var doubts = new EnumMap<BtstackSubscriptions.Doubt, Integer>(BtstackSubscriptions.Doubt.class);
        from.bonds().stream()
                .filter(bond -> Tags.isSlot(bond.place()) && subscriptions.has(Tags.slotOf(bond.place())))
                .filter(bond -> bond.companion().subscriptions() == null)
                .forEach(bond -> doubts.merge(subscriptions.doubt(bond.entry()), 1, Integer::sum));
        int nobodys = doubts.getOrDefault(BtstackSubscriptions.Doubt.TABLE, 0);
        if (nobodys > 0) {
            remarks.add("the subscriptions of " + count(nobodys) + " were not imported, because BTstack's store does not say which attribute table they "
                    + "belong to; if the gateway has the same one, name its Database Hash with --database-hash, else the peers subscribe again");
        }
        int perhaps = doubts.getOrDefault(BtstackSubscriptions.Doubt.PEER, 0);
        if (perhaps > 0) {
            remarks.add("the subscriptions of " + count(perhaps) + " were not imported, because BTstack may have left them from peers that it "
                    + "evicted; the peers have to subscribe again");
        }
    }

    private static String count(int bonds) {
        return bonds + (bonds == 1 ? " bond" : " bonds");
    }

    private void weaker(String what) {
        remarks.add(what + " was left as it was, because the imported one is weaker; add --allow-weaker to replace it nevertheless, or pair anew");
    }

    private void sort(Transaction transaction) {
        for (var change : transaction.changes()) {
            int tag = change.tag();
            boolean isEntry = Tags.isSlot(tag) || Tags.isBeyond(tag);
            var group = Tags.isCompanion(tag) ? companions : isEntry ? entries : roots;
            group.remove(tag);
            deletions.remove(tag);
            if (change.isDelete()) {
                deletions.add(tag);
            } else {
                group.put(tag, change.value());
            }
        }
        transaction.buried().forEach(bond -> buried.bury(bond.store(), bond.serial()));
    }

    private Transaction whole() {
        var whole = new Transaction();
        List.of(roots, companions, entries).forEach(group -> group.forEach(whole::put));
        deletions.forEach(whole::delete);
        buried.buried().forEach(bond -> whole.bury(bond.store(), bond.serial()));
        return whole;
    }

    // Whose identity.

    /** @return whether the store has the root keys of the bonds that come */
    private boolean decideIdentity() throws TlvException {
        var theirs = identity(source).or(options::fromAddress);
        if (theirs.isEmpty() && !from.bonds().isEmpty()) {
            remarks.add("the imported bonds know the gateway by the public address of the controller that they were made with; if that is"
                    + " not the one on air, configure it, or name it when importing");
        }
        boolean hasRoots = present.containsKey(Tags.ER) && present.containsKey(Tags.IR);
        boolean hasBonds = !view.bonds().isEmpty() || !view.setAside.isEmpty();
        boolean sameRoots = same(Tags.ER) && same(Tags.IR);
        var ours = identity(present);
        if (hasRoots && sameRoots && (theirs.isEmpty() || theirs.equals(ours))) {
            return true;
        }
        if (!hasRoots || !hasBonds) {
            return take(theirs);
        }
        if (from.bonds().isEmpty()) {
            return false;
        }
        var difference = "the imported bonds know the gateway as " + theirs.map(DeviceAddress::toString).orElse("an address that is not recorded")
                + (sameRoots ? "" : " with other root keys") + ", those that are there know it as "
                + ours.map(DeviceAddress::toString).orElse("an address that is not recorded");
        switch (options.identity()) {
            case ASK -> throw new TlvException(TlvException.Reason.FAILED, difference);
            case TAKE -> {
                remarks.add(difference + ": the latter have to pair again unless that is the same address");
                return take(theirs);
            }
            case KEEP -> remarks.add(difference + ": the former have to pair again unless that is the same address and no private"
                    + " address or LTK of LE legacy pairing was made from the other root keys");
        }
        return sameRoots;
    }

    private boolean same(int tag) {
        return !source.containsKey(tag) || Arrays.equals(source.get(tag), present.get(tag));
    }

    /** @return whether the root keys are taken: weak ones are nobody's secret and begin nothing new */
    private boolean take(Optional<DeviceAddress> address) {
        boolean weak = Roots.isWeak(source.get(Tags.ER)) || Roots.isWeak(source.get(Tags.IR));
        if (weak) {
            remarks.add("the root keys of the imported bonds are weak (zeros or a well-known constant) and were not taken: peers that expect"
                    + " private addresses from the gateway, or a key that it gave them in LE legacy pairing, have to pair again");
        }
        for (int tag : new int[] {Tags.ER, Tags.IR}) {
            if (weak) {
                var ours = present.get(tag);
                roots.put(tag, ours == null || Roots.isWeak(ours) ? Roots.random().octets() : ours);
            } else if (source.containsKey(tag)) {
                roots.put(tag, source.get(tag));
            }
        }
        if (address.isPresent()) {
            roots.put(Tags.IDENTITY, new IdentityRecord(address.get(), IdentityRecord.Origin.CONFIGURED).encode());
        } else if (present.containsKey(Tags.IDENTITY) && !from.bonds().isEmpty()) {
            deletions.add(Tags.IDENTITY);
        }
        return !weak;
    }

    private static Optional<DeviceAddress> identity(Map<Integer, byte[]> values) {
        try {
            var value = values.get(Tags.IDENTITY);
            return value == null ? Optional.empty() : Optional.of(IdentityRecord.decode(value).address());
        } catch (UnreadableException e) {
            return Optional.empty();
        }
    }

    /** A second copy of what it is now; never one of what it was. */
    private void copyIdentity() {
        var all = new HashMap<>(present);
        all.keySet().removeAll(deletions);
        all.putAll(roots);
        all.remove(Tags.IDENTITY_COPY);
        boolean decided = Stream.of(Tags.ER, Tags.IR, Tags.IDENTITY).anyMatch(tag -> roots.containsKey(tag) || deletions.contains(tag));
        var copy = OwnRecords.of(all::get).copy();
        if (decided && copy != null) {
            roots.put(Tags.IDENTITY_COPY, copy);
        } else if (decided && present.containsKey(Tags.IDENTITY_COPY)) {
            deletions.add(Tags.IDENTITY_COPY);
        }
    }

    /** Root keys and identity as they are in the end. */
    private Map<Integer, byte[]> after() {
        var after = new HashMap<Integer, byte[]>();
        for (int tag : new int[] {Tags.ER, Tags.IR, Tags.IDENTITY}) {
            if (present.containsKey(tag)) {
                after.put(tag, present.get(tag));
            }
        }
        deletions.forEach(after::remove);
        after.putAll(roots);
        return after;
    }

    private Optional<BondImport.Roots> keys() {
        var er = after().get(Tags.ER);
        var ir = after().get(Tags.IR);
        return er == null || ir == null || er.length != 16 || ir.length != 16
                ? Optional.empty()
                : Optional.of(new BondImport.Roots(Key.of(er), Key.of(ir), Toolbox.irk(Key.of(ir))));
    }

    // Classic.

    private int linkKeys() {
        var there = new LinkKeyView(store);
        long sequence = there.nextSequence();
        var taken = new BitSet();
        into.values().keySet().stream().filter(Tags::isLinkKey).forEach(tag -> taken.set(tag & 0xff));
        int count = 0;
        for (var coming : new LinkKeyView(fromStore).keys()) {
            var address = coming.entry().key().address();
            var present = there.get(address);
            int slot = present != null ? present.slot() : taken.previousClearBit(15);
            slot = slot >= 0 ? slot : taken.nextClearBit(0);
            if (present != null && (!options.replace() || present.entry().key().key().equals(coming.entry().key().key()))) {
                continue;
            }
            if (present != null && !options.weaken() && coming.entry().key().type().isWeakerThan(present.entry().key().type())) {
                weaker("the Classic link key of " + address.text());
                continue;
            }
            if (slot >= LinkKeys.PLACES) {
                remarks.add("the Classic link key of " + address.text() + " was not imported: all " + LinkKeys.PLACES + " places are taken");
                continue;
            }
            taken.set(slot);
            entries.put(Tags.linkKey(slot), new LinkKeyEntry(sequence, coming.entry().key(), 0).encode());
            sequence = Math.min(sequence + 1, LinkKeyEntry.MAX_SEQUENCE);
            count++;
        }
        return count;
    }
}
