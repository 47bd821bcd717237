package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.bonds.internal.Bench.address;
import static org.everbond.bonds.internal.Bench.irk;
import static org.everbond.bonds.internal.Bench.ltk;

import java.util.HexFormat;
import java.util.List;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.SecurityLevel;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.bonds.keys.NewBond;
import org.everbond.crypto.Key;
import org.everbond.crypto.Toolbox;
import org.junit.jupiter.api.Test;

/** Our own keys of LE legacy pairing: derived from ER and DIV, kept by name only, and only as long as their bond. */
class LegacyKeysTest {
    private static final BondSecurity PASSKEY = new BondSecurity(PairingMethod.PASSKEY_ENTRY, false, true, 16);
    private static final BondSecurity JUST_WORKS = new BondSecurity(PairingMethod.JUST_WORKS, false, false, 16);
    private static final BondSecurity SECURE = Bench.NUMERIC;

    private final Bench bench = Bench.fresh();

    private LocalKeys local() {
        return bench.bonds.local().orElseThrow();
    }

    private LegacyName name(int div) {
        return local().legacyName(div, 0x1122334455667700L + div, 16, false);
    }

    private NewBond made(int i, int pairing, BondSecurity security, LegacyName legacy) {
        return new NewBond(
                address(i), security, new BondKeys(ltk(i, pairing), 0x100 + pairing, i, irk(i), null, 0, null, 0, legacy));
    }

    private Bond commit(int i, int pairing, LegacyName legacy) {
        return bench.done(bench.bonds.commit(made(i, pairing, JUST_WORKS, legacy))).bond();
    }

    @Test
    void the_key_of_a_name_is_that_of_appendix_b() {
        for (int size = 7; size <= 16; size++) {
            for (boolean authenticated : new boolean[] {true, false}) {
                var name = local().legacyName(0xbeef, -1, size, authenticated);
                assertThat(name.keySize()).isEqualTo(size);
                assertThat(name.authenticated()).isEqualTo(authenticated);
                assertThat(name.isPossible()).isTrue();
                assertThat(local().div(name)).isEqualTo(0xbeef);
                assertThat(local().ltk(name)).isEqualTo(Toolbox.d1(local().er(), 0xbeef, 0).shortened(size));
                assertThat(local().csrk(name)).isEqualTo(Toolbox.d1(local().er(), 0xbeef, 1));
            }
        }
        assertThat(new LegacyName(1, 5).isPossible()).as("a key of 6 octets").isFalse();
    }

    @Test
    void the_name_is_there_after_a_restart_and_gone_with_the_bond() {
        var name = name(7);
        var id = commit(1, 1, name).id();
        var again = bench.restarted();
        assertThat(again.bonds.keys(id).orElseThrow().legacy()).isEqualTo(name);
        assertThat(again.bonds.named(name)).map(Bond::id).contains(id);
        assertThat(again.bonds.hasDiv(7)).isTrue();
        assertThat(again.bonds.hasDiv(8)).isFalse();
        again.done(again.bonds.forget(id));
        assertThat(again.bonds.named(name)).isEmpty();
        assertThat(again.bonds.hasDiv(7)).isFalse();
        var octets = HexFormat.of().formatHex(local().ltk(name).octets());
        assertThat(again.store.values.values()).noneMatch(value -> HexFormat.of().formatHex(value).contains(octets));
    }

    @Test
    void two_bonds_never_have_the_same_div() {
        commit(1, 1, name(7));
        var other = local().legacyName(7, 99, 16, false);
        assertThat(bench.failed(bench.bonds.commit(made(2, 1, JUST_WORKS, other)))).hasMessageContaining("pair again");
        assertThat(bench.bonds.list()).hasSize(1);
        var third = commit(3, 1, name(8));
        bench.done(bench.bonds.forget(third.id()));
        commit(2, 1, local().legacyName(8, 99, 16, false));
        assertThat(bench.bonds.hasDiv(8)).isTrue();
    }

    @Test
    void a_replaced_bond_keeps_the_name_before_until_the_new_key_works() {
        var id = commit(1, 1, name(7)).id();
        commit(1, 2, name(9));
        for (var bonds : List.of(bench.bonds, bench.restarted().bonds)) {
            assertThat(bonds.named(name(7))).map(Bond::id).contains(id);
            assertThat(bonds.named(name(9))).map(Bond::id).contains(id);
            assertThat(bonds.previousLtk(id).orElseThrow().legacy()).isEqualTo(name(7));
            assertThat(bonds.hasDiv(7)).as("the peer may still use it").isTrue();
        }
        bench.bonds.confirmLtk(id);
        bench.run();
        assertThat(bench.bonds.named(name(7))).isEmpty();
        assertThat(bench.bonds.hasDiv(7)).isFalse();
        assertThat(bench.bonds.named(name(9))).map(Bond::id).contains(id);
    }

    @Test
    void a_bond_without_the_peers_key_keeps_ours_as_the_one_before() {
        var keys = new BondKeys(null, 0, 0, irk(1), null, 0, null, 0, name(7));
        var bond = bench.done(bench.bonds.commit(new NewBond(address(1), PASSKEY, keys))).bond();
        assertThat(bond.security().keySize()).as("the name tells").isEqualTo(16);
        bench.done(bench.bonds.commit(made(1, 2, SECURE, null)));
        var previous = bench.restarted().bonds.previousLtk(bond.id()).orElseThrow();
        assertThat(previous.legacy()).isEqualTo(name(7));
        assertThat(previous.ltk().isZero()).isTrue();
        assertThat(bench.bonds.named(name(7))).map(Bond::id).contains(bond.id());
    }

    @Test
    void what_was_there_comes_back_with_its_name() {
        var id = commit(1, 1, name(7)).id();
        bench.done(bench.bonds.withdraw(bench.done(bench.bonds.commit(made(1, 2, JUST_WORKS, name(9))))));
        var keys = bench.restarted().bonds.keys(id).orElseThrow();
        assertThat(keys.legacy()).isEqualTo(name(7));
        assertThat(keys.ltk()).isEqualTo(ltk(1, 1));
    }

    @Test
    void a_bond_of_btstack_learns_its_name_once() {
        var store = TestStore.ready();
        var entry = DeviceEntry.of(
                new NewBond(address(2), new BondSecurity(PairingMethod.UNKNOWN, false, false, 7), new BondKeys(null, 0, 0, irk(2), null, 0, null, 0)),
                1);
        store.values.put(Tags.slot(15), entry.encode(DeviceEntry.PLAIN));
        store.values.put(Tags.ER, Key.of(HexFormat.of().parseHex("0f1e2d3c4b5a69788796a5b4c3d2e1f0")).octets());
        store.values.put(Tags.IR, Key.of(HexFormat.of().parseHex("00112233445566778899aabbccddeeff")).octets());
        store.load();
        var adopting = Bench.on(store);
        adopting.done(adopting.bonds.adoptIdentity(address(8)));
        var bond = adopting.bonds.list().get(0);
        assertThat(bond.security()).isEqualTo(new BondSecurity(PairingMethod.UNKNOWN, false, false, 7));
        var first = adopting.bonds.local().orElseThrow().legacyName(1, 77, 16, true);
        var second = adopting.bonds.local().orElseThrow().legacyName(2, 78, 7, false);
        adopting.bonds.learn(bond.id(), first);
        adopting.run();
        adopting.bonds.learn(bond.id(), second);
        adopting.run();
        var again = adopting.restarted();
        assertThat(again.bonds.keys(bond.id()).orElseThrow().legacy()).isEqualTo(first);
        assertThat(again.bonds.get(bond.id()).orElseThrow().security())
                .as("what Rand says of the key that works")
                .isEqualTo(new BondSecurity(PairingMethod.UNKNOWN, false, true, 16));
        // A bond that was made here knows what it distributed.
        var ours = again.done(again.bonds.commit(made(3, 1, JUST_WORKS, null))).bond();
        again.bonds.learn(ours.id(), second);
        again.run();
        assertThat(again.bonds.keys(ours.id()).orElseThrow().legacy()).isNull();
    }

    @Test
    void btstack_pairs_again_and_the_name_is_another_one() {
        var id = commit(1, 1, name(7)).id();
        var place = bench.store.values.keySet().stream().filter(Tags::isSlot).findFirst().orElseThrow();
        var entry = DeviceEntry.of(made(1, 2, JUST_WORKS, null), 5);
        bench.store.values.put(place, entry.encode(DeviceEntry.SIGNED));
        var again = bench.restarted();
        assertThat(again.bonds.keys(id).orElseThrow().legacy()).as("BTstack does not say").isNull();
        assertThat(again.bonds.named(name(7))).isEmpty();
    }

    /** THREATS B10: MicroPython's port of BTstack sets ER and IR to zero, so that anybody can compute these keys. */
    @Test
    void b10_weak_root_keys_found_with_bonds_keep_them_working_and_are_told() {
        var store = TestStore.ready();
        store.values.put(Tags.slot(15), DeviceEntry.of(made(2, 1, JUST_WORKS, null), 1).encode(DeviceEntry.PLAIN));
        store.values.put(Tags.ER, new byte[16]);
        store.values.put(Tags.IR, new byte[16]);
        store.load();
        var adopting = Bench.on(store);
        adopting.done(adopting.bonds.adoptIdentity(address(8)));
        assertThat(adopting.bonds.warnings()).anyMatch(warning -> warning.contains("weak"));
        var weak = adopting.bonds.local().orElseThrow();
        var name = weak.legacyName(5, 77, 16, false);
        assertThat(weak.ltk(name)).isEqualTo(Toolbox.d1(Key.ZERO, 5, 0));
        var bond = adopting.bonds.list().get(0);
        adopting.bonds.learn(bond.id(), name);
        adopting.run();
        assertThat(adopting.restarted().bonds.named(name)).map(Bond::id).contains(bond.id());
        // No new store ever begins with such keys.
        assertThat(local().er().isZero() || local().ir().isZero()).isFalse();
    }

    // THREATS A14.

    @Test
    void a14_old_bonds_are_judged_by_the_rules_of_today() {
        var weak = bench.done(bench.bonds.commit(made(1, 1, PASSKEY, null))).bond();
        var strong = bench.done(bench.bonds.commit(made(2, 1, SECURE, null))).bond();
        var again = bench.restarted();
        again.events.clear();
        again.bonds.judge(made -> new BondSecurity(
                made.method(), made.secureConnections(), made.authenticated() && made.secureConnections(), made.keySize()));
        assertThat(again.events).singleElement().satisfies(event -> {
            assertThat(event.kind()).isEqualTo(BondEvent.Kind.REJUDGED);
            assertThat(event.bond().id()).isEqualTo(weak.id());
            assertThat(event.bond().security().level()).isEqualTo(SecurityLevel.ENCRYPTED);
        });
        assertThat(again.bonds.get(weak.id()).orElseThrow().security().authenticated()).isFalse();
        assertThat(again.bonds.get(strong.id())).contains(strong);
        assertThat(again.bonds.keys(weak.id()).orElseThrow().ltk()).as("it works on").isEqualTo(ltk(1, 1));
        assertThat(again.restarted().bonds.get(weak.id()).orElseThrow().security()).as("what was achieved stays").isEqualTo(PASSKEY);

        again.events.clear();
        again.store.load();
        again.run();
        assertThat(again.kinds()).containsExactly(BondEvent.Kind.LOADED, BondEvent.Kind.REJUDGED);
        again.events.clear();
        again.bonds.judge(made -> made);
        assertThat(again.events).singleElement().satisfies(event -> assertThat(event.bond()).isEqualTo(weak));
    }
}
