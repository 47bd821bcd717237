package org.everbond.bonds.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.everbond.bonds.BondId;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.spi.Merge;

/**
 * Makes one content of two, bond by bond. Ours is the base; from theirs comes what ours does not have, and what was paired
 * later there. A deletion that either side knows wins; counters are the higher ones; a key that loses is kept as the previous one,
 * since only the peer knows which of them it holds. Bonds of two different identities are never merged.
 */
public final class BondMerge implements Merge {
    private final BondOptions options;

    public BondMerge(BondOptions options) {
        this.options = options;
    }

    @Override
    public Outcome merge(Content ours, Content theirs, UUID branch) {
        var left = new Side(ours);
        var right = new Side(theirs);
        if (left.hasBonds() && right.hasBonds() && left.isOtherIdentity(right)) {
            return new Conflict(left.describe(), right.describe());
        }
        return new Merging(branch, left, right, ours.isRelatedTo(theirs)).run();
    }

    /** One merge. */
    private final class Merging {
        private final UUID branch;
        private final Side left;
        private final Side right;
        private final boolean related;
        private final List<String> oursLost = new ArrayList<>();
        private final List<String> theirsLost = new ArrayList<>();
        private long lastSerial;

        Merging(UUID branch, Side left, Side right, boolean related) {
            this.branch = branch;
            this.left = left;
            this.right = right;
            this.related = related;
            lastSerial = Math.max(left.view.lastSerial, right.view.lastSerial);
        }

        Merged run() {
            identity();
            var tagsOfTheirBonds = right.tagsOfBonds();
            for (var bond : List.copyOf(left.view.bonds())) {
                if (isDeleted(bond, right)) {
                    delete(bond);
                } else if (isNameless(bond)) {
                    write(new StoredBond(
                            bond.companion().withId(newId()), bond.position(), bond.half(), bond.entrySize()), bond);
                }
            }
            for (var bond : List.copyOf(right.view.bonds())) {
                if (!isDeleted(bond, left)) {
                    var mine = left.view.byIdentity(bond.entry().address());
                    if (mine == null) {
                        add(bond);
                    } else {
                        join(mine, bond);
                    }
                }
            }
            LinkKeys.merge(left.values, right.values, left.buried, right.buried, theirsLost);
            ownRecords();
            others(tagsOfTheirBonds);
            copyIdentity();
            if (lastSerial > 0) {
                left.values.put(Tags.LAST_SERIAL, ByteBuffer.allocate(Long.BYTES).putLong(lastSerial).array());
            }
            return new Merged(left.values, oursLost, theirsLost);
        }

        /** The roots and the address of whoever has bonds; what the one lacks may come from the other. */
        private void identity() {
            boolean other = left.isOtherIdentity(right);
            boolean theirsCounts = other && right.hasBonds();
            for (int tag : new int[] {Tags.ER, Tags.IR, Tags.IDENTITY}) {
                var value = right.values.get(tag);
                if (theirsCounts) {
                    left.values.remove(tag);
                }
                if (value != null && (!other || theirsCounts)) {
                    left.values.putIfAbsent(tag, value);
                }
            }
            if (other) {
                (theirsCounts ? oursLost : theirsLost).add("the root keys of an identity without bonds");
            }
        }

        /** Of what it has become; where there was none, there may have been no room. */
        private void copyIdentity() {
            boolean copied = left.values.remove(Tags.IDENTITY_COPY) != null || right.values.containsKey(Tags.IDENTITY_COPY);
            var copy = OwnRecords.of(left.values::get).copy();
            if (copied && copy != null) {
                left.values.put(Tags.IDENTITY_COPY, copy);
            }
        }

        private boolean isDeleted(StoredBond bond, Side by) {
            return by.buried.contains(bond.id());
        }

        private boolean isNameless(StoredBond bond) {
            return bond.id().store().equals(Side.NAMELESS);
        }

        private void delete(StoredBond bond) {
            var transaction = new Transaction().delete(bond.place()).delete(bond.companionTag()).delete(bond.idleTag());
            deletePeerAttributes(transaction, bond.place());
            left.view.remove(bond.id());
            left.apply(transaction);
        }

        private void deletePeerAttributes(Transaction transaction, int place) {
            left.values.forEach((tag, value) -> {
                if (Tags.isSlot(place) && isPeerAttribute(tag, value, Tags.slotOf(place))) {
                    transaction.delete(tag);
                }
            });
        }

        /** A peer that only the other side knows. */
        private void add(StoredBond bond) {
            boolean fresh = left.view.get(bond.id()) != null || isNameless(bond);
            int position = left.view.takePosition();
            int place = freePlace(bond, position);
            var companion = bond.companion().withId(fresh ? newId() : bond.id()).movedTo(place);
            int size = Tags.isSlot(place) ? bond.inSlot() ? bond.entrySize() : entrySize() : DeviceEntry.SIGNED;
            write(new StoredBond(companion, position, 0, size), null);
            if (place == bond.place() && bond.inSlot()) {
                right.values.forEach((tag, value) -> {
                    if (isPeerAttribute(tag, value, Tags.slotOf(place))) {
                        left.values.putIfAbsent(tag, value);
                    }
                });
            }
        }

        private int freePlace(StoredBond bond, int position) {
            if (bond.inSlot() && !left.view.isPresent(bond.place())) {
                return bond.place();
            }
            int slot = left.view.freeSlot(options.slots());
            return slot >= 0 ? Tags.slot(slot) : Tags.beyond(position);
        }

        private int entrySize() {
            return left.view.entrySize != 0 ? left.view.entrySize : DeviceEntry.SIGNED;
        }

        /** A peer that both know. */
        private void join(StoredBond mine, StoredBond yours) {
            if (mine.companion().samePairing(yours.companion())) {
                boolean theirsIsNewer = related && yours.companion().revision() > mine.companion().revision();
                var entry = mine.entry().withSigningOf(yours.entry());
                var companion = (theirsIsNewer ? yours : mine).companion().withEntry(entry);
                var other = (theirsIsNewer ? mine : yours).companion();
                boolean learned = companion.legacy() == null && other.legacy() != null;
                if (learned) {
                    // Only one of the copies has seen what a bond of another stack names its key.
                    companion = companion.withLegacy(other.legacy());
                }
                boolean sameName = mine.id().equals(yours.id()) || mine.companion().aliases().contains(yours.id());
                if (theirsIsNewer || learned || !sameName || !entry.equals(mine.entry())) {
                    rewrite(mine, companion, yours);
                }
            } else if (related && isLater(yours, mine)) {
                oursLost.add("the keys of bond " + mine.id() + " with " + mine.entry().address()
                        + ", which was paired again later in the other copy");
                rewrite(mine, yours.companion().withPreviousOf(mine.companion()), yours);
            } else {
                theirsLost.add("the keys of bond " + yours.id() + " with " + yours.entry().address()
                        + ", which has others in the running store");
                rewrite(mine, mine.companion().withPreviousOf(yours.companion()), yours);
            }
        }

        /** There is no clock; the sequence of the store counts what happened, BTstack's what it paired. */
        private static boolean isLater(StoredBond one, StoredBond other) {
            long a = Math.max(one.companion().createdAt(), one.companion().replacedAt());
            long b = Math.max(other.companion().createdAt(), other.companion().replacedAt());
            return a != b ? a > b : one.entry().sequence() > other.entry().sequence();
        }

        /** The bond keeps its name and place here. */
        private void rewrite(StoredBond mine, Companion companion, StoredBond yours) {
            long revision = Math.max(mine.companion().revision(), yours.companion().revision()) + 1;
            var entry = companion.entry().withSequence(mine.entry().sequence());
            var next = companion.withEntry(entry).withId(mine.id()).at(mine.place()).withRevision(revision)
                    .withAliasesOf(mine.companion(), yours.companion());
            write(mine.next(next), mine);
        }

        private void write(StoredBond bond, StoredBond before) {
            if (before != null) {
                left.view.remove(before.id());
            }
            left.apply(new Transaction()
                    .put(bond.companionTag(), bond.encodedCompanion())
                    .put(bond.place(), bond.encodedEntry()));
            left.view.put(bond);
        }

        private BondId newId() {
            return new BondId(branch, ++lastSerial);
        }

        private void ownRecords() {
            var irk = right.values.get(Tags.OWN_IRK);
            if (irk != null) {
                left.values.merge(Tags.OWN_IRK, irk, IrkRecord::merge);
            }
            var value = right.values.get(Tags.ATTEMPTS);
            if (value != null) {
                left.values.merge(Tags.ATTEMPTS, value, AttemptsRecord::merge);
            }
        }

        /** Whatever is not a bond: unreadable records are kept where there is room for them, unknown ones as they are. */
        private void others(Set<Integer> tagsOfTheirBonds) {
            right.values.forEach((tag, value) -> {
                boolean handled = tagsOfTheirBonds.contains(tag) || tag == Tags.ER || tag == Tags.IR || tag == Tags.IDENTITY
                        || tag == Tags.LAST_SERIAL || tag == Tags.OWN_IRK || tag == Tags.ATTEMPTS || tag == Tags.IDENTITY_COPY
                        || Tags.isLinkKey(tag) || Tags.isOfAnyPeer(tag);
                if (!handled) {
                    var mine = left.view.isNearBond(tag) ? new byte[0] : left.values.putIfAbsent(tag, value);
                    if (mine != null && !Arrays.equals(mine, value)) {
                        theirsLost.add("the value of " + org.everbond.tlv.Tags.name(tag) + ", which has another one in the running store");
                    }
                }
            });
        }

        private boolean isPeerAttribute(int tag, byte[] value, int slot) {
            return Tags.isPeerAttributes(tag, slot) || Tags.isSubscription(tag) && Tags.isSubscriptionOf(slot, value);
        }
    }
}
