package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.bonds.internal.Bench.JUST_WORKS;
import static org.everbond.bonds.internal.Bench.address;
import static org.everbond.bonds.internal.Bench.irk;
import static org.everbond.bonds.internal.Bench.ltk;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.everbond.bonds.Bond;
import org.everbond.bonds.keys.BondImport;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.Lookup;
import org.everbond.bonds.keys.NewBond;
import org.everbond.crypto.Key;
import org.everbond.crypto.RandomAddress;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.spi.Merge;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What attackers may put into a store, or into a pairing to be stored, by its row in the threat model. */
class HostileBondsTest {
    private static byte[] entry(int peer, Key key) {
        return DeviceEntry.of(new NewBond(address(peer), JUST_WORKS, BondKeys.secureConnections(key, irk(peer))), peer)
                .encode(DeviceEntry.SIGNED);
    }

    @Test
    void a8_onlyKeySizesFrom7To16AreReadFromAStore() {
        for (int size = 0; size < 256; size++) {
            var store = TestStore.ready();
            var value = entry(1, ltk(1, 1));
            value[56] = (byte) size;
            store.values.put(Tags.slot(15), value);
            var bonds = Bench.on(store).bonds;
            boolean possible = size >= 7 && size <= 16;
            assertThat(bonds.list()).as("%d octets", size).hasSize(possible ? 1 : 0);
            assertThat(bonds.lookup(address(1)).result()).isEqualTo(possible ? Lookup.Result.FOUND : Lookup.Result.SET_ASIDE);
            assertThat(store.values.get(Tags.slot(15))).as("kept").isEqualTo(value);
        }
    }

    /** A sensor after a factory reset has another IRK; whoever has the identity address and type replaces it under the policy. */
    @Test
    void b9_oneIdentityIsOneBondWhateverItsIrk() {
        var bench = Bench.fresh();
        var first = bench.pair(2);
        var reset = new NewBond(address(2), JUST_WORKS, BondKeys.secureConnections(ltk(2, 2), irk(77)));
        var second = bench.done(bench.bonds.commit(reset));
        assertThat(second.replaced()).isTrue();
        assertThat(second.bond().id()).isEqualTo(first.id());
        assertThat(bench.restarted().bonds.list()).hasSize(1);
    }

    @Test
    void b9_oneIrkWithTwoAddressesIsTwoBondsAndAWarning() {
        var bench = Bench.fresh();
        var one = bench.pair(1);
        var twin = bench.done(bench.bonds.commit(
                new NewBond(address(3), JUST_WORKS, BondKeys.secureConnections(ltk(3, 1), irk(1))))).bond();
        var again = bench.restarted().bonds;
        assertThat(again.list()).hasSize(2);
        assertThat(again.warnings()).singleElement().asString().contains("have the same IRK", one.id().toString(), twin.id().toString());
        // A private address fits both: the key decides, the one paired last is tried first.
        assertThat(again.lookup(RandomAddress.resolvable(irk(1), 5)).candidates()).extracting(Bond::id).containsExactly(twin.id(), one.id());
        assertThat(again.lookup(address(1)).candidates()).extracting(Bond::id).containsExactly(one.id());
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0xff})
    void b10_weakRootKeysAreNotImportedIntoAnotherStore(int octet) throws Exception {
        var weak = new byte[16];
        java.util.Arrays.fill(weak, (byte) octet);
        var source = Map.of(Tags.ER, weak, Tags.IR, weak, Tags.slot(15), entry(1, ltk(1, 1)));
        var id = new StoreId(new UUID(1, 2), new UUID(3, 4));
        var plan = BondImport.plan(
                Merge.Content.of(Map.of(), id, 0, List.of()), id, Merge.Content.of(source, null, 0, List.of()),
                new BondImport.Options(false, false, BondImport.Identity.ASK, Optional.of(address(8)), Optional.empty(), 0));
        assertThat(plan.added()).hasSize(1);
        assertThat(plan.remarks()).anyMatch(remark -> remark.contains("are weak"));

        var store = TestStore.ready();
        plan.transaction().changes().forEach(change -> store.values.put(change.tag(), change.value()));
        store.load();
        var bonds = Bench.on(store).bonds;
        assertThat(bonds.ready()).isTrue();
        assertThat(bonds.warnings()).isEmpty();
        var local = bonds.local().orElseThrow();
        assertThat(local.er()).isNotEqualTo(Key.of(weak)).isNotEqualTo(local.ir());
        assertThat(local.ir()).isNotEqualTo(Key.of(weak));
        assertThat(local.identityAddress()).isEqualTo(address(8));
        assertThat(bonds.keys(bonds.list().get(0).id()).orElseThrow().ltk()).as("the bond works on").isEqualTo(ltk(1, 1));
    }

    /** Roots that are nobody's secret are none: a new store, also one that somebody put them into, gets random ones. */
    @Test
    void b10_aNewStoreNeverKeepsWeakRootKeys() {
        var store = TestStore.ready();
        store.values.put(Tags.ER, new byte[16]);
        store.values.put(Tags.IR, new byte[16]);
        store.load();
        var local = Bench.on(store).bonds.local().orElseThrow();
        assertThat(local.er().isZero()).isFalse();
        assertThat(local.ir().isZero()).isFalse();
    }
}
