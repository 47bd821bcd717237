package org.everbond.bonds.internal;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.everbond.bonds.keys.AddressSearch;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.Lookup;
import org.everbond.crypto.DeviceAddress;

/** Whose an address on air is: by identity, or by resolving a private address (Vol 3, Part H, 2.2.2). Belongs to the event loop. */
final class AddressLookup {
    private static final AddressSearch NOTHING_TO_SEARCH = new AddressSearch() {
        @Override
        public void run() {}

        @Override
        public void end() {}
    };

    private final Follower follower;
    /** Null when searches are done at once. */
    private Consumer<DeviceAddress> searcher;

    AddressLookup(Follower follower) {
        this.follower = follower;
    }

    void searcher(Consumer<DeviceAddress> newSearcher) {
        searcher = newSearcher;
    }

    Lookup lookup(DeviceAddress onAir, Judgement judgement) {
        var view = follower.view();
        if (view == null) {
            return Lookup.nothing(Lookup.Result.NOT_READY);
        }
        var bond = view.byIdentity(onAir);
        if (bond == null && searcher != null && view.irks() > BondStore.AT_ONCE && !view.isRemembered(onAir)) {
            searcher.accept(onAir);
            return Lookup.nothing(Lookup.Result.NOT_READY);
        }
        var found = bond != null ? List.of(bond) : onAir.isResolvable() ? view.resolve(onAir) : List.<StoredBond>of();
        if (!found.isEmpty()) {
            return Lookup.found(found.stream().map(judgement::of).toList());
        }
        if (!follower.isCurrent()) {
            return Lookup.nothing(Lookup.Result.NOT_READY);
        }
        return Lookup.nothing(mayBeSetAside(view, onAir) ? Lookup.Result.SET_ASIDE : Lookup.Result.ABSENT);
    }

    private static boolean mayBeSetAside(View view, DeviceAddress onAir) {
        return view.setAside.stream()
                .anyMatch(item -> onAir.isResolvable() || item.address().isEmpty() || item.address().get().equals(onAir));
    }

    boolean isRemembered(DeviceAddress onAir) {
        var view = follower.view();
        return view == null || view.byIdentity(onAir) != null || view.isRemembered(onAir);
    }

    AddressSearch search(Collection<DeviceAddress> onAir) {
        return Optional.ofNullable(follower.view()).map(view -> view.search(onAir)).orElse(NOTHING_TO_SEARCH);
    }
}
