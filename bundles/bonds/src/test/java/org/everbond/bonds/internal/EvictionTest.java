package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.everbond.bonds.internal.Bench.JUST_WORKS;
import static org.everbond.bonds.internal.Bench.NUMERIC;
import static org.everbond.bonds.internal.Bench.address;
import static org.everbond.bonds.internal.Bench.newBond;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.tlv.TlvException;
import org.junit.jupiter.api.Test;

/** Who has to go when all places are taken, and when. */
class EvictionTest {
    private static final BondOptions THREE = BondOptions.DEFAULT.withCapacity(3);

    private final Bench bench = Bench.fresh(THREE);

    private void fill(boolean authenticated) {
        for (int i = 1; i <= 3; i++) {
            bench.pair(i, 1, authenticated ? NUMERIC : JUST_WORKS);
        }
    }

    private Bond bond(int i) {
        return bench.bonds.byIdentity(address(i)).orElseThrow();
    }

    @Test
    void the_bond_not_used_for_longest_goes_with_the_commit_of_the_newcomer() {
        fill(false);
        var oldest = bond(1);
        bench.events.clear();
        bench.store.hold = true;
        bench.bonds.commit(newBond(4, 1, JUST_WORKS));
        bench.run();
        assertThat(bench.bonds.list()).as("not before it is durable").hasSize(3).contains(oldest);
        bench.store.releaseAll();
        bench.run();
        assertThat(bench.events)
                .extracting(BondEvent::kind)
                .containsExactly(BondEvent.Kind.EVICTED, BondEvent.Kind.CREATED);
        assertThat(bench.events.get(0).bond()).isEqualTo(oldest);
        assertThat(bench.restarted(THREE).bonds.list())
                .extracting(Bond::identity)
                .containsExactly(address(2), address(3), address(4));
    }

    /** THREATS B4: its peer may reject a key after the commit. */
    @Test
    void a_newcomer_that_is_withdrawn_gives_its_place_back() {
        fill(false);
        bench.done(bench.bonds.rename(bond(1).id(), "lamp"));
        bench.done(bench.bonds.pin(bond(3).id(), true));
        bench.bonds.connected(bond(1).id(), true);
        bench.bonds.connected(bond(1).id(), false);
        var victim = bond(2);
        var newcomer = bench.done(bench.bonds.commit(newBond(4, 1, JUST_WORKS)));
        assertThat(bench.bonds.byIdentity(address(2))).isEmpty();
        bench.events.clear();

        bench.done(bench.bonds.withdraw(newcomer));

        assertThat(bench.kinds()).containsExactly(BondEvent.Kind.FORGOTTEN, BondEvent.Kind.CREATED);
        var restarted = bench.restarted(THREE).bonds;
        for (var bonds : List.of(bench.bonds, restarted)) {
            assertThat(bonds.list()).extracting(Bond::identity).containsExactlyInAnyOrder(address(1), address(2), address(3));
            var back = bonds.byIdentity(address(2)).orElseThrow();
            assertThat(back.id()).as("no id is used twice").isNotEqualTo(victim.id()).isNotEqualTo(newcomer.bond().id());
            assertThat(bonds.keys(back.id()).orElseThrow().ltk()).isEqualTo(Bench.ltk(2, 1));
            assertThat(bonds.keys(bond(1).id())).isPresent();
        }
        bench.done(bench.bonds.withdraw(newcomer));
        assertThat(bench.bonds.list()).as("only once").hasSize(3);
    }

    /** Else a power cut between two transactions would leave neither the newcomer nor those that it evicted. */
    @Test
    void a_newcomer_goes_and_those_that_it_evicted_come_back_in_one_transaction_as_far_as_there_is_room() {
        var full = Bench.fresh();
        for (int i = 1; i <= 5; i++) {
            full.pair(i, 1, JUST_WORKS);
        }
        full.store.room = full.store.values.values().stream().mapToLong(value -> value.length).sum() * 7 / 10;
        var newcomer = full.done(full.bonds.commit(newBond(6, 1, JUST_WORKS)));
        assertThat(newcomer.displaced()).hasSize(3);
        // Enough for one more than with the newcomer.
        full.store.room += full.store.values.values().stream().mapToLong(value -> value.length).sum() / 3 + 16;
        int commits = full.store.committed.size();
        full.events.clear();

        full.done(full.bonds.withdraw(newcomer));

        assertThat(full.store.committed).hasSize(commits + 1);
        assertThat(full.kinds()).startsWith(BondEvent.Kind.FORGOTTEN).filteredOn(BondEvent.Kind.CREATED::equals).hasSize(2);
        assertThat(full.restarted(BondOptions.DEFAULT).bonds.list())
                .extracting(Bond::identity)
                .containsExactlyInAnyOrder(address(1), address(2), address(4), address(5));
        full.done(full.bonds.withdraw(newcomer));
        assertThat(full.bonds.list()).as("nothing comes twice").hasSize(4);
    }

    @Test
    void a_newcomer_that_fails_evicts_nobody() {
        fill(false);
        bench.store.failure = new TlvException(TlvException.Reason.FAILED, "no");
        bench.failed(bench.bonds.commit(newBond(4, 1, JUST_WORKS)));
        assertThat(bench.bonds.list()).hasSize(3);
        assertThat(bench.restarted(THREE).bonds.list()).hasSize(3);
    }

    @Test
    void in_a_place_that_is_full_before_the_capacity_is_reached_one_bond_goes_for_the_newcomer() {
        var full = Bench.fresh();
        for (int i = 1; i <= 3; i++) {
            full.pair(i, 1, JUST_WORKS);
        }
        full.store.room = full.store.values.values().stream().mapToLong(value -> value.length).sum();
        full.events.clear();
        assertThat(full.done(full.bonds.commit(newBond(4, 1, JUST_WORKS))).bond().identity()).isEqualTo(address(4));
        assertThat(full.events).extracting(BondEvent::kind).containsExactly(BondEvent.Kind.EVICTED, BondEvent.Kind.CREATED);
        assertThat(full.restarted(BondOptions.DEFAULT).bonds.list())
                .extracting(Bond::identity)
                .containsExactlyInAnyOrder(address(2), address(3), address(4));
    }

    @Test
    void as_many_go_as_the_newcomer_needs_in_a_full_place_and_guards_are_asked_about_each() throws Exception {
        var full = Bench.fresh();
        for (int i = 1; i <= 5; i++) {
            full.pair(i, 1, JUST_WORKS);
        }
        var asked = new ArrayList<Bond>();
        try (var guard = full.bonds.guard(bond -> {
            asked.add(bond);
            return completedFuture(bond.identity().equals(address(2)));
        })) {
            // Room for three bonds: three of the five have to go.
            full.store.room = full.store.values.values().stream().mapToLong(value -> value.length).sum() * 7 / 10;
            full.events.clear();
            assertThat(full.done(full.bonds.commit(newBond(6, 1, JUST_WORKS))).bond().identity()).isEqualTo(address(6));
        }
        assertThat(full.kinds()).containsExactly(
                BondEvent.Kind.EVICTED, BondEvent.Kind.EVICTED, BondEvent.Kind.EVICTED, BondEvent.Kind.CREATED);
        assertThat(asked).extracting(Bond::identity).containsExactly(address(1), address(2), address(3), address(4));
        assertThat(full.restarted(BondOptions.DEFAULT).bonds.list())
                .extracting(Bond::identity)
                .containsExactlyInAnyOrder(address(2), address(5), address(6));
    }

    @Test
    void a_full_place_is_told_when_nobody_may_go_for_the_newcomer_or_it_would_not_help() {
        var full = Bench.fresh();
        full.pair(1, 1, NUMERIC);
        full.store.room = full.store.values.values().stream().mapToLong(value -> value.length).sum();
        assertThat(full.failed(full.bonds.commit(newBond(2, 1, JUST_WORKS)))).hasMessage("test: is full");
        full.store.room = 0;
        assertThat(full.failed(full.bonds.commit(newBond(2, 1, NUMERIC)))).hasMessage("test: is full");
        assertThat(full.bonds.list()).extracting(Bond::identity).containsExactly(address(1));
    }

    @Test
    void in_a_full_place_a_replacement_evicts_another_bond_never_the_one_it_replaces() {
        var full = Bench.fresh();
        for (int i = 1; i <= 3; i++) {
            full.pair(i, 1, JUST_WORKS);
        }
        full.store.room = full.store.values.values().stream().mapToLong(value -> value.length).sum();
        full.bonds.connected(full.bonds.byIdentity(address(2)).orElseThrow().id(), true);
        full.events.clear();
        var replaced = full.bonds.byIdentity(address(1)).orElseThrow();
        assertThat(full.done(full.bonds.commit(newBond(1, 2, JUST_WORKS))).bond().id()).isEqualTo(replaced.id());
        assertThat(full.events).extracting(BondEvent::kind).containsExactly(BondEvent.Kind.EVICTED, BondEvent.Kind.REPLACED);
        var restarted = full.restarted(BondOptions.DEFAULT).bonds;
        assertThat(restarted.list()).extracting(Bond::identity).containsExactlyInAnyOrder(address(1), address(2));
        assertThat(restarted.keys(replaced.id()).orElseThrow().ltk()).isEqualTo(Bench.ltk(1, 2));
    }

    @Test
    void in_a_full_place_where_nobody_may_go_the_bond_stays_as_it_was() {
        var full = Bench.fresh();
        full.pair(1, 1, JUST_WORKS);
        full.pair(2, 1, NUMERIC);
        full.pair(3, 1, JUST_WORKS);
        full.done(full.bonds.pin(full.bonds.byIdentity(address(3)).orElseThrow().id(), true));
        full.store.room = full.store.values.values().stream().mapToLong(value -> value.length).sum();
        assertThat(full.failed(full.bonds.commit(newBond(1, 2, JUST_WORKS)))).hasMessage("test: is full");
        var bond = full.bonds.byIdentity(address(1)).orElseThrow();
        assertThat(full.bonds.keys(bond.id()).orElseThrow().ltk()).isEqualTo(Bench.ltk(1, 1));
        assertThat(full.bonds.list()).hasSize(3);
    }

    @Test
    void on_a_disk_that_others_have_filled_nobody_has_to_go() {
        var full = Bench.fresh();
        full.pair(1, 1, JUST_WORKS);
        full.pair(2, 1, JUST_WORKS);
        full.store.room = full.store.values.values().stream().mapToLong(value -> value.length).sum();
        full.store.withoutRoom = TlvException.Reason.NO_SPACE;
        assertThat(full.failed(full.bonds.commit(newBond(3, 1, JUST_WORKS)))).hasMessage("test: is full");
        assertThat(full.bonds.list()).extracting(Bond::identity).containsExactly(address(1), address(2));
    }

    @Test
    void replacing_evicts_nobody() {
        fill(false);
        bench.pair(2, 2, JUST_WORKS);
        assertThat(bench.bonds.list()).hasSize(3);
    }

    @Test
    void pinned_and_connected_bonds_stay() {
        fill(false);
        bench.done(bench.bonds.pin(bond(1).id(), true));
        bench.bonds.connected(bond(2).id(), true);
        bench.pair(4);
        assertThat(bench.bonds.byIdentity(address(3))).isEmpty();
        bench.bonds.connected(bond(4).id(), true);
        assertThat(bench.failed(bench.bonds.commit(newBond(5, 1, NUMERIC))))
                .isInstanceOfSatisfying(
                        TlvException.class,
                        e -> assertThat(e.reason()).isEqualTo(TlvException.Reason.FULL))
                .hasMessageContaining("forget one of them or raise the capacity");
        assertThat(bench.bonds.list()).hasSize(3);
    }

    @Test
    void a_guard_keeps_a_bond_and_one_that_fails_keeps_all() throws Exception {
        fill(false);
        var guard = bench.bonds.guard(candidate -> completedFuture(candidate.identity().equals(address(1))));
        bench.pair(4);
        assertThat(bench.bonds.byIdentity(address(1))).isPresent();
        assertThat(bench.bonds.byIdentity(address(2))).isEmpty();
        guard.close();
        var failing = bench.bonds.guard(candidate -> {
            throw new IllegalStateException("does not know");
        });
        assertThat(bench.failed(bench.bonds.commit(newBond(5, 1, NUMERIC)))).hasMessageContaining("guarded");
        failing.close();
        bench.bonds.guard(candidate -> CompletableFuture.failedFuture(new IllegalStateException("cannot be asked")));
        assertThat(bench.failed(bench.bonds.commit(newBond(5, 1, NUMERIC)))).hasMessageContaining("guarded");
    }

    @Test
    void the_newcomer_waits_for_the_answer_of_a_guard_while_other_bonds_are_written() {
        fill(false);
        var answer = new CompletableFuture<Boolean>();
        bench.bonds.guard(candidate -> candidate.identity().equals(address(1)) ? answer : completedFuture(false));
        var newcomer = bench.bonds.commit(newBond(4, 1, JUST_WORKS)).toCompletableFuture();
        bench.run();
        bench.done(bench.bonds.rename(bond(2).id(), "Kitchen"));
        assertThat(newcomer).isNotDone();
        assertThat(bench.bonds.list()).hasSize(3);
        answer.complete(true);
        bench.done(newcomer);
        assertThat(bench.bonds.byIdentity(address(1))).as("kept").isPresent();
        assertThat(bench.bonds.byIdentity(address(2))).as("the next one").isEmpty();
    }

    @Test
    void what_the_guard_was_asked_about_may_be_in_use_when_it_answers() {
        fill(false);
        var answer = new CompletableFuture<Boolean>();
        bench.bonds.guard(candidate -> candidate.identity().equals(address(1)) ? answer : completedFuture(false));
        var newcomer = bench.bonds.commit(newBond(4, 1, JUST_WORKS)).toCompletableFuture();
        bench.run();
        bench.bonds.connected(bond(1).id(), true);
        answer.complete(false);
        bench.done(newcomer);
        assertThat(bench.bonds.byIdentity(address(1))).as("connected meanwhile").isPresent();
        assertThat(bench.bonds.byIdentity(address(2))).isEmpty();
    }

    @Test
    void a_bond_that_is_pinned_forgotten_or_used_changes_who_is_next() {
        fill(false);
        bench.pair(4);
        bench.done(bench.bonds.pin(bond(2).id(), true));
        bench.pair(5);
        assertThat(bench.bonds.list()).extracting(Bond::identity).containsExactly(address(2), address(4), address(5));
        bench.done(bench.bonds.pin(bond(2).id(), false));
        bench.bonds.connected(bond(2).id(), true);
        bench.bonds.connected(bond(2).id(), false);
        bench.pair(6);
        assertThat(bench.bonds.list()).extracting(Bond::identity).containsExactly(address(2), address(5), address(6));
        bench.done(bench.bonds.forget(bond(5).id()));
        bench.pair(7);
        bench.pair(8);
        assertThat(bench.bonds.list()).extracting(Bond::identity).containsExactly(address(2), address(7), address(8));
    }

    @Test
    void at_full_capacity_a_newcomer_looks_at_one_bond_however_many_there_are() {
        int many = 5_000;
        var full = Bench.fresh(BondOptions.DEFAULT.withCapacity(many));
        for (int i = 0; i < many; i++) {
            full.pair(i, 1, i < many / 2 ? NUMERIC : JUST_WORKS);
        }
        var asked = new ArrayList<Bond>();
        full.bonds.guard(candidate -> {
            asked.add(candidate);
            return completedFuture(false);
        });
        for (int i = 0; i < 100; i++) {
            full.pair(many + i, 1, JUST_WORKS);
        }
        assertThat(asked)
                .as("the authenticated ones in front of them are not even looked at")
                .extracting(Bond::identity)
                .containsExactlyElementsOf(IntStream.range(many / 2, many / 2 + 100).mapToObj(Bench::address).toList());
    }

    @Test
    void one_that_was_connected_goes_after_those_that_were_not() {
        fill(false);
        bench.bonds.connected(bond(1).id(), true);
        bench.bonds.connected(bond(1).id(), false);
        bench.pair(4);
        assertThat(bench.bonds.byIdentity(address(1))).isPresent();
        assertThat(bench.bonds.byIdentity(address(2))).isEmpty();
    }

    @Test
    void an_authenticated_bond_does_not_go_for_an_unauthenticated_one() {
        fill(true);
        assertThat(bench.failed(bench.bonds.commit(newBond(4, 1, JUST_WORKS)))).isInstanceOf(TlvException.class);
        assertThat(bench.bonds.list()).hasSize(3);
        bench.pair(4, 1, NUMERIC);
        assertThat(bench.bonds.byIdentity(address(1))).isEmpty();
    }

    @Test
    void a_hundred_thousand_bonds_fit_and_are_found() {
        int many = 100_000;
        var options = BondOptions.DEFAULT.withCapacity(many);
        var large = Bench.fresh(options);
        large.events.clear();
        for (int i = 0; i < many; i++) {
            large.pair(i);
        }
        assertThat(large.kinds()).as("nobody evicted").hasSize(many).containsOnly(BondEvent.Kind.CREATED);
        var restarted = large.restarted(options);
        assertThat(restarted.bonds.list()).hasSize(many);
        for (int i = 0; i < many; i++) {
            var bond = restarted.bonds.byIdentity(address(i)).orElseThrow();
            assertThat(restarted.bonds.keys(bond.id()).orElseThrow().ltk().equals(Bench.ltk(i, 1))).isTrue();
        }
        restarted.pair(many);
        assertThat(restarted.kinds()).endsWith(BondEvent.Kind.EVICTED, BondEvent.Kind.CREATED);
        assertThat(restarted.bonds.list()).hasSize(many);
    }

    @Test
    void a_small_backend_makes_the_capacity_small() {
        bench.store.maxTags = 8 + 3 * 2;
        assertThat(bench.bonds.capacity()).isEqualTo(2);
    }
}
