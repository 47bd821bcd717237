package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.bonds.internal.Bench.JUST_WORKS;
import static org.everbond.bonds.internal.Bench.NUMERIC;
import static org.everbond.bonds.internal.Bench.address;
import static org.everbond.bonds.internal.Bench.irk;
import static org.everbond.bonds.internal.Bench.ltk;
import static org.everbond.bonds.internal.Bench.newBond;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.PrivacyMode;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.FailedAttempts;
import org.everbond.bonds.keys.Lookup;
import org.everbond.bonds.keys.NewBond;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.RandomAddress;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Making, replacing, changing, finding and forgetting bonds. */
class DerivedBondsTest {
    @Test
    void a_bond_is_there_after_a_restart_with_everything() {
        var bench = Bench.fresh();
        var committed = bench.done(bench.bonds.commit(newBond(1, 1, NUMERIC)));
        var bond = committed.bond();
        assertThat(committed.replaced()).isFalse();
        assertThat(committed.durable()).isTrue();
        assertThat(committed.octets()).isGreaterThan(200);
        assertThat(bond.identity()).isEqualTo(address(1));
        assertThat(bond.security()).isEqualTo(NUMERIC);
        assertThat(bond.resolvable()).isTrue();

        var again = bench.restarted();
        assertThat(again.bonds.ready()).isTrue();
        assertThat(again.bonds.list()).containsExactly(bond);
        assertThat(again.bonds.keys(bond.id())).contains(BondKeys.secureConnections(ltk(1, 1), irk(1)));
        assertThat(again.store.committed).as("nothing to repair").isEmpty();
    }

    @Test
    void nothing_is_bonded_before_it_is_durable() {
        var bench = Bench.fresh();
        bench.store.hold = true;
        var stage = bench.bonds.commit(newBond(1, 1, JUST_WORKS)).toCompletableFuture();
        bench.run();
        assertThat(stage).isNotDone();
        assertThat(bench.bonds.list()).isEmpty();
        assertThat(bench.kinds()).doesNotContain(BondEvent.Kind.CREATED);
        bench.store.releaseAll();
        assertThat(bench.done(stage).bond().identity()).isEqualTo(address(1));
        assertThat(bench.kinds()).endsWith(BondEvent.Kind.CREATED);
    }

    @Test
    void a_failed_write_leaves_everything_as_it_was() {
        var bench = Bench.fresh();
        var old = bench.pair(1);
        bench.store.failure = new TlvException(TlvException.Reason.FULL, "no room");
        assertThat(bench.failed(bench.bonds.commit(newBond(1, 2, JUST_WORKS)))).isSameAs(bench.store.failure);
        assertThat(bench.failed(bench.bonds.commit(newBond(2, 1, JUST_WORKS)))).isSameAs(bench.store.failure);
        assertThat(bench.failed(bench.bonds.forget(old.id()))).isSameAs(bench.store.failure);
        assertThat(bench.bonds.list()).containsExactly(old);
        assertThat(bench.bonds.keys(old.id()).orElseThrow().ltk()).isEqualTo(ltk(1, 1));
        bench.store.failure = null;
        assertThat(bench.pair(2).id().serial()).isEqualTo(old.id().serial() + 1);
    }

    @Test
    void a_replaced_bond_keeps_its_id_and_the_previous_ltk_until_the_new_one_worked() {
        var bench = Bench.fresh();
        var old = bench.pair(1, 1, JUST_WORKS);
        bench.done(bench.bonds.rename(old.id(), "Sensor"));
        var committed = bench.done(bench.bonds.commit(newBond(1, 2, NUMERIC)));
        assertThat(committed.replaced()).isTrue();
        assertThat(committed.bond().id()).isEqualTo(old.id());
        assertThat(committed.bond().name()).isEqualTo("Sensor");
        assertThat(committed.bond().security()).isEqualTo(NUMERIC);
        assertThat(bench.kinds()).endsWith(BondEvent.Kind.REPLACED);

        bench = bench.restarted();
        assertThat(bench.bonds.list()).hasSize(1);
        assertThat(bench.bonds.keys(old.id()).orElseThrow().ltk()).isEqualTo(ltk(1, 2));
        var previous = bench.bonds.previousLtk(old.id()).orElseThrow();
        assertThat(previous.ltk()).isEqualTo(ltk(1, 1));
        assertThat(previous.security()).as("its own, not the new one").isEqualTo(JUST_WORKS);

        bench.bonds.confirmLtk(old.id());
        bench.run();
        assertThat(bench.bonds.previousLtk(old.id())).isEmpty();
        assertThat(bench.restarted().bonds.previousLtk(old.id())).isEmpty();
        assertThat(bench.store.values.values()).noneMatch(value -> contains(value, ltk(1, 1).octets()));
    }

    @Test
    void a_bond_replaced_twice_keeps_the_ltk_that_worked_last_not_one_that_was_never_confirmed() {
        var bench = Bench.fresh();
        var bond = bench.pair(1, 1, JUST_WORKS);
        bench.done(bench.bonds.commit(newBond(1, 2, JUST_WORKS)));
        bench.done(bench.bonds.commit(newBond(1, 3, JUST_WORKS)));

        bench = bench.restarted();
        assertThat(bench.bonds.keys(bond.id()).orElseThrow().ltk()).isEqualTo(ltk(1, 3));
        assertThat(bench.bonds.previousLtk(bond.id()).orElseThrow().ltk()).isEqualTo(ltk(1, 1));
    }

    @Test
    void another_irk_does_not_make_another_bond_but_another_type_does() {
        var bench = Bench.fresh();
        bench.pair(2);
        var afterReset = new NewBond(address(2), JUST_WORKS, BondKeys.secureConnections(ltk(2, 2), irk(77)));
        assertThat(bench.done(bench.bonds.commit(afterReset)).replaced()).isTrue();
        assertThat(bench.bonds.lookup(RandomAddress.resolvable(irk(2), 1)).result()).isEqualTo(Lookup.Result.ABSENT);
        assertThat(bench.bonds.lookup(RandomAddress.resolvable(irk(77), 1)).result()).isEqualTo(Lookup.Result.FOUND);
        var sameNumber = new org.everbond.crypto.DeviceAddress(
                org.everbond.crypto.AddressType.RANDOM, address(2).value() | 0xc00000000000L);
        bench.done(bench.bonds.commit(new NewBond(sameNumber, JUST_WORKS, BondKeys.secureConnections(ltk(3, 1), irk(77)))));
        assertThat(bench.bonds.list()).hasSize(2);
        assertThat(bench.restarted().bonds.warnings()).anyMatch(text -> text.contains("same IRK"));
    }

    @Test
    void a_forgotten_bond_is_gone_with_its_keys_and_its_serial_is_not_used_again() {
        var bench = Bench.fresh();
        var bond = bench.pair(1, 1, JUST_WORKS);
        bench.pair(1, 2, JUST_WORKS);
        bench.done(bench.bonds.forget(bond.id()));
        assertThat(bench.kinds()).endsWith(BondEvent.Kind.FORGOTTEN);
        assertThat(bench.bonds.list()).isEmpty();
        assertThat(bench.bonds.lookup(address(1)).result()).isEqualTo(Lookup.Result.ABSENT);
        assertThat(bench.bonds.keys(bond.id())).isEmpty();
        assertThat(bench.store.values.values())
                .noneMatch(value -> contains(value, ltk(1, 1).octets()))
                .noneMatch(value -> contains(value, ltk(1, 2).octets()))
                .noneMatch(value -> contains(value, irk(1).octets()));
        assertThat(bench.store.tombstones).anyMatch(stone -> stone.serial() == bond.id().serial());
        var again = bench.restarted();
        assertThat(again.bonds.list()).isEmpty();
        assertThat(again.pair(1).id().serial()).isGreaterThan(bond.id().serial());
    }

    @Test
    void what_is_not_a_bond_cannot_be_changed() {
        var bench = Bench.fresh();
        var nobody = new BondId(bench.store.id().store(), 99);
        assertThat(bench.failed(bench.bonds.forget(nobody)))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("there is no bond 99@3f2a9c01");
        assertThat(bench.failed(bench.bonds.pin(nobody, true))).isInstanceOf(NoSuchElementException.class);
        assertThat(bench.failed(bench.bonds.saveCounters(nobody, 1, 1))).isInstanceOf(NoSuchElementException.class);
        bench.bonds.confirmLtk(nobody);
    }

    @Test
    void names_pins_and_subscriptions_are_durable() {
        var bench = Bench.fresh();
        var id = bench.pair(1).id();
        var hash = irk(5).octets();
        bench.done(bench.bonds.rename(id, "Wärmepumpe"));
        bench.done(bench.bonds.pin(id, true));
        bench.done(bench.bonds.saveSubscriptions(id, new Subscriptions(hash, Map.of(0x12, 1, 0xfffe, 2, 7, 0))));
        assertThat(bench.kinds()).endsWith(BondEvent.Kind.UPDATED, BondEvent.Kind.UPDATED);
        var again = bench.restarted().bonds;
        assertThat(again.get(id).orElseThrow().name()).isEqualTo("Wärmepumpe");
        assertThat(again.get(id).orElseThrow().pinned()).isTrue();
        assertThat(again.subscriptions(id).orElseThrow().values()).isEqualTo(Map.of(0x12, 1, 0xfffe, 2));
        assertThat(again.subscriptions(id).orElseThrow().databaseHash()).isEqualTo(hash);
        int before = bench.store.committed.size();
        bench.done(bench.bonds.rename(id, "Wärmepumpe"));
        bench.done(bench.bonds.saveSubscriptions(id, new Subscriptions(hash, Map.of(0xfffe, 2, 0x12, 1))));
        assertThat(bench.store.committed).as("nothing new, nothing written").hasSize(before);
    }

    @Test
    void what_a_peer_subscribed_to_on_the_link_that_it_paired_on_comes_with_the_bond_in_one_transaction() {
        var bench = Bench.fresh();
        var first = new Subscriptions(irk(5).octets(), Map.of(0x12, 1, 7, 0));
        int before = bench.store.committed.size();
        var id = bench.done(bench.bonds.commit(newBond(1, 1, JUST_WORKS).with(first))).bond().id();
        assertThat(bench.store.committed).hasSize(before + 1);
        assertThat(bench.restarted().bonds.subscriptions(id).orElseThrow().values()).isEqualTo(Map.of(0x12, 1));

        var second = new Subscriptions(irk(6).octets(), Map.of(0x15, 2));
        var failing = bench.done(bench.bonds.commit(newBond(1, 2, JUST_WORKS).with(second)));
        assertThat(bench.restarted().bonds.subscriptions(id)).contains(second);
        bench.done(bench.bonds.withdraw(failing));
        assertThat(bench.restarted().bonds.subscriptions(id).orElseThrow().values()).isEqualTo(Map.of(0x12, 1));

        var impossible = new Subscriptions(new byte[3], Map.of(0x15, 2));
        bench.done(bench.bonds.commit(newBond(1, 3, JUST_WORKS).with(impossible)));
        assertThat(bench.bonds.subscriptions(id)).as("the bond counts more").isEmpty();
    }

    /** A pairing that replaces a bond may fail after its commit (THREATS A19). */
    @Test
    void a_bond_that_was_replaced_comes_back_as_it_was() {
        var bench = Bench.fresh();
        var id = bench.pair(1, 1, JUST_WORKS).id();
        bench.pair(1, 2, JUST_WORKS);
        var subscriptions = new Subscriptions(irk(5).octets(), Map.of(0x12, 1));
        bench.done(bench.bonds.saveSubscriptions(id, subscriptions));
        var failing = bench.done(bench.bonds.commit(newBond(1, 3, JUST_WORKS)));
        bench.done(bench.bonds.rename(id, "since then"));
        assertThat(bench.bonds.subscriptions(id)).isEmpty();

        bench.done(bench.bonds.withdraw(failing));

        for (var bonds : List.of(bench.bonds, bench.restarted().bonds)) {
            assertThat(bonds.keys(id).orElseThrow().ltk()).isEqualTo(ltk(1, 2));
            assertThat(bonds.previousLtk(id).orElseThrow().ltk()).as("that before the last that succeeded").isEqualTo(ltk(1, 1));
            assertThat(bonds.subscriptions(id)).contains(subscriptions);
            assertThat(bonds.get(id).orElseThrow().name()).isEqualTo("since then");
        }
        assertThat(bench.kinds()).endsWith(BondEvent.Kind.REPLACED);

        bench.done(bench.bonds.forget(id));
        bench.done(bench.bonds.withdraw(failing));
        assertThat(bench.bonds.list()).as("forgotten meanwhile").isEmpty();
    }

    /** Vol 6, Part B, 4.7: the mode belongs to the peer, whatever keys it has. */
    @Test
    void a_privacy_mode_is_durable_and_stays_with_the_bond() {
        var bench = Bench.fresh();
        var id = bench.pair(1).id();
        var other = bench.pair(2).id();
        assertThat(bench.bonds.get(id).orElseThrow().privacyMode()).as("as configured").isEmpty();
        bench.done(bench.bonds.privacyMode(id, Optional.of(PrivacyMode.NETWORK)));
        bench.done(bench.bonds.privacyMode(other, Optional.of(PrivacyMode.DEVICE)));
        assertThat(bench.kinds()).endsWith(BondEvent.Kind.UPDATED, BondEvent.Kind.UPDATED);
        int before = bench.store.committed.size();
        bench.done(bench.bonds.privacyMode(id, Optional.of(PrivacyMode.NETWORK)));
        assertThat(bench.store.committed).as("nothing new, nothing written").hasSize(before);

        bench.pair(1);
        bench.done(bench.bonds.pin(id, true));
        var again = bench.restarted().bonds;
        assertThat(again.get(id).orElseThrow().privacyMode()).as("also after another pairing").contains(PrivacyMode.NETWORK);
        assertThat(again.get(other).orElseThrow().privacyMode()).contains(PrivacyMode.DEVICE);

        bench.done(bench.bonds.privacyMode(id, Optional.empty()));
        assertThat(bench.restarted().bonds.get(id).orElseThrow().privacyMode()).isEmpty();
        assertThat(bench.failed(bench.bonds.privacyMode(new BondId(id.store(), 99), Optional.of(PrivacyMode.DEVICE)))).isNotNull();
    }

    @Test
    void a_peer_without_identity_address_is_not_bonded() {
        var bench = Bench.fresh();
        var onAir = RandomAddress.resolvable(irk(1), 1);
        var keys = BondKeys.secureConnections(ltk(1, 1), null);
        assertThat(bench.failed(bench.bonds.commit(new NewBond(onAir, JUST_WORKS, keys))))
                .hasMessageContaining("no identity address");
        assertThat(bench.bonds.list()).isEmpty();
    }

    @Test
    void writes_that_overlap_do_not_undo_each_other() {
        var bench = Bench.fresh();
        var id = bench.pair(1).id();
        bench.store.hold = true;
        bench.bonds.rename(id, "A");
        bench.bonds.pin(id, true);
        bench.bonds.saveSubscriptions(id, new Subscriptions(irk(5).octets(), Map.of(1, 1)));
        bench.run();
        while (!bench.store.held.isEmpty()) {
            bench.store.held.remove().run();
            bench.run();
        }
        var bond = bench.restarted().bonds.get(id).orElseThrow();
        assertThat(bond.name()).isEqualTo("A");
        assertThat(bond.pinned()).isTrue();
        assertThat(bench.restarted().bonds.subscriptions(id)).isPresent();
    }

    @Test
    void what_does_not_fit_into_a_record_is_refused() {
        var bench = Bench.fresh();
        var id = bench.pair(1).id();
        assertThat(bench.failed(bench.bonds.rename(id, "x".repeat(249)))).hasMessageContaining("248");
        assertThat(bench.failed(bench.bonds.saveSubscriptions(id, new Subscriptions(new byte[3], Map.of()))))
                .hasMessageContaining("16 octets");
        var many = new java.util.HashMap<Integer, Integer>();
        for (int i = 1; i <= 256; i++) {
            many.put(i, 1);
        }
        bench.done(bench.bonds.rename(id, "x".repeat(248)));
        bench.pair(1, 2, JUST_WORKS);
        bench.done(bench.bonds.saveSubscriptions(id, new Subscriptions(irk(1).octets(), many)));
        assertThat(bench.restarted().bonds.subscriptions(id).orElseThrow().values()).hasSize(256);
        many.put(257, 1);
        assertThat(bench.failed(bench.bonds.saveSubscriptions(id, new Subscriptions(irk(1).octets(), many))))
                .hasMessageContaining("256");
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 100})
    void counters_only_grow(int entrySize) {
        var bench = Bench.fresh(BondOptions.DEFAULT.withEntrySize(entrySize));
        var keys = new BondKeys(ltk(1, 1), 0, 0, irk(1), irk(8), 5, irk(9), 7);
        var id = bench.done(bench.bonds.commit(new NewBond(address(1), JUST_WORKS, keys))).bond().id();
        bench.done(bench.bonds.saveCounters(id, 4, 300));
        bench.done(bench.bonds.saveCounters(id, 6, 299));
        for (var bonds : List.of(bench.bonds, bench.restarted().bonds)) {
            assertThat(bonds.keys(id)).contains(new BondKeys(ltk(1, 1), 0, 0, irk(1), irk(8), 6, irk(9), 300));
        }
    }

    @Test
    void a_peer_is_found_by_identity_and_by_private_address() {
        var bench = Bench.fresh();
        var bond = bench.pair(1);
        bench.pair(2);
        assertThat(bench.bonds.lookup(address(1))).isEqualTo(Lookup.found(List.of(bond)));
        assertThat(bench.bonds.lookup(RandomAddress.resolvable(irk(1), 4711)))
                .isEqualTo(Lookup.found(List.of(bond)));
        assertThat(bench.bonds.lookup(RandomAddress.resolvable(irk(3), 4711)).result()).isEqualTo(Lookup.Result.ABSENT);
        assertThat(bench.bonds.lookup(address(3)).result()).isEqualTo(Lookup.Result.ABSENT);
    }

    @Test
    void an_all_zero_key_is_not_there() {
        var bench = Bench.fresh();
        var keys = BondKeys.secureConnections(org.everbond.crypto.Key.ZERO, org.everbond.crypto.Key.ZERO);
        var bond = bench.done(bench.bonds.commit(new NewBond(address(1), JUST_WORKS, keys))).bond();
        assertThat(bond.resolvable()).isFalse();
        assertThat(bench.bonds.keys(bond.id()).orElseThrow().ltk()).isNull();
        assertThat(bench.bonds.keys(bond.id()).orElseThrow().irk()).isNull();
        assertThat(bond.security().authenticated()).isFalse();
    }

    @Test
    void nobody_is_called_absent_before_the_store_is_ready() {
        var store = new TestStore();
        var bench = Bench.on(store);
        assertThat(bench.bonds.ready()).isFalse();
        assertThat(bench.bonds.lookup(address(1)).result()).isEqualTo(Lookup.Result.NOT_READY);
        assertThat(bench.bonds.identityAddress()).isEmpty();
        assertThat(bench.failed(bench.bonds.commit(newBond(1, 1, JUST_WORKS))))
                .isInstanceOf(TlvException.class)
                .hasMessageContaining("was not loaded yet");
        store.load();
        assertThat(bench.bonds.lookup(address(1)).result()).isEqualTo(Lookup.Result.ABSENT);
        bench.run();
        assertThat(bench.bonds.ready()).isTrue();
    }

    @Test
    void bonds_serve_from_memory_while_the_store_has_no_backend() {
        var bench = Bench.fresh();
        var bond = bench.pair(1);
        for (var state : List.of(TlvState.NO_BACKEND, TlvState.LOADING, TlvState.DEGRADED, TlvState.CONFLICT)) {
            bench.store.become(state);
            bench.run();
            assertThat(bench.bonds.ready()).isFalse();
            assertThat(bench.bonds.lookup(address(1))).isEqualTo(Lookup.found(List.of(bond)));
            assertThat(bench.bonds.lookup(address(2)).result()).isEqualTo(Lookup.Result.NOT_READY);
            assertThat(bench.bonds.keys(bond.id())).isPresent();
            assertThat(bench.bonds.local()).isPresent();
        }
    }

    @Test
    void the_view_follows_the_generation_at_once() {
        var elsewhere = Bench.fresh();
        var other = elsewhere.pair(2);
        var bench = Bench.fresh();
        bench.pair(1);
        bench.store.values.clear();
        bench.store.values.putAll(elsewhere.store.values);
        bench.store.load();
        // The loop has not run yet: the question itself finds out.
        assertThat(bench.bonds.list()).containsExactly(other);
        assertThat(bench.bonds.lookup(address(1)).result()).isEqualTo(Lookup.Result.ABSENT);
        bench.run();
        assertThat(bench.kinds()).endsWith(BondEvent.Kind.LOADED);
    }

    /** The bug that this project was born from: a view made once, before the data was there. */
    @Test
    void a_bond_made_when_the_backend_comes_late_overwrites_no_older_one() {
        var before = Bench.fresh();
        for (int i = 1; i <= 20; i++) {
            before.pair(i);
        }
        var late = new TestStore();
        var bench = Bench.on(late);
        assertThat(bench.bonds.list()).isEmpty();
        late.values.putAll(before.store.values);
        late.load();
        bench.pair(99);
        var again = bench.restarted();
        assertThat(again.bonds.list()).hasSize(21);
        for (int i = 1; i <= 20; i++) {
            assertThat(again.bonds.byIdentity(address(i))).isPresent();
        }
    }

    @Test
    void a_commit_that_overtakes_a_reload_is_judged_by_the_new_content() {
        var bench = Bench.fresh();
        bench.store.hold = true;
        var stage = bench.bonds.commit(newBond(1, 1, JUST_WORKS));
        bench.run();
        bench.store.load();
        bench.run();
        assertThat(bench.bonds.list()).isEmpty();
        bench.store.releaseAll();
        var bond = bench.done(stage).bond();
        assertThat(bench.bonds.list()).containsExactly(bond);
        assertThat(bench.restarted().bonds.list()).containsExactly(bond);
    }

    @Test
    void no_key_shows_in_text() {
        var bench = Bench.fresh();
        var bond = newBond(1, 1, new BondSecurity(PairingMethod.PASSKEY_ENTRY, true, true, 16));
        bench.done(bench.bonds.commit(bond));
        var text = bond.toString() + bench.bonds.list() + bench.events + bench.bonds.local() + bench.bonds.keys(
                bench.bonds.list().get(0).id());
        var hex = java.util.HexFormat.of();
        assertThat(text).doesNotContainIgnoringCase(hex.formatHex(ltk(1, 1).octets()).substring(0, 8));
        assertThat(text).contains("hidden");
    }

    private static boolean contains(byte[] value, byte[] part) {
        var hex = java.util.HexFormat.of();
        return hex.formatHex(value).contains(hex.formatHex(part));
    }

    @Test
    void failed_pairings_are_counted_across_restarts() {
        var bench = Bench.fresh();
        assertThat(bench.bonds.failedAttempts()).isEmpty();
        var failed = List.of(
                new FailedAttempts(Optional.of(address(1)), 3),
                new FailedAttempts(Optional.of(DeviceAddress.parse("4C:11:22:33:44:55/random")), 255),
                new FailedAttempts(Optional.empty(), 1));
        bench.done(bench.bonds.saveFailedAttempts(failed));
        var again = bench.restarted();
        assertThat(again.bonds.failedAttempts()).isEqualTo(failed);
        assertThat(again.bonds.setAside()).isEmpty();

        again.done(again.bonds.saveFailedAttempts(failed));
        assertThat(again.store.committed).as("the same again").isEmpty();
        again.done(again.bonds.saveFailedAttempts(List.of()));
        assertThat(again.restarted().bonds.failedAttempts()).isEmpty();
    }

    @Test
    void a_damaged_record_of_failed_pairings_costs_nothing_else() {
        var bench = Bench.fresh();
        var bond = bench.pair(1);
        bench.done(bench.bonds.saveFailedAttempts(List.of(new FailedAttempts(Optional.of(address(1)), 3))));
        for (var damaged : List.of(new byte[] {1}, new byte[13], Sealed.seal(new byte[8]), Sealed.seal(new byte[7]))) {
            bench.store.values.put(Tags.ATTEMPTS, damaged);
            var again = bench.restarted();
            assertThat(again.bonds.failedAttempts()).isEmpty();
            assertThat(again.bonds.list()).containsExactly(bond);
        }
        assertThat(bench.failed(bench.bonds.saveFailedAttempts(
                        java.util.Collections.nCopies(201, new FailedAttempts(Optional.empty(), 1)))))
                .hasMessageContaining("at most 200");
    }

    @Test
    void what_failed_in_either_of_two_copies_counts() throws Exception {
        var ours = AttemptsRecord.encode(List.of(
                new FailedAttempts(Optional.of(address(1)), 3), new FailedAttempts(Optional.of(address(2)), 9)));
        var theirs = AttemptsRecord.encode(List.of(
                new FailedAttempts(Optional.of(address(1)), 5), new FailedAttempts(Optional.empty(), 2)));
        assertThat(AttemptsRecord.decode(AttemptsRecord.merge(ours, theirs))).containsExactly(
                new FailedAttempts(Optional.of(address(1)), 5),
                new FailedAttempts(Optional.of(address(2)), 9),
                new FailedAttempts(Optional.empty(), 2));
    }
}
