package org.everbond.bonds.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.everbond.bonds.keys.BondContents;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.spi.Merge;

/** Derives the bonds of a content that stays as it is. */
public final class ContentView {
    private static final BondOptions UNBOUNDED = BondOptions.DEFAULT.withCapacity(1_000_000);

    private ContentView() {}

    /** What {@link BondContents#of} returns. */
    public static BondContents of(String name, Merge.Content content) {
        var id = content.id() == null ? new StoreId(Side.NAMELESS, Side.NAMELESS) : content.id();
        var store = new FrozenStore(name, content, id);
        var view = Derivation.of(store, UNBOUNDED);
        var damage = new ArrayList<String>();
        var linkKeys = new LinkKeyView(store);
        for (var item : concat(view.setAside, linkKeys.setAside)) {
            if (!content.setAside().contains(item.reason())) {
                damage.add(item.reason());
            }
        }
        damage.addAll(view.damage);
        if (!view.obstacle.isEmpty()) {
            damage.add(view.obstacle);
        }
        var warnings = new ArrayList<>(view.warnings);
        warnings.removeAll(damage);
        var bonds = view.bonds().stream().map(bond -> kept(bond, content)).toList();
        var classic = linkKeys.keys().stream()
                .map(found -> new BondContents.KeptLinkKey(found.entry().key(), Tags.linkKey(found.slot()), found.entry().sequence()))
                .toList();
        return new BondContents(bonds, classic, identity(store), List.copyOf(damage), List.copyOf(warnings));
    }

    private static List<SetAside> concat(List<SetAside> one, List<SetAside> other) {
        var all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }

    private static BondContents.Kept kept(StoredBond stored, Merge.Content content) {
        var companion = stored.companion();
        var entry = companion.entry();
        return new BondContents.Kept(
                companion.bond(),
                content.values().containsKey(stored.companionTag()) || content.values().containsKey(stored.idleTag()),
                entry.keys(companion.legacy()),
                Optional.ofNullable(companion.previous()),
                Optional.ofNullable(companion.subscriptions()),
                stored.place(),
                stored.entrySize(),
                entry.sequence(),
                entry.authorized(),
                companion.replacedAt());
    }

    /** Also where our root keys are missing, unlike for a running store. */
    private static Optional<DeviceAddress> identity(FrozenStore store) {
        var value = OwnRecords.of(store::get).get(Tags.IDENTITY);
        try {
            return value == null ? Optional.empty() : Optional.of(IdentityRecord.decode(value).address());
        } catch (UnreadableException e) {
            return Optional.empty();
        }
    }
}
