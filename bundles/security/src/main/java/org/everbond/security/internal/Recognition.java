package org.everbond.security.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.everbond.bonds.Bond;
import org.everbond.bonds.keys.BondStore;
import org.everbond.crypto.DeviceAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose private addresses are these? Few IRKs are tried at once; among many the answer is searched for elsewhere, and who waits is
 * told. Links always get their answer. For what is only heard while scanning there is a budget: strangers, who may be many, cost
 * a tenth of one processor at most, and who is left out is heard again.
 */
final class Recognition {
    private static final Logger LOG = LoggerFactory.getLogger(Recognition.class);

    /** IRKs tried for advertisers in a second: each takes about 25 ns. */
    static final long BUDGET = 4_000_000;
    /** Addresses in one pass over the IRKs, and advertisers that wait for one. */
    private static final int IN_ONE_PASS = 8;
    private static final int MOST_WAITING = 64;
    /** What these advertisers have said meanwhile. */
    private static final int MOST_WAITING_REPORTS = 256;

    /** After a search that failed. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final Surroundings surroundings;
    private final BondStore bonds;
    private final Runnable told;
    private final Set<DeviceAddress> ofLinks = new LinkedHashSet<>();
    private final Set<DeviceAddress> heard = new LinkedHashSet<>();
    private final Map<DeviceAddress, List<Consumer<List<Bond>>>> waiters = new HashMap<>();
    private int waiting;
    /** What is being searched for; empty when nothing is. */
    private List<DeviceAddress> underWay = List.of();
    private double budget = BUDGET;
    private long countedAt;

    /** @param told runs when a link's address was searched for */
    Recognition(Surroundings surroundings, Runnable told) {
        this.surroundings = surroundings;
        this.bonds = surroundings.bonds();
        this.told = told;
        countedAt = surroundings.loop().nanoTime();
        bonds.searcher(this::searchForLink);
    }

    /** The bonds of an address that was heard; empty also when there is no time to find out, or not yet. */
    List<Bond> heard(DeviceAddress onAir) {
        return atOnce(onAir).orElse(List.of());
    }

    /**
     * The bonds of an address that was heard.
     *
     * @param then runs at once or after a search; with none also when there is no time to find out
     */
    void heard(DeviceAddress onAir, Consumer<List<Bond>> then) {
        var known = atOnce(onAir);
        if (known.isEmpty() && waiting < MOST_WAITING_REPORTS) {
            waiting++;
            waiters.computeIfAbsent(onAir, first -> new ArrayList<>()).add(then);
        } else {
            then.accept(known.orElse(List.of()));
        }
    }

    /** Empty while it is being searched for. */
    private Optional<List<Bond>> atOnce(DeviceAddress onAir) {
        if (bonds.isRemembered(onAir)) {
            return Optional.of(bonds.lookup(onAir).candidates());
        }
        if (heard.contains(onAir) || underWay.contains(onAir)) {
            return Optional.empty();
        }
        int effort = bonds.resolvable();
        if (heard.size() == MOST_WAITING || !affordable(effort)) {
            return Optional.of(List.of());
        }
        if (effort <= BondStore.AT_ONCE) {
            return Optional.of(bonds.lookup(onAir).candidates());
        }
        heard.add(onAir);
        search();
        return Optional.empty();
    }

    private void answer(List<DeviceAddress> searched) {
        for (var onAir : searched) {
            var told = waiters.remove(onAir);
            if (told != null) {
                waiting -= told.size();
                var found = bonds.isRemembered(onAir) ? bonds.lookup(onAir).candidates() : List.<Bond>of();
                told.forEach(then -> then.accept(found));
            }
        }
    }

    private boolean affordable(long effort) {
        long now = surroundings.loop().nanoTime();
        budget = Math.min(BUDGET, budget + (now - countedAt) * 1e-9 * BUDGET);
        countedAt = now;
        if (effort > budget) {
            return false;
        }
        budget -= effort;
        return true;
    }

    private void searchForLink(DeviceAddress onAir) {
        ofLinks.add(onAir);
        search();
    }

    private void search() {
        if (!underWay.isEmpty() || ofLinks.isEmpty() && heard.isEmpty()) {
            return;
        }
        boolean forLinks = !ofLinks.isEmpty();
        var addresses = new ArrayList<DeviceAddress>();
        take(ofLinks, addresses);
        take(heard, addresses);
        underWay = addresses;
        var search = bonds.search(addresses);
        Offloaded.run(surroundings.loop(), surroundings.computing(), () -> {
            search.run();
            return null;
        }, (nothing, failure) -> {
            search.end();
            underWay = List.of();
            answer(failure == null ? addresses : List.copyOf(waiters.keySet()));
            if (failure != null) {
                LOG.warn("Private addresses could not be resolved: {}", failure.toString());
                if (forLinks) {
                    // Links look again then, which begins another search.
                    surroundings.loop().schedule(AGAIN, told);
                }
                return;
            }
            // A link may have come while its address was searched for as one that was heard.
            boolean linksWait = ofLinks.removeAll(addresses) || forLinks;
            search();
            if (linksWait) {
                told.run();
            }
        });
    }

    private static void take(Set<DeviceAddress> from, List<DeviceAddress> to) {
        var each = from.iterator();
        while (each.hasNext() && to.size() < IN_ONE_PASS) {
            to.add(each.next());
            each.remove();
        }
    }
}
