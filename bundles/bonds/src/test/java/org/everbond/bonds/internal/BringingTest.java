package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.bonds.internal.Bench.JUST_WORKS;
import static org.everbond.bonds.internal.Bench.address;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.keys.BondImport;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.spi.Merge;
import org.junit.jupiter.api.Test;

/** Bonds of another store come into one that serves. */
class BringingTest {
    private static BondImport.Options wish(BondImport.Identity identity) {
        return new BondImport.Options(false, false, identity, Optional.empty(), Optional.empty(), 0);
    }

    private static Merge.Content content(Bench bench) {
        return new Merge.Content(new StoreId(new UUID(7, 7), new UUID(8, 8)), 5, bench.store.values, List.of(), List.of());
    }

    /** Bonds of the same gateway, in a store that went on apart. */
    private static Bench other(Bench bench, int from, int to) {
        var store = TestStore.ready();
        store.values.putAll(bench.store.values);
        var other = Bench.on(store);
        for (int i = from; i < to; i++) {
            other.pair(i);
        }
        return other;
    }

    @Test
    void aThousandBondsComeInOneTransactionAndServeAtOnce() {
        var bench = Bench.fresh();
        bench.pair(1);
        var other = other(bench, 100, 1100);
        bench.events.clear();
        int before = bench.store.committed.size();
        var done = bench.done(bench.bonds.bring(content(other), wish(BondImport.Identity.ASK), true));
        assertThat(done.added()).hasSize(1000);
        assertThat(done.left()).extracting(Bond::identity).containsExactly(address(1));
        assertThat(bench.store.committed).hasSize(before + 1);
        assertThat(bench.kinds()).as("as after a loading").containsExactly(BondEvent.Kind.LOADED);
        assertThat(bench.bonds.list()).hasSize(1001);
        var bond = bench.bonds.byIdentity(address(777)).orElseThrow();
        assertThat(bench.bonds.keys(bond.id()).orElseThrow().ltk()).isEqualTo(Bench.ltk(777, 1));
        bench.pair(2);
        assertThat(bench.restarted().bonds.list()).hasSize(1002);
    }

    @Test
    void aRehearsalWritesNothing() {
        var bench = Bench.fresh();
        bench.pair(1);
        int before = bench.store.committed.size();
        assertThat(bench.done(bench.bonds.bring(content(other(bench, 2, 5)), wish(BondImport.Identity.ASK), false)).added()).hasSize(3);
        assertThat(bench.store.committed).hasSize(before);
        assertThat(bench.bonds.list()).hasSize(1);
    }

    @Test
    void anotherIdentityIsNotMixedIn() {
        var bench = Bench.fresh();
        bench.pair(1);
        var stranger = Bench.fresh();
        stranger.pair(2);
        assertThat(bench.failed(bench.bonds.bring(content(stranger), wish(BondImport.Identity.ASK), true)))
                .hasMessageContaining("the imported bonds know the gateway as");
        assertThat(bench.bonds.list()).hasSize(1);
        bench.done(bench.bonds.bring(content(stranger), wish(BondImport.Identity.KEEP), true));
        assertThat(bench.bonds.list()).hasSize(2);
    }

    @Test
    void moreThanTheCapacityOrTheRoomOfTheStoreAreRefusedAsAWhole() {
        var bench = Bench.fresh(BondOptions.DEFAULT.withCapacity(4));
        bench.pair(1);
        var other = other(bench, 2, 6);
        assertThat(bench.failed(bench.bonds.bring(content(other), wish(BondImport.Identity.ASK), true)))
                .hasMessageContaining("there would be 5 bonds, but 4 are kept; raise bond.capacity");
        var full = Bench.fresh();
        full.pair(1);
        var others = other(full, 2, 6);
        full.store.room = full.store.values.values().stream().mapToLong(value -> value.length).sum() + 300;
        assertThat(full.failed(full.bonds.bring(content(others), wish(BondImport.Identity.ASK), true)))
                .isInstanceOf(TlvException.class).hasMessageContaining("is full");
        assertThat(full.bonds.list()).hasSize(1);
        full.pair(9, 1, JUST_WORKS);
    }
}
