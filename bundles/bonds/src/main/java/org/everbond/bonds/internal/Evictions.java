package org.everbond.bonds.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.keys.NewBond;
import org.everbond.bonds.spi.EvictionGuard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who has to go when all places are taken: never a pinned, guarded or connected bond, never an authenticated one for an unauthenticated
 * one; of the others the one that was not used for longest. Belongs to the event loop.
 */
final class Evictions {
    private static final Logger LOG = LoggerFactory.getLogger(Evictions.class);

    private final Set<BondId> connected = new HashSet<>();
    private final Map<BondId, Long> lastUse = new HashMap<>();
    private final List<EvictionGuard> guards = new CopyOnWriteArrayList<>();
    private long uses;

    /** The choice for one bond that a pairing has made, which may take several questions to the guards. */
    static final class Choice {
        /** So many go for one newcomer at most, however little room each of them leaves. */
        private static final int MOST = 8;

        private final Set<BondId> released = new HashSet<>();
        private final Set<BondId> kept = new HashSet<>();
        /** Whose turn, and that of all before, has passed. */
        private EvictionOrder.Rank passed;

        private EvictionOrder.Rank candidate;
        private int wanted;
        private boolean enough = true;

        /** At least so many have to go. */
        void want(int least) {
            wanted = Math.max(wanted, least);
        }

        /** How many have to go. */
        int wanted() {
            return wanted;
        }

        /**
         * The place of the store was full nevertheless: one more has to go.
         *
         * @return false when that would not help, or nobody is left who may
         */
        boolean wantMore() {
            wanted++;
            return enough && wanted <= MOST;
        }

        /** Whether the guards have to be asked about a candidate before there can be a plan. */
        boolean isOpen() {
            return candidate != null;
        }
    }

    /** @param view where the bond is; null when there is none */
    void connected(View view, BondId id, boolean now) {
        if (!now) {
            connected.remove(id);
            return;
        }
        connected.add(id);
        Runnable use = () -> lastUse.put(id, ++uses);
        if (view == null) {
            use.run();
        } else {
            view.used(id, use);
        }
    }

    long lastUse(StoredBond bond) {
        return lastUse.getOrDefault(bond.id(), 0L);
    }

    /** The bond is gone, and nothing of it is kept here. */
    void gone(BondId id) {
        connected.remove(id);
        lastUse.remove(id);
    }

    AutoCloseable guard(EvictionGuard guard) {
        guards.add(guard);
        return () -> guards.remove(guard);
    }

    /**
     * Who gives way, as many as the choice wants; never the bond of the same peer, which the new one replaces.
     *
     * @return fewer when no more may, and also when guards have to be asked first: then the choice is open
     */
    List<StoredBond> victims(View view, NewBond newcomer, Choice choice) {
        choice.candidate = null;
        var order = view.evictionOrder(lastUse);
        boolean authenticated = newcomer.security().authenticated();
        var replaced = view.byIdentity(newcomer.identity());
        var found = new ArrayList<StoredBond>();
        var next = order.next(choice.passed, authenticated);
        while (next.isPresent() && found.size() < choice.wanted()) {
            var id = next.get().id();
            boolean stays = connected.contains(id) || choice.kept.contains(id) || replaced != null && replaced.id().equals(id);
            if (!stays && !guards.isEmpty() && !choice.released.contains(id)) {
                choice.candidate = next.get();
                return found;
            }
            if (!stays) {
                found.add(view.get(id));
            }
            next = order.next(next.get(), authenticated);
        }
        choice.enough = found.size() == choice.wanted();
        return found;
    }

    /** Asks all guards about the candidate of a choice; completes, on any thread, when the choice can go on. */
    CompletionStage<Void> ask(View view, Choice choice) {
        var stored = view.get(choice.candidate.id());
        if (stored == null) {
            return CompletableFuture.completedFuture(null);
        }
        var bond = stored.companion().bond();
        var answers = new ArrayList<CompletableFuture<Boolean>>();
        guards.forEach(guard -> answers.add(answer(guard, bond)));
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).thenRun(() -> {
            if (answers.stream().noneMatch(CompletableFuture::join)) {
                choice.released.add(bond.id());
            } else if (choice.released.isEmpty()) {
                choice.passed = choice.candidate;
            } else {
                choice.kept.add(bond.id());
            }
        });
    }

    private static CompletableFuture<Boolean> answer(EvictionGuard guard, Bond bond) {
        try {
            return guard.keeps(bond).toCompletableFuture().handle((keeps, failure) -> {
                if (failure != null) {
                    LOG.warn("A guard of bonds failed; bond {} stays", bond.id(), failure);
                }
                return failure != null || keeps == null || keeps;
            });
        } catch (RuntimeException e) {
            LOG.warn("A guard of bonds failed; bond {} stays", bond.id(), e);
            return CompletableFuture.completedFuture(true);
        }
    }
}
