package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.bonds.internal.Bench.JUST_WORKS;
import static org.everbond.bonds.internal.Bench.NUMERIC;
import static org.everbond.bonds.internal.Bench.address;
import static org.everbond.bonds.internal.Bench.newBond;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.everbond.bonds.Bond;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore.Committed;
import org.everbond.bonds.keys.PreviousLtk;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.Transaction;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * A power cut keeps a prefix of a transaction: after each of them the store says either what it said before or what it says
 * after, never a mixture; and repairing it may be cut as well.
 */
class PrefixTest {
    private Committed newcomer;

    private record Case(String name, BondOptions options, int peers, Consumer<Bench> before, Consumer<Bench> change) {}

    private record Said(Bond bond, BondKeys keys, Optional<PreviousLtk> previous, Map<Integer, Integer> subscriptions) {}

    @TestFactory
    Stream<DynamicTest> everyPrefixIsOldOrNew() {
        var standard = BondOptions.DEFAULT;
        Consumer<Bench> nothing = bench -> {};
        Consumer<Bench> pairNew = bench -> bench.bonds.commit(newBond(9, 1, JUST_WORKS));
        return Stream.of(
                        new Case("first bond", standard, 0, nothing, pairNew),
                        new Case("new bond", standard, 3, nothing, pairNew),
                        new Case("new bond, entries of 60 octets", standard.withEntrySize(60), 3, nothing, pairNew),
                        new Case("new bond that moves an older one out of its slot", standard.withSlots(3), 3, nothing, pairNew),
                        new Case("new bond beyond the slots", standard.withSlots(0), 3, nothing, pairNew),
                        new Case("new bond that evicts one", standard.withCapacity(3), 3, nothing, pairNew),
                        new Case(
                                "new bond that evicts one beyond the slots",
                                standard.withSlots(2).withCapacity(3),
                                3,
                                nothing,
                                pairNew),
                        new Case("withdrawn", standard, 3, this::newcomer, this::withdraw),
                        new Case("withdrawn that had evicted one", standard.withCapacity(3), 3, this::newcomer, this::withdraw),
                        new Case(
                                "withdrawn that had evicted one beyond the slots",
                                standard.withSlots(2).withCapacity(3),
                                3,
                                bench -> {
                                    forget(3).andThen(again -> again.pair(5)).accept(bench);
                                    bench.done(bench.bonds.pin(id(bench, 5), true));
                                    bench.done(bench.bonds.pin(id(bench, 2), true));
                                    newcomer(bench);
                                },
                                this::withdraw),
                        new Case("a replacement withdrawn", standard, 3, bench -> replaced(bench, 2), this::withdraw),
                        new Case("replaced", standard, 3, nothing, replace(2, 2)),
                        new Case("replaced beyond the slots", standard.withSlots(1), 3, nothing, replace(1, 2)),
                        new Case("replaced again", standard, 3, replace(2, 2), replace(2, 3)),
                        new Case("replaced by the same keys", standard, 3, nothing, replace(2, 1)),
                        new Case("new LTK confirmed", standard, 3, replace(2, 2), bench -> bench.bonds.confirmLtk(id(bench, 2))),
                        new Case("forgotten", standard, 3, nothing, forget(2)),
                        new Case("forgotten after replacing", standard, 3, replace(2, 2), forget(2)),
                        new Case("forgotten beyond the slots", standard.withSlots(1), 3, nothing, forget(1)),
                        new Case("renamed", standard, 2, nothing, bench -> bench.bonds.rename(id(bench, 1), "Name")),
                        new Case(
                                "subscribed",
                                standard,
                                2,
                                nothing,
                                bench -> bench.bonds.saveSubscriptions(
                                        id(bench, 1), new Subscriptions(new byte[16], Map.of(3, 1)))),
                        new Case("counted", standard, 2, nothing, count(1, 1)),
                        new Case("counted on in the entry", standard, 2, count(1, 1), count(2, 0)),
                        new Case("counted beyond the bound", standard, 2, count(1, 1), count(66, 0)),
                        new Case("counted, entries of 60 octets", standard.withEntrySize(60), 2, count(1, 1), count(2, 0)))
                .map(test -> DynamicTest.dynamicTest(test.name, () -> check(test)));
    }

    @Test
    void keys_of_a_torn_replacement_leave_the_store() {
        var bench = Bench.fresh();
        bench.pair(1, 1, NUMERIC);
        bench.store.hold = true;
        bench.bonds.commit(newBond(1, 2, NUMERIC));
        bench.run();
        var torn = Bench.on(bench.store.withPrefix(bench.store.last, 1));
        assertThat(torn.bonds.keys(id(torn, 1)).orElseThrow().ltk()).isEqualTo(Bench.ltk(1, 1));
        var leaked = HexFormat.of().formatHex(Bench.ltk(1, 2).octets());
        assertThat(torn.store.values.values()).noneMatch(value -> HexFormat.of().formatHex(value).contains(leaked));
    }

    /** A whole transaction is more than one bond then, and each of them is as it was or as it is after it. */
    @TestFactory
    Stream<DynamicTest> eachBondIsOldOrNewWhenSeveralComeBack() {
        return Stream.of(9, 4).map(peer -> DynamicTest.dynamicTest(peer == 9 ? "a new bond withdrawn" : "a replacement withdrawn", () -> {
            var bench = Bench.fresh();
            for (int i = 1; i <= 5; i++) {
                bench.pair(i);
            }
            bench.store.room = bench.store.values.values().stream().mapToLong(value -> value.length).sum() * 7 / 10;
            newcomer = bench.done(bench.bonds.commit(newBond(peer, 2, JUST_WORKS)));
            assertThat(newcomer.displaced()).hasSizeGreaterThan(2);
            bench.store.room = Long.MAX_VALUE;
            var old = byPeer(bench);
            bench.store.hold = true;
            bench.bonds.withdraw(newcomer);
            bench.run();
            var transaction = bench.store.last;
            var cuts = cuts(bench, transaction);
            bench.store.releaseAll();
            bench.run();
            assertThat(bench.store.committed).last().isSameAs(transaction);
            var fresh = byPeer(bench);
            assertThat(fresh).hasSize(5).containsOnlyKeys(address(1), address(2), address(3), address(4), address(5));
            for (var cut : cuts) {
                var torn = Bench.on(cut);
                var found = byPeer(torn);
                for (int i : new int[] {1, 2, 3, 4, 5, 9}) {
                    assertThat(found.get(address(i))).as("peer %d", i).isIn(old.get(address(i)), fresh.get(address(i)));
                }
                assertThat(byPeer(torn.restarted())).isEqualTo(found);
            }
        }));
    }

    private static Map<DeviceAddress, Said> byPeer(Bench bench) {
        return said(bench).stream().collect(Collectors.toMap(each -> each.bond.identity(), each -> each));
    }

    private void newcomer(Bench bench) {
        newcomer = bench.done(bench.bonds.commit(newBond(9, 1, JUST_WORKS)));
    }

    private void replaced(Bench bench, int peer) {
        newcomer = bench.done(bench.bonds.commit(newBond(peer, 2, JUST_WORKS)));
    }

    private void withdraw(Bench bench) {
        bench.bonds.withdraw(newcomer);
    }

    private static Consumer<Bench> replace(int peer, int pairing) {
        return bench -> bench.bonds.commit(newBond(peer, pairing, NUMERIC));
    }

    private static Consumer<Bench> count(long remote, long local) {
        return bench -> bench.bonds.saveCounters(id(bench, 1), remote, local);
    }

    private static Consumer<Bench> forget(int peer) {
        return bench -> bench.bonds.forget(id(bench, peer));
    }

    private static org.everbond.bonds.BondId id(Bench bench, int peer) {
        return bench.bonds.byIdentity(address(peer)).orElseThrow().id();
    }

    /** What each length of the transaction leaves in the store. */
    private static List<TestStore> cuts(Bench bench, Transaction transaction) {
        var cuts = new ArrayList<TestStore>();
        for (int length = 0; length <= transaction.changes().size() + 1; length++) {
            cuts.add(bench.store.withPrefix(transaction, length));
        }
        return cuts;
    }

    private static void check(Case test) {
        var bench = Bench.fresh(test.options);
        for (int i = 1; i <= test.peers; i++) {
            bench.pair(i);
        }
        test.before.accept(bench);
        bench.run();
        var old = said(bench);
        bench.store.hold = true;
        test.change.accept(bench);
        bench.run();
        var transaction = bench.store.last;
        var cuts = cuts(bench, transaction);
        bench.store.releaseAll();
        bench.run();
        var fresh = said(bench);
        assertThat(fresh).isNotEqualTo(old);
        boolean committed = false;
        for (var cut : cuts) {
            cut.hold = true;
            var torn = Bench.on(cut, test.options);
            committed = said(torn).equals(fresh);
            assertThat(said(torn)).isIn(old, fresh);
            cutRepairs(torn, test.options);
        }
        assertThat(committed).as("the whole transaction").isTrue();
    }

    /** The repairs that a torn transaction asks for are held back: each prefix of them says the same as well. */
    private static void cutRepairs(Bench torn, BondOptions options) {
        var expected = said(torn);
        if (!torn.store.held.isEmpty()) {
            var repairs = torn.store.last;
            for (int length = 0; length <= repairs.changes().size() + 1; length++) {
                assertThat(said(Bench.on(torn.store.withPrefix(repairs, length), options))).isEqualTo(expected);
            }
        }
        torn.store.releaseAll();
        torn.run();
        assertThat(said(torn)).isEqualTo(expected);
        var again = torn.restarted(options);
        assertThat(said(again)).isEqualTo(expected);
        assertThat(again.store.committed).as("repaired once").isEmpty();
    }

    private static List<Said> said(Bench bench) {
        return bench.bonds.list().stream()
                .map(bond -> new Said(
                        bond,
                        bench.bonds.keys(bond.id()).orElseThrow(),
                        bench.bonds.previousLtk(bond.id()),
                        bench.bonds.subscriptions(bond.id()).map(Subscriptions::values).orElse(Map.of())))
                .toList();
    }
}
