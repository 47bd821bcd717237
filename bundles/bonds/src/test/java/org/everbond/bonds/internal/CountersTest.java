package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.bonds.internal.Bench.JUST_WORKS;
import static org.everbond.bonds.internal.Bench.NUMERIC;
import static org.everbond.bonds.internal.Bench.address;
import static org.everbond.bonds.internal.Bench.irk;
import static org.everbond.bonds.internal.Bench.key;
import static org.everbond.bonds.internal.Bench.ltk;

import org.everbond.bonds.Bond;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.NewBond;
import org.everbond.crypto.Key;
import org.everbond.tlv.Transaction;
import org.junit.jupiter.api.Test;

/** SignCounters in the store: cheap to write, and never lower after whatever happened. */
class CountersTest {
    private static final Key REMOTE = key(0x40, 1, 1);
    private static final Key LOCAL = key(0xc0, 1, 1);

    private static Bond signing(Bench bench, int pairing, Key remote, Key local) {
        var keys = new BondKeys(ltk(1, pairing), 0, 0, irk(1), remote, 0, local, 0);
        return bench.done(bench.bonds.commit(new NewBond(address(1), NUMERIC, keys))).bond();
    }

    private static int[] tags(Transaction transaction) {
        return transaction.changes().stream().mapToInt(Transaction.Change::tag).toArray();
    }

    @Test
    void a_write_of_the_peer_costs_one_entry_and_each_64th_a_companion_as_well() {
        var bench = Bench.fresh();
        var bond = signing(bench, 1, REMOTE, LOCAL);
        int companions = 0;
        for (int next = 1; next <= 640; next++) {
            bench.done(bench.bonds.saveCounters(bond.id(), next, 0));
            var tags = tags(bench.store.last);
            assertThat(tags[tags.length - 1]).isEqualTo(Tags.slot(15));
            assertThat(bench.store.get(Tags.slot(15))).hasSize(100);
            companions += tags.length - 1;
            assertThat(bench.restarted().bonds.keys(bond.id()).orElseThrow().remoteCounter()).isEqualTo(next);
        }
        assertThat(companions).isEqualTo(10);
    }

    @Test
    void a_bond_that_btstack_threw_out_comes_back_with_a_counter_that_no_old_message_reaches() {
        var bench = Bench.fresh(BondOptions.DEFAULT);
        var bond = signing(bench, 1, REMOTE, LOCAL);
        for (int next = 1; next <= 40; next++) {
            bench.done(bench.bonds.saveCounters(bond.id(), next, 0));
        }
        var other = new DeviceEntry(
                9, address(2), irk(2), ltk(2, 1), 0, 0, 16, false, false, true, Key.ZERO, 0, Key.ZERO, 0);
        bench.store.values.put(Tags.slot(15), other.encode(100));
        for (int restart = 0; restart < 2; restart++) {
            bench = bench.restarted();
            var keys = bench.bonds.keys(bond.id()).orElseThrow();
            assertThat(keys.remoteCsrk()).isEqualTo(REMOTE);
            assertThat(keys.remoteCounter()).isBetween(40L, 40L + 64);
        }
    }

    @Test
    void pairing_again_counts_anew_unless_the_peer_gives_the_same_key() {
        var bench = Bench.fresh();
        var bond = signing(bench, 1, REMOTE, LOCAL);
        bench.done(bench.bonds.saveCounters(bond.id(), 30, 256));
        signing(bench, 2, REMOTE, key(0xc0, 1, 2));
        assertThat(bench.bonds.keys(bond.id()).orElseThrow().remoteCounter()).as("old messages stay old").isEqualTo(30);
        assertThat(bench.bonds.keys(bond.id()).orElseThrow().localCounter()).isZero();
        signing(bench, 3, key(0x40, 1, 2), key(0xc0, 1, 2));
        assertThat(bench.restarted().bonds.keys(bond.id()).orElseThrow().remoteCounter()).isZero();
    }

    @Test
    void the_last_number_stays_the_last() {
        var bench = Bench.fresh();
        var bond = signing(bench, 1, REMOTE, LOCAL);
        bench.done(bench.bonds.saveCounters(bond.id(), 1L << 32, 1L << 33));
        var keys = bench.restarted().bonds.keys(bond.id()).orElseThrow();
        assertThat(keys.remoteCounter()).isEqualTo(0xffff_ffffL);
        assertThat(keys.localCounter()).isEqualTo(0xffff_ffffL);
    }

    @Test
    void other_changes_of_the_bond_carry_the_counters_along() {
        var bench = Bench.fresh();
        var bond = signing(bench, 1, REMOTE, LOCAL);
        bench.done(bench.bonds.saveCounters(bond.id(), 3, 0));
        bench.done(bench.bonds.saveCounters(bond.id(), 4, 0));
        bench.done(bench.bonds.rename(bond.id(), "Sensor"));
        bench.done(bench.bonds.saveCounters(bond.id(), 5, 0));
        bench.pair(2, 1, JUST_WORKS);
        assertThat(bench.restarted().bonds.keys(bond.id()).orElseThrow().remoteCounter()).isEqualTo(5);
    }
}
