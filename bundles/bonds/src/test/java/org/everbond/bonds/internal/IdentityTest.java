package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.bonds.internal.Bench.address;

import java.util.HexFormat;
import java.util.List;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.Toolbox;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.Transaction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Root keys and identity address: made once, in the right store, and never in another one. */
class IdentityTest {
    private static final DeviceAddress CONTROLLER = DeviceAddress.parse("00:1B:DC:07:32:EF");
    private static final DeviceAddress CONFIGURED = DeviceAddress.parse("D0:11:22:33:44:55/random");

    @Test
    void a_new_store_gets_random_roots_and_a_static_random_address_in_one_transaction() {
        var bench = Bench.fresh();
        var local = bench.bonds.local().orElseThrow();
        assertThat(bench.bonds.ready()).isTrue();
        assertThat(local.identityAddress().isStaticRandom()).isTrue();
        assertThat(local.irk()).isEqualTo(Toolbox.d1(local.ir(), 1, 0));
        assertThat(local.dhk()).isEqualTo(Toolbox.d1(local.ir(), 3, 0));
        assertThat(bench.store.committed).as("and a second copy, once that is durable").hasSize(2);
        assertThat(bench.store.committed.get(1).changes()).extracting(Change::tag).containsExactly(Tags.IDENTITY_COPY);
        assertThat(bench.store.get(Tags.ER)).isEqualTo(local.er().octets());
        assertThat(bench.store.get(Tags.IR)).isEqualTo(local.ir().octets());
        assertThat(bench.kinds()).containsExactly(BondEvent.Kind.LOADED);
        var other = Bench.fresh().bonds.local().orElseThrow();
        assertThat(other.er()).isNotEqualTo(local.er());
        assertThat(other.ir()).isNotEqualTo(local.ir());
        assertThat(other.identityAddress()).isNotEqualTo(local.identityAddress());
    }

    @Test
    void it_stays_the_same_for_ever() {
        var bench = Bench.fresh();
        bench.pair(1);
        var again = bench.restarted(BondOptions.DEFAULT.withIdentityAddress(CONFIGURED));
        assertThat(again.bonds.local()).isEqualTo(bench.bonds.local());
        assertThat(again.bonds.warnings()).anyMatch(text -> text.contains(CONFIGURED.toString()));
        assertThat(again.store.committed).isEmpty();
    }

    @Test
    void it_is_not_there_before_it_is_durable() {
        var store = TestStore.ready();
        store.hold = true;
        var bench = Bench.on(store);
        assertThat(bench.bonds.ready()).isFalse();
        assertThat(bench.bonds.local()).isEmpty();
        assertThat(bench.events).isEmpty();
        store.releaseAll();
        bench.run();
        assertThat(bench.bonds.ready()).isTrue();
    }

    @Test
    void it_is_made_when_the_store_works_again() {
        var store = TestStore.ready();
        store.failure = new TlvException(TlvException.Reason.FAILED, "the disk is sulking");
        var bench = Bench.on(store);
        assertThat(bench.bonds.ready()).isFalse();
        store.become(TlvState.DEGRADED);
        bench.run();
        assertThat(bench.bonds.reason()).contains("the disk is sulking");
        store.failure = null;
        store.become(TlvState.READY);
        bench.run();
        assertThat(bench.bonds.ready()).isTrue();
        assertThat(bench.bonds.reason()).isEmpty();
        assertThat(bench.restarted().bonds.local()).isEqualTo(bench.bonds.local());
    }

    @Test
    void a_store_that_is_read_but_not_ready_gets_none() {
        var store = TestStore.ready();
        store.become(TlvState.DEGRADED);
        var bench = Bench.on(store);
        assertThat(bench.bonds.local()).isEmpty();
        assertThat(store.committed).isEmpty();
        store.become(TlvState.READY);
        bench.run();
        assertThat(bench.bonds.ready()).isTrue();
    }

    @Test
    void a_configured_address_is_taken_for_a_new_store() {
        var bench = Bench.fresh(BondOptions.DEFAULT.withIdentityAddress(CONFIGURED));
        assertThat(bench.bonds.identityAddress()).contains(CONFIGURED);
        assertThat(bench.restarted().bonds.identityAddress()).contains(CONFIGURED);
    }

    @Test
    void a_volatile_store_gets_none_unless_it_was_named() {
        var store = TestStore.ready();
        store.durable = false;
        var bench = Bench.on(store);
        assertThat(bench.bonds.ready()).isFalse();
        assertThat(store.values).isEmpty();
        assertThat(bench.bonds.reason()).contains("configure a durable store");
        assertThat(bench.bonds.warnings()).singleElement().asString().contains("forgets everything");
        bench = Bench.on(store.restarted(), BondOptions.DEFAULT.withVolatileIdentity(true));
        assertThat(bench.bonds.ready()).isTrue();
        assertThat(bench.done(bench.bonds.commit(Bench.newBond(1, 1, Bench.JUST_WORKS))).durable()).isFalse();
    }

    @Test
    void an_empty_store_with_something_set_aside_is_damaged_not_new() {
        var store = TestStore.ready();
        store.setAside.add("12 octets at offset 8 of bonds.tlv make no sense; the original is kept as bonds.tlv.damaged-1");
        var bench = Bench.on(store);
        assertThat(bench.bonds.ready()).isFalse();
        assertThat(store.values).isEmpty();
        assertThat(bench.bonds.setAside()).hasSize(1);
        assertThat(bench.bonds.lookup(address(1)).result())
                .isEqualTo(org.everbond.bonds.keys.Lookup.Result.SET_ASIDE);
    }

    @Test
    void a_creation_that_was_torn_is_finished_with_what_is_there() {
        var store = TestStore.ready();
        store.hold = true;
        Bench.on(store);
        Transaction creation = store.last;
        for (int length = 0; length <= creation.changes().size(); length++) {
            var bench = Bench.on(store.withPrefix(creation, length));
            assertThat(bench.bonds.ready()).isTrue();
            for (var change : creation.changes().subList(0, length)) {
                assertThat(bench.store.get(change.tag())).isEqualTo(change.value());
            }
            assertThat(bench.restarted().bonds.local()).isEqualTo(bench.bonds.local());
        }
    }

    @Test
    void bonds_of_btstack_know_us_by_the_address_of_the_controller() {
        var store = btstack();
        var bench = Bench.on(store);
        assertThat(bench.bonds.ready()).as("its bonds are known").isTrue();
        assertThat(bench.bonds.identityAddress()).isEmpty();
        assertThat(bench.bonds.local()).isEmpty();
        assertThat(bench.failed(bench.bonds.adoptIdentity(DeviceAddress.parse("00:00:00:00:00:00")))).isNotNull();
        assertThat(bench.failed(bench.bonds.adoptIdentity(DeviceAddress.parse("FF:FF:FF:FF:FF:FF")))).isNotNull();
        bench.events.clear();
        bench.done(bench.bonds.adoptIdentity(CONTROLLER));
        assertThat(bench.kinds()).containsExactly(BondEvent.Kind.LOADED);
        var local = bench.bonds.local().orElseThrow();
        assertThat(local.identityAddress()).isEqualTo(CONTROLLER);
        assertThat(local.irk()).isEqualTo(key("84d4c9c08b4f482861e3a9c6c35bc4d9"));
        bench = bench.restarted();
        assertThat(bench.bonds.identityAddress()).contains(CONTROLLER);
        bench.done(bench.bonds.adoptIdentity(DeviceAddress.parse("00:1B:DC:00:00:01")));
        assertThat(bench.bonds.identityAddress()).as("written once").contains(CONTROLLER);
    }

    @Test
    void bonds_of_btstack_know_us_by_the_configured_address() {
        var bench = Bench.on(btstack(), BondOptions.DEFAULT.withIdentityAddress(CONFIGURED));
        assertThat(bench.bonds.identityAddress()).contains(CONFIGURED);
        assertThat(bench.restarted().bonds.identityAddress()).contains(CONFIGURED);
    }

    @Test
    void bonds_of_btstack_are_served_where_there_is_no_room_to_write_our_address_down() {
        var store = btstack();
        store.room = store.values.values().stream().mapToLong(value -> value.length).sum();
        var before = store.values.size();
        var bench = Bench.on(store);
        bench.events.clear();
        bench.done(bench.bonds.adoptIdentity(CONTROLLER));
        assertThat(bench.kinds()).containsExactly(BondEvent.Kind.LOADED);
        assertThat(bench.bonds.identityAddress()).contains(CONTROLLER);
        assertThat(bench.bonds.warnings()).anyMatch(warning -> warning.contains("no room in the store") && warning.contains(CONTROLLER.toString()));
        assertThat(store.values).hasSize(before);

        var configured = Bench.on(store, BondOptions.DEFAULT.withIdentityAddress(CONFIGURED));
        assertThat(configured.bonds.identityAddress()).contains(CONFIGURED);
        store.values.remove(Tags.IR);
        var rootless = Bench.on(store, BondOptions.DEFAULT.withIdentityAddress(CONFIGURED));
        assertThat(rootless.bonds.identityAddress()).as("never with keys that are others after a restart").isEmpty();
        assertThat(rootless.bonds.reason()).contains("could not be written", "is full");
    }

    @Test
    void bonds_of_btstack_without_roots_get_some() {
        var store = btstack();
        store.values.remove(Tags.IR);
        var bench = Bench.on(store);
        assertThat(bench.store.get(Tags.IR)).hasSize(16);
        assertThat(bench.store.get(Tags.ER)).isEqualTo(key("0f1e2d3c4b5a69788796a5b4c3d2e1f0").octets());
        bench.done(bench.bonds.adoptIdentity(CONTROLLER));
        assertThat(bench.restarted().bonds.local()).isEqualTo(bench.bonds.local());
    }

    @Test
    void roots_that_bonds_of_ours_depend_on_are_not_made_anew() {
        var bench = Bench.fresh();
        bench.pair(1);
        bench.store.values.keySet().removeAll(List.of(Tags.ER, Tags.IDENTITY_COPY));
        var again = bench.restarted();
        assertThat(again.bonds.ready()).isFalse();
        assertThat(again.bonds.list()).hasSize(1);
        assertThat(again.store.committed).isEmpty();
        assertThat(again.bonds.warnings()).anyMatch(text -> text.contains("lost"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000000000000000000000000000000",
                "ffffffffffffffffffffffffffffffff",
                "303132333435363738393a3b3c3d3e3f",
                "909192939495969798999a9b9c9d9e9f"
            })
    void weak_roots_serve_the_bonds_they_have_and_are_reported(String weak) {
        var store = btstack();
        store.values.put(Tags.ER, key(weak).octets());
        store.values.put(Tags.IR, key(weak).octets());
        var bench = Bench.on(store);
        bench.done(bench.bonds.adoptIdentity(CONTROLLER));
        assertThat(bench.bonds.local().map(LocalKeys::ir)).contains(key(weak));
        assertThat(bench.bonds.warnings()).anyMatch(text -> text.contains("weak"));
        bench.done(bench.bonds.forget(bench.bonds.list().get(0).id()));
        assertThat(bench.restarted().bonds.local().map(LocalKeys::ir)).as("nobody needs it any more").isNotEqualTo(
                java.util.Optional.of(key(weak)));
    }

    @Test
    void an_unreadable_identity_is_neither_guessed_nor_overwritten() {
        var bench = Bench.fresh();
        bench.pair(1);
        var damaged = bench.store.get(Tags.IDENTITY);
        damaged[3] ^= 1;
        bench.store.values.put(Tags.IDENTITY, damaged);
        bench.store.values.remove(Tags.IDENTITY_COPY);
        var again = bench.restarted();
        assertThat(again.bonds.ready()).isFalse();
        assertThat(again.bonds.setAside()).anyMatch(text -> text.contains("identity address"));
        assertThat(again.failed(again.bonds.adoptIdentity(CONTROLLER))).isNotNull();
        assertThat(again.store.get(Tags.IDENTITY)).isEqualTo(damaged);
        var cured = bench.restarted(BondOptions.DEFAULT.withIdentityAddress(CONFIGURED));
        assertThat(cured.bonds.ready()).isTrue();
        assertThat(cured.store.get(Tags.IDENTITY)).isEqualTo(damaged);
    }

    /** Found by the simulation: a gateway of which these octets changed went on air as its controller, where no bond knows it. */
    @Test
    void an_identity_whose_record_is_damaged_beyond_recognition_is_not_replaced_by_the_address_of_the_controller() {
        var bench = Bench.fresh();
        bench.pair(1);
        var store = bench.store.restarted();
        store.values.keySet().removeAll(List.of(Tags.IDENTITY, Tags.IDENTITY_COPY));
        store.setAside.add("at offset 190 21 octets of transaction 1 are damaged");
        var again = Bench.on(store);
        assertThat(again.bonds.ready()).isFalse();
        assertThat(again.bonds.reason()).contains("our identity address is not known any more; configure");
        assertThat(again.failed(again.bonds.adoptIdentity(CONTROLLER))).isNotNull();
        assertThat(store.get(Tags.IDENTITY)).isNull();
        assertThat(Bench.on(store, BondOptions.DEFAULT.withIdentityAddress(CONFIGURED)).bonds.ready()).isTrue();
    }

    @Test
    void an_address_that_is_none_is_no_option() {
        for (var text : new String[] {"00:00:00:00:00:00", "40:00:00:00:00:01/random"}) {
            org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                    .isThrownBy(() -> BondOptions.DEFAULT.withIdentityAddress(DeviceAddress.parse(text)))
                    .withMessageContaining("static random");
        }
    }

    /** What BTstack leaves behind after one pairing. */
    private static TestStore btstack() {
        var store = new TestStore();
        store.values.put(Tags.ER, key("0f1e2d3c4b5a69788796a5b4c3d2e1f0").octets());
        store.values.put(Tags.IR, key("00112233445566778899aabbccddeeff").octets());
        store.values.put(Tags.slot(15), HexFormat.of().parseHex("0100000001000000c0ffee0000012122232425262728292a2b2c2d2e2f30"
                + "9192939495969798999a9b9c9d9e9fa00000000000000000000010010001"));
        store.load();
        return store;
    }

    private static Key key(String hex) {
        return Key.of(HexFormat.of().parseHex(hex));
    }
}
