package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.bonds.internal.Bench.JUST_WORKS;
import static org.everbond.bonds.internal.Bench.NUMERIC;
import static org.everbond.bonds.internal.Bench.address;
import static org.everbond.bonds.internal.Bench.irk;
import static org.everbond.bonds.internal.Bench.ltk;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.NoSuchElementException;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.Lookup;
import org.everbond.bonds.keys.NewBond;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.crypto.Key;
import org.everbond.crypto.RandomAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that BTstack and we write in turn. */
class BtstackTest {
    private static final BondSecurity OTHER_STACK = new BondSecurity(PairingMethod.UNKNOWN, true, true, 16);

    @Test
    void slots_are_filled_from_the_highest_with_growing_sequence() {
        var bench = Bench.fresh();
        for (int i = 1; i <= 3; i++) {
            bench.pair(i);
        }
        for (int i = 1; i <= 3; i++) {
            var entry = bench.store.get(Tags.slot(16 - i));
            assertThat(entry).hasSize(100).startsWith(i, 0, 0, 0, i % 2, 0, 0, 0);
            assertThat(Arrays.copyOfRange(entry, 8, 14)).isEqualTo(address(i).octets());
            assertThat(Arrays.copyOfRange(entry, 14, 30)).isEqualTo(irk(i).octets());
            assertThat(Arrays.copyOfRange(entry, 30, 46)).isEqualTo(ltk(i, 1).octets());
            assertThat(Arrays.copyOfRange(entry, 46, 60)).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 1);
        }
        bench.done(bench.bonds.forget(bench.bonds.byIdentity(address(2)).orElseThrow().id()));
        bench.pair(4);
        assertThat(bench.store.get(Tags.slot(14))).startsWith(4);
    }

    @Test
    void the_slot_that_is_btstacks_database_hash_is_never_written() {
        var store = TestStore.ready();
        var hash = new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
        store.values.put(0x42544442, hash);
        var bench = Bench.on(store, BondOptions.DEFAULT.withSlots(256));
        for (int i = 0; i < 256; i++) {
            bench.pair(i);
        }
        assertThat(store.get(0x42544442)).isEqualTo(hash);
        assertThat(bench.bonds.setAside()).isEmpty();
        assertThat(bench.restarted(BondOptions.DEFAULT.withSlots(256)).bonds.list()).hasSize(256);
    }

    @Test
    void a_bond_that_btstack_put_there_is_read() {
        var store = TestStore.ready();
        store.values.put(0x42544442, entry(1, 1, ltk(1, 1)));
        assertThat(Bench.on(store).bonds.list()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 100})
    void new_entries_have_the_size_that_the_store_has(int size) {
        var store = TestStore.ready();
        store.values.put(Tags.slot(15), Arrays.copyOf(entry(1, 1, ltk(1, 1)), size));
        var bench = Bench.on(store);
        bench.pair(2);
        assertThat(store.get(Tags.slot(14))).hasSize(size);
        bench.pair(1, 2, JUST_WORKS);
        assertThat(store.get(Tags.slot(15))).hasSize(size);
    }

    @Test
    void a_bond_of_btstack_gets_an_id_that_stays() {
        var store = TestStore.ready();
        var entry = entry(5, 1, ltk(1, 1));
        store.values.put(Tags.slot(15), entry);
        var bench = Bench.on(store);
        var bond = bench.bonds.list().get(0);
        assertThat(bond.identity()).isEqualTo(address(1));
        assertThat(bond.security()).isEqualTo(OTHER_STACK);
        assertThat(store.get(Tags.slot(15))).isEqualTo(entry);
        bench.pair(2);
        assertThat(store.get(Tags.slot(14))).startsWith(6);
        assertThat(bench.restarted().bonds.list()).contains(bond).hasSize(2);
    }

    @Test
    void a_bond_that_btstack_deleted_is_gone_with_its_keys() {
        var bench = Bench.fresh();
        var bond = bench.pair(1);
        bench.pair(2);
        bench.store.values.remove(Tags.slot(15));
        bench.store.load();
        bench.run();
        assertThat(bench.bonds.list()).extracting(Bond::identity).containsExactly(address(2));
        assertThat(bench.bonds.lookup(address(1)).result()).isEqualTo(Lookup.Result.ABSENT);
        assertThat(bench.store.values.values()).noneMatch(value -> holds(value, ltk(1, 1)));
        assertThat(bench.store.tombstones).anyMatch(stone -> stone.serial() == bond.id().serial());
    }

    @Test
    void a_bond_that_btstack_evicted_is_restored() {
        var bench = Bench.fresh();
        var evicted = bench.pair(1);
        bench.done(bench.bonds.rename(evicted.id(), "Old friend"));
        bench.pair(2);
        bench.store.values.put(Tags.slot(15), entry(3, 7, ltk(7, 1)));
        bench = bench.restarted();
        for (int restart = 0; restart < 2; restart++) {
            assertThat(bench.bonds.list()).extracting(Bond::identity).contains(address(1), address(2), address(7));
            assertThat(bench.bonds.get(evicted.id()).orElseThrow().name()).isEqualTo("Old friend");
            assertThat(bench.bonds.keys(evicted.id()).orElseThrow().ltk()).isEqualTo(ltk(1, 1));
            bench = bench.restarted();
        }
        assertThat(bench.store.committed).isEmpty();
        bench.done(bench.bonds.forget(evicted.id()));
        assertThat(bench.restarted().bonds.list()).hasSize(2);
    }

    @Test
    void a_bond_that_we_forgot_is_not_restored_when_its_slot_is_used_again() {
        var bench = Bench.fresh();
        var bond = bench.pair(1);
        var companion = bench.store.get(Tags.companion(0, 0));
        bench.done(bench.bonds.forget(bond.id()));
        // An old copy of our record comes back, and BTstack fills the slot.
        bench.store.values.put(Tags.companion(0, 0), companion);
        bench.store.values.put(Tags.slot(15), entry(3, 7, ltk(7, 1)));
        bench = bench.restarted();
        assertThat(bench.bonds.list()).extracting(Bond::identity).containsExactly(address(7));
        assertThat(bench.store.values.values()).noneMatch(value -> holds(value, ltk(1, 1)));
    }

    @Test
    void a_bond_that_btstack_paired_again_has_its_keys_and_our_name() {
        var bench = Bench.fresh();
        var bond = bench.pair(1, 1, NUMERIC);
        bench.pair(1, 2, NUMERIC);
        bench.done(bench.bonds.rename(bond.id(), "Sensor"));
        bench.done(bench.bonds.pin(bond.id(), true));
        bench.done(bench.bonds.saveSubscriptions(bond.id(), new Subscriptions(new byte[16], Map.of(1, 1))));
        bench.store.values.put(Tags.slot(15), entry(1, 1, ltk(1, 3)));
        bench = bench.restarted();
        for (int restart = 0; restart < 2; restart++) {
            var now = bench.bonds.get(bond.id()).orElseThrow();
            assertThat(now.name()).isEqualTo("Sensor");
            assertThat(now.pinned()).isTrue();
            assertThat(now.security()).isEqualTo(OTHER_STACK);
            assertThat(bench.bonds.keys(bond.id()).orElseThrow().ltk()).isEqualTo(ltk(1, 3));
            assertThat(bench.bonds.previousLtk(bond.id())).isEmpty();
            assertThat(bench.bonds.subscriptions(bond.id())).isEmpty();
            bench = bench.restarted();
        }
        assertThat(bench.store.values.values()).noneMatch(value -> holds(value, ltk(1, 1))).noneMatch(
                value -> holds(value, ltk(1, 2)));
    }

    @Test
    void counters_that_btstack_moved_on_are_taken() {
        var bench = Bench.fresh();
        var bond = bench.pair(1);
        bench.done(bench.bonds.saveCounters(bond.id(), 10, 20));
        var entry = bench.store.get(Tags.slot(15));
        entry[76] = 12;
        bench.store.values.put(Tags.slot(15), entry);
        bench = bench.restarted();
        assertThat(bench.bonds.keys(bond.id()).orElseThrow().remoteCounter()).isEqualTo(12);
        assertThat(bench.bonds.keys(bond.id()).orElseThrow().localCounter()).isEqualTo(20);
        assertThat(bench.bonds.get(bond.id())).contains(bond);
    }

    @Test
    void the_users_word_is_in_btstacks_entry_until_the_next_pairing() {
        var bench = Bench.fresh();
        var bond = bench.pair(1, 1, NUMERIC);
        bench.done(bench.bonds.rename(bond.id(), "Sensor"));
        var before = bench.store.restarted();
        bench.events.clear();
        bench.done(bench.bonds.authorize(bond.id(), true));
        bench.done(bench.bonds.authorize(bond.id(), true));
        assertThat(bench.kinds()).containsExactly(BondEvent.Kind.UPDATED);
        assertThat(Arrays.copyOfRange(bench.store.get(Tags.slot(15)), 56, 60)).containsExactly(16, 1, 1, 1);
        for (int length = 0; length <= bench.store.last.changes().size(); length++) {
            var torn = Bench.on(before.withPrefix(bench.store.last, length));
            assertThat(torn.bonds.authorized(bond.id())).isEqualTo(length == bench.store.last.changes().size());
            assertThat(torn.bonds.get(bond.id()).orElseThrow().name()).isEqualTo("Sensor");
        }
        var after = bench.restarted();
        assertThat(after.bonds.authorized(bond.id())).isTrue();
        assertThat(after.bonds.get(bond.id()).orElseThrow().security()).isEqualTo(NUMERIC);
        assertThat(after.store.committed).as("nothing is left to repair").isEmpty();
        after.pair(1, 2, NUMERIC);
        assertThat(after.bonds.authorized(bond.id())).isFalse();
        assertThat(after.failed(after.bonds.authorize(new BondId(bond.id().store(), 99), true)))
                .isInstanceOf(NoSuchElementException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 100})
    void signing_keys_survive_entries_that_have_no_room_for_them(int size) {
        var bench = Bench.fresh(BondOptions.DEFAULT.withEntrySize(size));
        var keys = new BondKeys(ltk(1, 1), 0, 0, irk(1), Bench.key(0x40, 1, 1), 5, Bench.key(0xc0, 1, 1), 6);
        var bond = bench.done(bench.bonds.commit(new NewBond(address(1), NUMERIC, keys))).bond();
        bench.done(bench.bonds.saveCounters(bond.id(), 7, 8));
        // A build of BTstack without signed writes changes the entry: it writes 60 octets.
        bench.store.values.put(Tags.slot(15), Arrays.copyOf(bench.store.get(Tags.slot(15)), 60));
        for (int restart = 0; restart < 2; restart++) {
            bench = bench.restarted();
            var kept = bench.bonds.keys(bond.id()).orElseThrow();
            assertThat(kept.remoteCsrk()).isEqualTo(keys.remoteCsrk());
            assertThat(kept.localCsrk()).isEqualTo(keys.localCsrk());
            // Where the counter was in the entry, it may have been anywhere below the bound: nothing may count twice.
            assertThat(kept.remoteCounter()).isEqualTo(size == 60 ? 7 : 7 + 64);
            assertThat(kept.localCounter()).isEqualTo(8);
        }
    }

    @Test
    void a_bond_paired_again_is_the_last_that_btstack_would_evict() {
        var bench = Bench.fresh();
        bench.pair(1);
        bench.pair(2);
        bench.pair(1, 2, JUST_WORKS);
        assertThat(bench.store.get(Tags.slot(15))).startsWith(3).hasSize(100);
        assertThat(bench.store.get(Tags.slot(14))).startsWith(2);
    }

    @Test
    void a_bond_beyond_the_slots_that_btstack_paired_again_is_in_a_slot_now() {
        var options = BondOptions.DEFAULT.withSlots(1);
        var bench = Bench.fresh(options);
        var older = bench.pair(1);
        bench.pair(2);
        assertThat(bench.store.get(Tags.slot(15))).isNull();
        bench.store.values.put(Tags.slot(1), entry(9, 1, ltk(1, 2)));
        bench = bench.restarted(options);
        assertThat(bench.bonds.list()).hasSize(2);
        assertThat(bench.bonds.keys(older.id()).orElseThrow().ltk()).isEqualTo(ltk(1, 2));
        assertThat(bench.store.values.keySet()).noneMatch(Tags::isBeyond);
        // Evicted now, it is known where it was.
        bench.store.values.put(Tags.slot(1), entry(10, 8, ltk(8, 1)));
        bench = bench.restarted(options);
        assertThat(bench.bonds.get(older.id())).isPresent();
    }

    @Test
    void the_latest_used_are_in_the_slots_and_the_others_not_lost() {
        var options = BondOptions.DEFAULT.withSlots(4);
        var bench = Bench.fresh(options);
        bench.done(bench.bonds.pin(bench.pair(1).id(), true));
        for (int i = 2; i <= 12; i++) {
            bench.pair(i);
        }
        var inSlots = bench.store.values.keySet().stream().filter(Tags::isSlot).toList();
        assertThat(inSlots).hasSize(4);
        bench = bench.restarted(options);
        assertThat(bench.bonds.list()).hasSize(12);
        for (int slot = 0; slot < 4; slot++) {
            var octets = Arrays.copyOfRange(bench.store.get(Tags.slot(slot)), 8, 14);
            assertThat(octets).isIn(address(1).octets(), address(10).octets(), address(11).octets(), address(12).octets());
        }
    }

    @Test
    void subscriptions_and_caches_of_a_slot_do_not_become_the_next_peers() {
        var bench = Bench.fresh();
        var bond = bench.pair(1);
        var ours = HexFormat.of().parseHex("010000001200010f");
        var others = HexFormat.of().parseHex("020000001200010e");
        bench.store.values.put(0x42544300, ours);
        bench.store.values.put(0x42544301, others);
        bench.store.values.put(0x4744420f, new byte[18]);
        bench.store.values.put(0x47430f01, new byte[14]);
        bench.store.values.put(0x47430e01, new byte[14]);
        bench.store.load();
        bench.done(bench.bonds.forget(bond.id()));
        assertThat(bench.store.values).doesNotContainKeys(0x42544300, 0x4744420f, 0x47430f01);
        assertThat(bench.store.values).containsKeys(0x42544301, 0x47430e01);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 59, 61, 99, 101, 16})
    void an_entry_of_another_length_is_set_aside_and_stays(int length) {
        var store = TestStore.ready();
        var value = Arrays.copyOf(entry(1, 1, ltk(1, 1)), length);
        store.values.put(Tags.slot(15), value);
        var bench = Bench.on(store);
        assertThat(bench.bonds.list()).isEmpty();
        assertThat(bench.bonds.setAside()).singleElement().asString().contains("slot 15").contains(length + " octets");
        assertThat(bench.bonds.lookup(address(1)).result()).isEqualTo(Lookup.Result.SET_ASIDE);
        bench.pair(2);
        bench.pair(1);
        assertThat(store.get(Tags.slot(15))).isEqualTo(value);
        assertThat(bench.bonds.lookup(address(1)).result()).isEqualTo(Lookup.Result.FOUND);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 17, 255})
    void a_key_with_an_impossible_size_is_set_aside(int keySize) {
        var store = TestStore.ready();
        var value = entry(1, 1, ltk(1, 1));
        value[56] = (byte) keySize;
        store.values.put(Tags.slot(15), value);
        store.values.put(Tags.slot(14), entry(2, 2, ltk(2, 1)));
        var bench = Bench.on(store);
        assertThat(bench.bonds.list()).extracting(Bond::identity).containsExactly(address(2));
        assertThat(bench.bonds.lookup(address(1)).result()).isEqualTo(Lookup.Result.SET_ASIDE);
        assertThat(bench.bonds.lookup(address(3)).result()).isEqualTo(Lookup.Result.ABSENT);
        assertThat(bench.bonds.lookup(RandomAddress.resolvable(irk(3), 1)).result())
                .as("nobody knows whose it is").isEqualTo(Lookup.Result.SET_ASIDE);
    }

    @Test
    void an_entry_without_ltk_is_a_bond_without_key() {
        var store = TestStore.ready();
        var value = entry(1, 1, Key.ZERO);
        value[56] = 0;
        store.values.put(Tags.slot(15), value);
        var bench = Bench.on(store);
        var bond = bench.bonds.list().get(0);
        assertThat(bench.bonds.keys(bond.id()).orElseThrow().ltk()).isNull();
        assertThat(bond.security().authenticated()).isFalse();
        assertThat(bond.security().keySize()).isEqualTo(7);
        assertThat(bench.restarted().bonds.list()).containsExactly(bond);
    }

    @Test
    void a_damaged_entry_is_restored_from_our_record() {
        var bench = Bench.fresh();
        var bond = bench.pair(1);
        var damaged = Arrays.copyOf(bench.store.get(Tags.slot(15)), 77);
        bench.store.values.put(Tags.slot(15), damaged);
        bench = bench.restarted();
        assertThat(bench.bonds.list()).containsExactly(bond);
        assertThat(bench.bonds.setAside()).hasSize(1);
        assertThat(bench.store.get(Tags.slot(15))).isEqualTo(damaged);
        assertThat(bench.restarted().bonds.list()).containsExactly(bond);
    }

    @Test
    void damaged_records_of_ours_cost_no_bond() {
        var bench = Bench.fresh();
        var bond = bench.pair(1);
        bench.pair(1, 2, JUST_WORKS);
        bench.done(bench.bonds.rename(bond.id(), "Sensor"));
        int newest = Tags.companion(0, 0);
        var damaged = bench.store.get(newest);
        damaged[20] ^= 4;
        bench.store.values.put(newest, damaged);
        bench = bench.restarted();
        assertThat(bench.bonds.get(bond.id())).as("the older record tells the rest").isPresent();
        assertThat(bench.bonds.keys(bond.id()).orElseThrow().ltk()).isEqualTo(ltk(1, 2));
        bench.store.values.put(Tags.companion(0, 1), new byte[] {1});
        bench = bench.restarted();
        assertThat(bench.bonds.list()).extracting(Bond::identity).containsExactly(address(1));
        assertThat(bench.bonds.keys(bench.bonds.list().get(0).id()).orElseThrow().ltk()).isEqualTo(ltk(1, 2));
        assertThat(bench.store.get(newest)).as("kept").isEqualTo(damaged);
    }

    @Test
    void two_slots_for_one_peer_are_one_bond_with_the_later_keys() {
        var store = TestStore.ready();
        store.values.put(Tags.slot(15), entry(1, 1, ltk(1, 1)));
        store.values.put(Tags.slot(3), entry(2, 1, ltk(1, 2)));
        var bench = Bench.on(store);
        assertThat(bench.bonds.list()).hasSize(1);
        assertThat(bench.bonds.keys(bench.bonds.list().get(0).id()).orElseThrow().ltk()).isEqualTo(ltk(1, 2));
        assertThat(bench.bonds.setAside()).singleElement().asString().contains("slot 15");
        assertThat(store.get(Tags.slot(15))).isNotNull();
    }

    @Test
    void the_sequence_does_not_wrap_to_the_candidate_for_eviction() {
        var store = TestStore.ready();
        var value = entry(1, 1, ltk(1, 1));
        Arrays.fill(value, 0, 4, (byte) 0xff);
        store.values.put(Tags.slot(15), value);
        var bench = Bench.on(store);
        bench.pair(2);
        assertThat(store.get(Tags.slot(14))).startsWith(0xff, 0xff, 0xff, 0xff);
    }

    @Test
    void unknown_tags_are_left_alone() {
        var store = TestStore.ready();
        store.values.put(0x484f4744, new byte[] {1, 2, 3});
        store.values.put(0, new byte[] {4});
        store.values.put(0xffffffff, new byte[2048]);
        var bench = Bench.on(store);
        bench.done(bench.bonds.forget(bench.pair(1).id()));
        assertThat(store.get(0x484f4744)).containsExactly(1, 2, 3);
        assertThat(store.get(0)).containsExactly(4);
        assertThat(store.get(0xffffffff)).hasSize(2048);
    }

    /** An entry as BTstack writes it after an authenticated pairing with LE Secure Connections. */
    private static byte[] entry(int sequence, int peer, Key ltk) {
        var security = new BondSecurity(PairingMethod.NUMERIC_COMPARISON, true, true, 16);
        var keys = org.everbond.bonds.keys.BondKeys.secureConnections(ltk, irk(peer));
        return DeviceEntry.of(new org.everbond.bonds.keys.NewBond(address(peer), security, keys), sequence)
                .encode(DeviceEntry.SIGNED);
    }

    private static boolean holds(byte[] value, Key key) {
        return HexFormat.of().formatHex(value).contains(HexFormat.of().formatHex(key.octets()));
    }
}
