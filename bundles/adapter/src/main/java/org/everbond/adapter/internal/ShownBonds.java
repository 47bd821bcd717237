package org.everbond.adapter.internal;

import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.bonds.Bonds;
import org.everbond.bonds.ClassicBond;
import org.everbond.bonds.ClassicBonds;

/**
 * The bonds as any thread may read them. All of them are read from the store only when everything may be different; else they
 * are kept in step event by event, since to copy 100,000 bonds at each event would hold up the loop. Changed on the event loop.
 */
final class ShownBonds {
    private record Content(NavigableMap<BondId, Bond> all, Set<BondId> withFormerIrk) {}

    private final Bonds source;
    private final ClassicBonds classicSource;
    private final RejudgedBonds rejudged = new RejudgedBonds();
    private volatile Content content = new Content(new ConcurrentSkipListMap<>(BondId.BY_SERIAL), ConcurrentHashMap.newKeySet());
    private volatile List<ClassicBond> classic = List.of();
    /** To count a concurrent map is to walk through it. */
    private int count;

    ShownBonds(Bonds source, ClassicBonds classicSource) {
        this.source = source;
        this.classicSource = classicSource;
    }

    /** Everything may be different. */
    void load() {
        var all = new ConcurrentSkipListMap<BondId, Bond>(BondId.BY_SERIAL);
        source.list().forEach(bond -> all.put(bond.id(), bond));
        var withFormerIrk = ConcurrentHashMap.<BondId>newKeySet();
        source.withFormerIrk().forEach(bond -> withFormerIrk.add(bond.id()));
        content = new Content(all, withFormerIrk);
        count = all.size();
        classic = classicSource.list();
    }

    void changed(BondEvent event) {
        rejudged.changed(event);
        switch (event.kind()) {
            case LOADED -> load();
            case CREATED, REPLACED, UPDATED, REJUDGED -> put(event.bond());
            case FORGOTTEN, EVICTED -> remove(event.bond().id());
        }
    }

    void changed(ClassicBonds.Event event) {
        classic = classicSource.list();
    }

    private void put(Bond bond) {
        // A new pairing has given the peer our present IRK, or one that was changed while it paired.
        if (source.holdsFormerIrk(bond.id())) {
            content.withFormerIrk.add(bond.id());
        } else {
            content.withFormerIrk.remove(bond.id());
        }
        if (content.all.put(bond.id(), bond) == null) {
            count++;
        }
    }

    private void remove(BondId id) {
        content.withFormerIrk.remove(id);
        if (content.all.remove(id) != null) {
            count--;
        }
    }

    /** By id. Any thread. */
    List<Bond> all() {
        return List.copyOf(content.all.values());
    }

    /** By id. Any thread. */
    List<Bond> withFormerIrk() {
        var now = content;
        return now.withFormerIrk.isEmpty()
                ? List.of()
                : now.all.values().stream().filter(bond -> now.withFormerIrk.contains(bond.id())).toList();
    }

    /** By address. Any thread. */
    List<ClassicBond> classic() {
        return classic;
    }

    int count() {
        return count;
    }

    /** What people should know of the bonds as a whole. */
    List<String> notices() {
        return Stream.concat(rejudged.notices().stream(), formerIrk()).toList();
    }

    private Stream<String> formerIrk() {
        int former = content.withFormerIrk.size();
        return former == 0
                ? Stream.of()
                : Stream.of((former == 1 ? "1 bond holds" : former + " bonds hold") + " a former identity key of ours: their peers do not find us behind private addresses;"
                        + " pair with them again, or forget them");
    }
}
