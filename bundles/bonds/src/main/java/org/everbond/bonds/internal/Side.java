package org.everbond.bonds.internal;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.everbond.bonds.BondId;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.spi.Merge;

/** One of two contents that become one: its bonds, as if it had been loaded, and its values after what that repairs. */
final class Side {
    /** In whose name bonds appear that have no id yet; they get one of the merged store. */
    static final UUID NAMELESS = new UUID(0, 0);

    final View view;
    final Map<Integer, byte[]> values;
    /** Bonds that are known to be deleted here. */
    final Set<BondId> buried = new HashSet<>();

    Side(Merge.Content content) {
        values = new HashMap<>(content.values());
        content.tombstones().forEach(tombstone -> buried.add(new BondId(tombstone.store(), tombstone.serial())));
        view = Derivation.of(
                new FrozenStore("content", content, new StoreId(NAMELESS, NAMELESS)), BondOptions.DEFAULT.withCapacity(1_000_000));
        if (view.repairs != null) {
            apply(view.repairs.transaction());
        }
    }

    /** Writes to the values and notes what is present. */
    void apply(Transaction transaction) {
        for (var change : transaction.changes()) {
            if (change.isDelete()) {
                values.remove(change.tag());
            } else {
                values.put(change.tag(), change.value());
            }
        }
        transaction.buried().forEach(bond -> buried.add(new BondId(bond.store(), bond.serial())));
        view.note(transaction);
    }

    /** Whether anything here depends on the root keys and the identity address. */
    boolean hasBonds() {
        return !view.bonds().isEmpty() || !view.setAside.isEmpty();
    }

    /** Whether the root keys or the identity address are other ones, as far as both have any. */
    boolean isOtherIdentity(Side other) {
        return differs(Tags.ER, other) || differs(Tags.IR, other) || !addressAgrees(other);
    }

    private boolean differs(int tag, Side other) {
        return values.containsKey(tag) && other.values.containsKey(tag) && !Arrays.equals(values.get(tag), other.values.get(tag));
    }

    private boolean addressAgrees(Side other) {
        var mine = address();
        var yours = other.address();
        return mine.equals("unknown") || yours.equals("unknown") || mine.equals(yours);
    }

    private String address() {
        try {
            var value = values.get(Tags.IDENTITY);
            return value == null ? "unknown" : IdentityRecord.decode(value).address().toString();
        } catch (UnreadableException e) {
            return "unknown";
        }
    }

    /** For people. */
    String describe() {
        int bonds = view.bonds().size();
        return "identity " + address() + " with " + bonds + (bonds == 1 ? " bond" : " bonds")
                + (view.setAside.isEmpty() ? "" : " and something unreadable");
    }

    /** The tags that its readable bonds use, so that whatever else is under such tags is unreadable or left over. */
    Set<Integer> tagsOfBonds() {
        var tags = new HashSet<Integer>();
        for (var bond : view.bonds()) {
            Collections.addAll(tags, bond.place(), bond.companionTag(), bond.idleTag());
        }
        return tags;
    }
}
