package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.bonds.internal.Bench.address;
import static org.everbond.bonds.internal.Bench.ltk;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** An entry that is damaged or could not be read costs no bond: its companion has everything, and only a decision removes a bond. */
class DamagedEntryTest {
    private final Random random = new Random(3);

    @Test
    void keys_of_which_some_octets_are_damaged_are_restored_where_btstack_finds_them_too() {
        for (int octets = 1; octets <= 8; octets++) {
            var bench = Bench.fresh();
            var bond = bench.pair(1);
            bench.done(bench.bonds.rename(bond.id(), "Sensor"));
            var entry = bench.store.get(Tags.slot(15));
            bench.store.values.put(Tags.slot(15), damaged(entry, octets));
            for (int restart = 0; restart < 2; restart++) {
                bench = bench.restarted();
                assertThat(bench.bonds.keys(bond.id()).orElseThrow().ltk()).isEqualTo(ltk(1, 1));
                assertThat(bench.bonds.get(bond.id()).orElseThrow().name()).isEqualTo("Sensor");
                assertThat(bench.bonds.get(bond.id()).orElseThrow().security()).isEqualTo(bond.security());
                assertThat(bench.store.get(Tags.slot(15))).isEqualTo(entry);
            }
            assertThat(bench.store.committed).isEmpty();
        }
    }

    /** Some formats have no checksums: each bit of what a pairing decides, as it is in BTstack's entry. */
    @Test
    void no_flipped_bit_makes_another_bond_of_it() {
        for (int bit = 4 * 8; bit < 60 * 8; bit++) {
            var bench = Bench.fresh();
            var bond = bench.pair(1);
            var other = bench.pair(2);
            var entry = bench.store.get(Tags.slot(15));
            var flipped = entry.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            bench.store.values.put(Tags.slot(15), flipped);
            for (int restart = 0; restart < 2; restart++) {
                bench = bench.restarted();
                assertThat(bench.bonds.list()).as("bit " + bit).containsExactlyInAnyOrder(bond, other);
                assertThat(bench.bonds.keys(bond.id()).orElseThrow().ltk()).as("bit " + bit).isEqualTo(ltk(1, 1));
            }
        }
    }

    /** What BTstack writes when a peer has paired anew, with the shortest keys that differ in few octets for that. */
    @Test
    void a_new_pairing_is_no_damage() {
        var bench = Bench.fresh();
        var bond = bench.pair(1);
        var entry = bench.store.get(Tags.slot(15));
        var shortKey = entry.clone();
        Arrays.fill(shortKey, 37, 46, (byte) 0);
        shortKey[56] = 7;
        bench.store.values.put(Tags.slot(15), shortKey);
        bench = bench.restarted();
        assertThat(bench.bonds.list()).hasSize(1);
        var again = shortKey.clone();
        for (int at = 30; at < 37; at++) {
            again[at] ^= 0x5a;
        }
        bench.store.values.put(Tags.slot(15), again);
        bench = bench.restarted();
        assertThat(bench.bonds.keys(bond.id()).orElseThrow().ltk().octets()).isEqualTo(Arrays.copyOfRange(again, 30, 46));
    }

    @Test
    void a_bond_whose_entry_could_not_be_read_is_put_back_in_its_place() {
        var bench = Bench.fresh();
        var bond = bench.pair(1);
        var entry = bench.store.get(Tags.slot(15));
        bench = withoutEntry(bench);
        assertThat(bench.bonds.keys(bond.id()).orElseThrow().ltk()).isEqualTo(ltk(1, 1));
        assertThat(bench.store.get(Tags.slot(15))).isEqualTo(entry);
        assertThat(bench.restarted().bonds.get(bond.id())).contains(bond);
    }

    @Test
    void one_that_we_forgot_stays_forgotten() {
        var bench = Bench.fresh();
        var bond = bench.pair(1);
        var companion = bench.store.get(Tags.companion(0, 0));
        bench.done(bench.bonds.forget(bond.id()));
        bench.store.values.put(Tags.companion(0, 0), companion);
        bench = withoutEntry(bench);
        assertThat(bench.bonds.list()).isEmpty();
        assertThat(bench.store.get(Tags.companion(0, 0))).isNull();
    }

    /** The place where it was has damage. */
    private static Bench withoutEntry(Bench bench) {
        bench.store.values.remove(Tags.slot(15));
        bench.store.setAside.add("bonds.tlv: at offset 1234 108 octets of transaction 3 are damaged");
        bench.store.load();
        bench.run();
        return bench;
    }

    /** In its IRK and LTK. */
    private byte[] damaged(byte[] entry, int octets) {
        var damaged = entry.clone();
        for (int changed = 0; changed < octets;) {
            int at = 14 + random.nextInt(32);
            if (damaged[at] == entry[at]) {
                damaged[at] ^= (byte) (1 + random.nextInt(255));
                changed++;
            }
        }
        return damaged;
    }
}
