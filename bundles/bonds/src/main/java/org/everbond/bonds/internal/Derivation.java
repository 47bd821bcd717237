package org.everbond.bonds.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.everbond.bonds.BondId;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.internal.BondRecords.Found;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.Transaction;

/**
 * Derives the view from everything in a store. BTstack's entries decide which bonds there are, because BTstack knows nothing
 * else; companions tell what an entry cannot. What follows from a difference between the two is written back in one
 * transaction: first what restores, then what adds, deletions last, so that after every prefix of it the next derivation finds
 * the same.
 */
final class Derivation {
    private final TlvStore store;
    private final BondOptions options;
    private final View view;
    private final BondRecords records;
    private final Set<Integer> used = new HashSet<>();
    private final Set<BondId> buried = new HashSet<>();
    private final Transaction restored = new Transaction();
    private final Transaction added = new Transaction();
    private final Transaction deleted = new Transaction();

    private Derivation(TlvStore store, BondOptions options) {
        this.store = store;
        this.options = options;
        view = new View(store.generation(), store.state() == TlvState.READY, store.tags());
        records = new BondRecords(store, view, deleted);
    }

    /** The view of what the store holds now. */
    static View of(TlvStore store, BondOptions options) {
        var derivation = new Derivation(store, options);
        derivation.look();
        derivation.join();
        derivation.restoreEvicted();
        derivation.warnOfSharedIrks();
        derivation.repairs(new Roots(store, options, derivation.view, derivation.own()).decide());
        return derivation.view;
    }

    /** Our root keys and identity; what of them is damaged is restored. */
    private OwnRecords own() {
        var own = OwnRecords.of(store::get);
        own.restored().forEach(restored::put);
        own.damage().forEach(this::damage);
        view.warnings.addAll(own.warnings());
        return own;
    }

    private void look() {
        store.tombstones().forEach(tombstone -> buried.add(new BondId(tombstone.store(), tombstone.serial())));
        store.setAside().forEach(reason -> view.setAside.add(new SetAside(reason, Optional.empty())));
        records.read();
    }

    /** Each entry becomes a bond, with its companion or a new one. */
    private void join() {
        for (var found : records.entries()) {
            var candidates = records.positions(found.entry().address());
            var bond = candidates.stream()
                    .map(position -> join(found, position))
                    .filter(Objects::nonNull)
                    .max(Comparator.comparingLong(candidate -> candidate.companion().revision()))
                    .orElseGet(() -> adopt(found));
            settle(bond);
            if (found.readdressed()) {
                restored.put(found.place(), bond.encodedEntry());
                damage("the address in " + Tags.name(found.place()) + " was damaged and restored from our own record of bond " + bond.id());
            }
            used.add(bond.position());
            view.put(bond);
        }
    }

    /** The bond of an entry by the companions at a position, or null when they are another bond's or were buried. */
    private StoredBond join(Found found, int position) {
        var halves = records.companions().get(position);
        int half = -1;
        int newest = -1;
        for (int i = 0; i < 2; i++) {
            if (halves[i] != null && halves[i].entry().address().equals(found.entry().address())
                    && !buried.contains(halves[i].id())) {
                newest = newest < 0 || halves[i].revision() > halves[newest].revision() ? i : newest;
                if (halves[i].entry().samePairing(found.entry())) {
                    half = half < 0 || halves[i].revision() > halves[half].revision() ? i : half;
                }
            }
        }
        if (newest < 0) {
            return null;
        }
        if (half < 0 && found.entry().isDamaged(halves[newest].entry())) {
            return repaired(found, halves[newest], position, newest);
        }
        if (half < 0) {
            return new StoredBond(halves[newest].rebound(found.entry(), found.place()), position, 1 - newest, found.size());
        }
        var written = halves[half];
        boolean countersThere = found.size() == DeviceEntry.SIGNED
                && found.entry().remoteCsrk().equals(written.entry().remoteCsrk());
        var entry = found.entry().withSigningOf(countersThere ? written.entry() : written.restoredEntry());
        // Never below the revision of a companion whose commit was torn.
        var companion = written.withEntry(entry).withRevision(halves[newest].revision());
        var bond = new StoredBond(companion, position, half, found.size());
        return written.place() == found.place() ? bond : bond.next(companion.movedTo(found.place()));
    }

    /** The bond whose entry is damaged; its companion has what stood there. */
    private StoredBond repaired(Found found, Companion companion, int position, int half) {
        var entry = companion.restoredEntry().withSequence(found.entry().sequence());
        var bond = new StoredBond(companion.withEntry(entry), position, half, found.size());
        restored.put(found.place(), bond.encodedEntry());
        damage("the bond in " + Tags.name(found.place()) + " was damaged and restored from our own record of it, " + bond.id());
        return companion.place() == found.place() ? bond : bond.next(bond.companion().movedTo(found.place()));
    }

    private void damage(String sentence) {
        view.warnings.add(sentence);
        view.damage.add(sentence);
    }

    /** Writes a companion that is not there or had to change, and deletes the other one unless it is an older state. */
    private void settle(StoredBond bond) {
        var halves = records.companions().getOrDefault(bond.position(), new Companion[2]);
        var there = halves[bond.half()];
        var other = halves[1 - bond.half()];
        boolean written = there != null
                && there.id().equals(bond.id())
                && there.place() == bond.place()
                && there.entry().samePairing(bond.entry());
        if (!written) {
            added.put(bond.companionTag(), bond.encodedCompanion());
        }
        if (other != null && (!written || other.revision() > there.revision())) {
            // Replaced just now, or torn before the commit point so that nobody was told of its keys.
            deleted.delete(bond.idleTag());
        }
    }

    /** An entry that BTstack wrote: it gets a bond id of ours. */
    private StoredBond adopt(Found found) {
        var id = new BondId(store.branch(), ++view.lastSerial);
        var companion = Companion.first(id, found.place(), found.entry(), PairingMethod.UNKNOWN, null, null, store.sequence());
        var theirs = Tags.isSlot(found.place()) ? records.subscriptions().of(Tags.slotOf(found.place()), found.entry()) : null;
        return new StoredBond(theirs == null ? companion : companion.withSubscriptions(theirs), view.takePosition(), 0, found.size());
    }

    /** Companions without an entry: restored when BTstack gave their slot to another peer, else deleted with their entry. */
    private void restoreEvicted() {
        records.companions().forEach((position, halves) -> {
            var newest = newest(halves);
            if (newest == null || used.contains(position)) {
                return;
            }
            boolean known = view.byIdentity(newest.entry().address()) != null || buried.contains(newest.id());
            if (!known && wasEvicted(newest)) {
                view.warnings.add("bond " + newest.id() + " was overwritten in " + Tags.name(newest.place())
                        + " by another program and restored from our own record");
                restore(position, halves, newest, Tags.beyond(position));
            } else if (!known && mayBeUnreadable(newest)) {
                damage("bond " + newest.id() + " is not in " + Tags.name(newest.place()) + " any more, where something of the store could not be"
                        + " read; it was restored from our own record");
                restore(position, halves, newest, isTaken(newest.place()) ? Tags.beyond(position) : newest.place());
            } else {
                deleteCompanions(position, halves, known ? null : newest.id());
            }
        });
    }

    private static Companion newest(Companion[] halves) {
        if (halves[0] == null || halves[1] == null) {
            return halves[0] == null ? halves[1] : halves[0];
        }
        return halves[0].revision() > halves[1].revision() ? halves[0] : halves[1];
    }

    /** Whether there is something else in its slot that we did not put there: BTstack's newcomer, or something unreadable. */
    private boolean wasEvicted(Companion companion) {
        if (!Tags.isSlot(companion.place()) || !view.isPresent(companion.place())) {
            return false;
        }
        var newcomer = records.in(companion.place());
        if (newcomer == null) {
            return true;
        }
        return records.positions(newcomer.entry().address()).stream()
                .flatMap(position -> Arrays.stream(records.companions().get(position)))
                .noneMatch(ours -> ours != null && ours.place() == newcomer.place() && ours.entry().samePairing(newcomer.entry()));
    }

    /** Whether its entry may be among what could not be read: then nobody has deleted it by decision. */
    private boolean mayBeUnreadable(Companion companion) {
        return !store.setAside().isEmpty() && !view.isPresent(companion.place());
    }

    private boolean isTaken(int place) {
        return view.bonds().stream().anyMatch(bond -> bond.place() == place);
    }

    private void restore(int position, Companion[] halves, Companion evicted, int place) {
        int half = evicted == halves[0] ? 0 : 1;
        boolean plain = Tags.isSlot(place) && view.entrySize == DeviceEntry.PLAIN;
        var before = new StoredBond(evicted, position, half, plain ? DeviceEntry.PLAIN : DeviceEntry.SIGNED);
        var bond = before.next(evicted.withEntry(evicted.restoredEntry()).movedTo(place));
        restored.put(bond.companionTag(), bond.encodedCompanion());
        restored.put(place, bond.encodedEntry());
        view.put(bond);
    }

    private void deleteCompanions(int position, Companion[] halves, BondId buriedNow) {
        for (int half = 0; half < 2; half++) {
            if (view.isPresent(Tags.companion(position, half)) && halves[half] != null) {
                deleted.delete(Tags.companion(position, half));
            }
        }
        if (buriedNow != null) {
            deleted.bury(buriedNow.store(), buriedNow.serial());
        }
    }

    private void warnOfSharedIrks() {
        var seen = new HashMap<ByteBuffer, BondId>();
        for (var bond : view.bonds()) {
            if (!bond.entry().irk().isZero()) {
                var other = seen.putIfAbsent(ByteBuffer.wrap(bond.entry().irk().octets()), bond.id());
                if (other != null) {
                    view.warnings.add("bonds " + other + " and " + bond.id()
                            + " have the same IRK: their private addresses cannot be told apart; forget the one that is no longer used");
                }
            }
        }
    }

    private void repairs(Roots.Decision roots) {
        var all = new Transaction();
        if (view.lastSerial > records.lastSerial()) {
            all.put(Tags.LAST_SERIAL, ByteBuffer.allocate(Long.BYTES).putLong(view.lastSerial).array());
        }
        restored.changes().forEach(change -> all.put(change.tag(), change.value()));
        added.changes().forEach(change -> all.put(change.tag(), change.value()));
        roots.transaction().changes().forEach(change -> all.put(change.tag(), change.value()));
        deleted.changes().forEach(change -> all.delete(change.tag()));
        deleted.buried().forEach(bond -> all.bury(bond.store(), bond.serial()));
        if (!all.isEmpty()) {
            view.repairs = new View.Repairs(all, roots.later());
        }
    }
}
