package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.bonds.internal.Bench.JUST_WORKS;
import static org.everbond.bonds.internal.Bench.address;
import static org.everbond.bonds.internal.Bench.newBond;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.everbond.bonds.Bond;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tombstone;
import org.everbond.tlv.spi.Merge;
import org.everbond.tlv.spi.Merge.Conflict;
import org.everbond.tlv.spi.Merge.Content;
import org.everbond.tlv.spi.Merge.Merged;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two contents of one store that was used apart become one, bond by bond. */
class BondMergeTest {
    private static final UUID BRANCH = new UUID(0x3f2a9c0100000000L, 99);

    private final Merge merge = new BondMerge(BondOptions.DEFAULT);

    @Test
    void bondsOfBothSidesLiveOnAlsoWhenTheyHaveTheSameSlotAndNumber() {
        var one = Bench.fresh();
        one.done(one.bonds.commit(newBond(1, 1, JUST_WORKS)));
        var other = Bench.on(one.store.copied());
        var mine = one.done(one.bonds.commit(newBond(2, 2, JUST_WORKS))).bond();
        var yours = other.done(other.bonds.commit(newBond(3, 3, JUST_WORKS))).bond();
        assertThat(mine.id().serial()).isEqualTo(yours.id().serial());

        var both = merged(one, other);
        assertThat(peers(both)).containsExactlyInAnyOrder(address(1), address(2), address(3));
        assertThat(both.bonds.get(mine.id()).orElseThrow().identity()).isEqualTo(address(2));
        assertThat(both.bonds.list()).extracting(Bond::id).doesNotHaveDuplicates();
        assertThat(keysOf(both, 3)).isEqualTo(keysOf(other, 3));
        assertThat(both.bonds.local()).isEqualTo(one.bonds.local());
        assertThat(both.store.committed).as("nothing is left to repair").isEmpty();
        // The next bond gets a number of its own.
        var next = both.done(both.bonds.commit(newBond(4, 4, JUST_WORKS))).bond();
        assertThat(both.bonds.list()).extracting(Bond::id).doesNotHaveDuplicates().contains(next.id());
    }

    @Test
    void aDeletionThatEitherSideKnowsWins() {
        var one = Bench.fresh();
        one.done(one.bonds.commit(newBond(1, 1, JUST_WORKS)));
        one.done(one.bonds.commit(newBond(2, 2, JUST_WORKS)));
        var other = Bench.on(one.store.copied());
        forget(one, 1);
        forget(other, 2);
        assertThat(peers(merged(one, other))).isEmpty();
        assertThat(peers(merged(other, one))).isEmpty();
    }

    @Test
    void aDeletionOfOneSideDoesNotConcernABondThatItNeverSaw() {
        var one = Bench.fresh();
        var other = Bench.on(one.store.copied());
        one.done(one.bonds.commit(newBond(1, 1, JUST_WORKS)));
        forget(one, 1);
        // The same serial, but another bond.
        other.done(other.bonds.commit(newBond(2, 2, JUST_WORKS)));
        assertThat(peers(merged(one, other))).containsExactly(address(2));
        assertThat(peers(merged(other, one))).containsExactly(address(2));
    }

    @Test
    void ofTwoPairingsTheLaterOneCountsAndTheOtherKeyIsStillTried() {
        var one = Bench.fresh();
        var id = one.done(one.bonds.commit(newBond(1, 1, JUST_WORKS))).bond().id();
        var other = Bench.on(one.store.copied());
        other.done(other.bonds.commit(newBond(9, 9, JUST_WORKS)));
        other.done(other.bonds.commit(newBond(1, 2, JUST_WORKS)));
        one.done(one.bonds.commit(newBond(1, 3, JUST_WORKS)));
        other.bonds.confirmLtk(id);
        one.bonds.confirmLtk(id);
        one.run();
        other.run();

        for (var both : List.of(merged(one, other), merged(other, one))) {
            assertThat(keysOf(both, 1)).isEqualTo(keysOf(other, 1));
            assertThat(both.bonds.byIdentity(address(1)).orElseThrow().id()).isEqualTo(id);
            assertThat(both.bonds.previousLtk(id).orElseThrow().ltk()).isEqualTo(one.bonds.keys(id).orElseThrow().ltk());
        }
        assertThat(outcome(one, other).oursLost()).singleElement().asString().contains("the keys of bond " + id);
    }

    @Test
    void aPeerThatBothPairedWithIsForgottenByBothNames() {
        var one = Bench.fresh();
        var other = Bench.on(one.store.copied());
        one.done(one.bonds.commit(newBond(1, 1, JUST_WORKS)));
        other.done(other.bonds.commit(newBond(1, 2, JUST_WORKS)));
        var both = merged(one, other);
        forget(both, 1);
        // The copies that were left behind come back.
        assertThat(peers(merged(both, other))).isEmpty();
        assertThat(peers(merged(both, one))).isEmpty();
        assertThat(peers(merged(other, both))).isEmpty();
    }

    @Test
    void countersOnlyGrow() {
        var one = Bench.fresh();
        var id = one.done(one.bonds.commit(newBond(1, 1, JUST_WORKS))).bond().id();
        var other = Bench.on(one.store.copied());
        one.done(one.bonds.saveCounters(id, 5, 70));
        other.done(other.bonds.saveCounters(id, 60, 7));
        for (var both : List.of(merged(one, other), merged(other, one))) {
            assertThat(both.bonds.keys(id).orElseThrow().remoteCounter()).isEqualTo(60);
            assertThat(both.bonds.keys(id).orElseThrow().localCounter()).isEqualTo(70);
        }
    }

    @Test
    void bondsOfTwoIdentitiesAreNeverMerged() {
        var one = Bench.fresh();
        var other = Bench.fresh();
        one.done(one.bonds.commit(newBond(1, 1, JUST_WORKS)));
        other.done(other.bonds.commit(newBond(2, 2, JUST_WORKS)));
        other.done(other.bonds.commit(newBond(3, 3, JUST_WORKS)));
        var outcome = merge.merge(content(one, 1), content(other, 2), BRANCH);
        assertThat(outcome).isInstanceOfSatisfying(Conflict.class, conflict -> {
            assertThat(conflict.ours()).isEqualTo("identity " + one.bonds.identityAddress().orElseThrow() + " with 1 bond");
            assertThat(conflict.theirs()).isEqualTo("identity " + other.bonds.identityAddress().orElseThrow() + " with 2 bonds");
        });
    }

    @Test
    void anIdentityWithoutBondsGivesWay() {
        var empty = Bench.fresh();
        var full = Bench.fresh();
        full.done(full.bonds.commit(newBond(1, 1, JUST_WORKS)));
        var local = full.bonds.local();
        for (var both : List.of(
                loaded((Merged) merge.merge(content(empty, 1), content(full, 2), BRANCH)),
                loaded((Merged) merge.merge(content(full, 1), content(empty, 2), BRANCH)))) {
            assertThat(both.bonds.local()).isEqualTo(local);
            assertThat(peers(both)).containsExactly(address(1));
        }
    }

    @Test
    void whatBtstackAddedToAnOlderCopyIsTakenOverUnderANumberOfItsOwn() {
        var one = Bench.fresh();
        one.done(one.bonds.commit(newBond(1, 1, JUST_WORKS)));
        long common = one.store.sequence();
        var older = one.store.restarted();
        // BTstack has put a bond into a slot, without a companion.
        var donor = Bench.fresh();
        donor.done(donor.bonds.commit(newBond(7, 7, JUST_WORKS)));
        older.values.put(Tags.slot(3), donor.store.values.get(Tags.slot(15)));
        one.done(one.bonds.commit(newBond(2, 2, JUST_WORKS)));
        forget(one, 2);
        var merged = (Merged) merge.merge(content(one, 1), content(older, 1, common), BRANCH);
        assertThat(peers(loaded(merged))).containsExactlyInAnyOrder(address(1), address(7));
    }

    @Test
    void whatCannotBeReadIsKeptOrNamed() {
        var one = Bench.fresh();
        one.done(one.bonds.commit(newBond(1, 1, JUST_WORKS)));
        var other = Bench.on(one.store.copied());
        other.store.values.put(Tags.slot(4), new byte[] {1, 2, 3});
        other.store.values.put(Tags.companion(0, 1), new byte[] {4});
        one.store.values.put(0x12345678, new byte[] {5});
        other.store.values.put(0x12345678, new byte[] {6});
        var merged = outcome(one, other);
        assertThat(merged.values().get(Tags.slot(4))).containsExactly(1, 2, 3);
        assertThat(merged.values().get(0x12345678)).containsExactly(5);
        assertThat(merged.theirsLost()).anyMatch(lost -> lost.contains("12345678"));
    }

    @Test
    void classicLinkKeysOfBothLiveOn() {
        var one = Bench.fresh();
        var other = Bench.on(one.store.copied());
        one.store.values.put(Tags.linkKey(0), linkKey(5, 1, 10));
        one.store.values.put(Tags.linkKey(1), linkKey(6, 2, 20));
        other.store.values.put(Tags.linkKey(0), linkKey(7, 2, 21));
        other.store.values.put(Tags.linkKey(1), linkKey(4, 1, 11));
        other.store.values.put(Tags.linkKey(2), linkKey(1, 3, 30));
        var values = outcome(one, other).values();
        assertThat(values.get(Tags.linkKey(0))).isEqualTo(linkKey(5, 1, 10));
        assertThat(values.get(Tags.linkKey(1))).isEqualTo(linkKey(7, 2, 21));
        assertThat(values.get(Tags.linkKey(2))).isEqualTo(linkKey(1, 3, 30));
    }

    @Test
    void aClassicLinkKeyThatEitherSideForgotStaysForgotten() {
        for (boolean here : new boolean[] {true, false}) {
            var one = LinkKeyBench.fresh(4);
            for (int peer = 1; peer <= 4; peer++) {
                one.put(peer, 1);
            }
            var old = new LinkKeyBench(one.store.copied(), 4);
            one.put(1, 2);
            one.done(one.keys.forget(LinkKeyBench.peer(1)));
            one.done(one.keys.forget(LinkKeyBench.peer(2)));
            one.put(2, 3);
            one.put(5, 1);
            one.put(6, 1);
            var ours = content(here ? one.store : old.store, 1, 9);
            var theirs = content(here ? old.store : one.store, 1, 9);
            var both = TestStore.ready();
            both.values.putAll(((Merged) merge.merge(ours, theirs, BRANCH)).values());
            both.load();
            var merged = new LinkKeyBench(both, 256).keys;
            assertThat(merged.list())
                    .extracting(bond -> bond.address().value() & 0xff)
                    .as("1 was forgotten, 3 evicted")
                    .containsExactly(2L, 4L, 5L, 6L);
            assertThat(merged.find(LinkKeyBench.peer(2)).key()).isEqualTo(LinkKeyBench.linkKey(2, 3));
        }
    }

    /** Each peer that is bonded in any copy and forgotten in none afterwards is bonded in the merged one; nobody else is. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void generatedHistories(int seed) {
        var random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            var one = Bench.fresh();
            var shared = new TreeMap<Integer, Integer>();
            play(one, random, shared, new HashSet<>());
            var other = Bench.on(one.store.copied());
            var mine = new TreeMap<>(shared);
            var yours = new TreeMap<>(shared);
            var forgottenByMe = new HashSet<Integer>();
            var forgottenByYou = new HashSet<Integer>();
            play(one, random, mine, forgottenByMe);
            play(other, random, yours, forgottenByYou);

            var expected = new HashSet<DeviceAddress>();
            for (int peer = 1; peer <= PEERS; peer++) {
                // A bond from before they parted is gone if either has forgotten it; one made since is its own side's affair.
                boolean hereSince = mine.containsKey(peer) && (!shared.containsKey(peer) || forgottenByMe.contains(peer));
                boolean thereSince = yours.containsKey(peer) && (!shared.containsKey(peer) || forgottenByYou.contains(peer));
                boolean kept = shared.containsKey(peer) && mine.containsKey(peer) && yours.containsKey(peer)
                        && !forgottenByMe.contains(peer) && !forgottenByYou.contains(peer);
                if (hereSince || thereSince || kept) {
                    expected.add(address(peer));
                }
            }
            for (var both : List.of(merged(one, other), merged(other, one))) {
                assertThat(peers(both)).as("seed %d, round %d", seed, round).containsExactlyInAnyOrderElementsOf(expected);
                for (var bond : both.bonds.list()) {
                    var ltk = both.bonds.keys(bond.id()).orElseThrow().ltk();
                    assertThat(ltk).isIn(ltks(one, bond.identity()), ltks(other, bond.identity()));
                }
                assertThat(both.bonds.setAside()).isEmpty();
                assertThat(both.store.committed).isEmpty();
            }
        }
    }

    private static final int PEERS = 24;

    /** Pairs, pairs again, forgets and renames; {@code forgotten} gets every peer that was forgotten at any time. */
    private static void play(Bench bench, Random random, Map<Integer, Integer> bonded, Set<Integer> forgotten) {
        for (int i = random.nextInt(20); i > 0; i--) {
            int peer = 1 + random.nextInt(PEERS);
            if (bonded.containsKey(peer) && random.nextInt(3) == 0) {
                forget(bench, peer);
                bonded.remove(peer);
                forgotten.add(peer);
            } else if (bonded.containsKey(peer) && random.nextBoolean()) {
                bench.done(bench.bonds.rename(bench.bonds.byIdentity(address(peer)).orElseThrow().id(), "name " + i));
            } else {
                int key = 1 + random.nextInt(200);
                bench.done(bench.bonds.commit(newBond(peer, key, JUST_WORKS)));
                bonded.put(peer, key);
            }
        }
    }

    private static Object ltks(Bench bench, DeviceAddress peer) {
        return bench.bonds.byIdentity(peer).map(bond -> bench.bonds.keys(bond.id()).orElseThrow().ltk()).orElse(null);
    }

    private static void forget(Bench bench, int peer) {
        bench.done(bench.bonds.forget(bench.bonds.byIdentity(address(peer)).orElseThrow().id()));
    }

    private static Object keysOf(Bench bench, int peer) {
        return bench.bonds.keys(bench.bonds.byIdentity(address(peer)).orElseThrow().id()).orElseThrow().ltk();
    }

    private static List<DeviceAddress> peers(Bench bench) {
        return bench.bonds.list().stream().map(Bond::identity).toList();
    }

    private Bench merged(Bench ours, Bench theirs) {
        return loaded(outcome(ours, theirs), ours.store.tombstones, theirs.store.tombstones);
    }

    private Merged outcome(Bench ours, Bench theirs) {
        return (Merged) merge.merge(content(ours, 1), content(theirs, 1), BRANCH);
    }

    private static Bench loaded(Merged merged) {
        return loaded(merged, List.of(), List.of());
    }

    /** As the store in front does it, which keeps the tombstones of both. */
    private static Bench loaded(Merged merged, List<Tombstone> ours, List<Tombstone> theirs) {
        var store = new TestStore();
        store.values.putAll(merged.values());
        store.tombstones.addAll(ours);
        store.tombstones.addAll(theirs);
        store.load();
        return Bench.on(store);
    }

    private static Content content(Bench bench, int lineage) {
        return content(bench.store, lineage, bench.store.sequence());
    }

    private static Content content(TestStore store, int lineage, long sequence) {
        var id = lineage == 1 ? store.id() : new StoreId(new UUID(9, lineage), new UUID(8, lineage));
        return new Content(id, sequence, new HashMap<>(store.values), List.copyOf(store.tombstones), List.copyOf(store.setAside));
    }

    private static byte[] linkKey(int sequence, int peer, int key) {
        var entry = new byte[32];
        entry[0] = (byte) sequence;
        entry[9] = (byte) peer;
        entry[10] = (byte) key;
        return entry;
    }
}
