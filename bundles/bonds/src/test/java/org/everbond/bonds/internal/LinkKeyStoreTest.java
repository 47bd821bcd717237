package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.bonds.internal.LinkKeyBench.entry;
import static org.everbond.bonds.internal.LinkKeyBench.linkKey;
import static org.everbond.bonds.internal.LinkKeyBench.peer;
import static org.everbond.bonds.internal.LinkKeyBench.withType;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.everbond.bonds.BondEvent.Kind;
import org.everbond.bonds.ClassicBond;
import org.everbond.bonds.ClassicBonds;
import org.everbond.bonds.LinkKeyType;
import org.everbond.bonds.keys.LinkKey;
import org.everbond.bonds.keys.Lookup.Result;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Classic link keys in BTstack's records. */
class LinkKeyStoreTest {
    @Test
    void an_entry_has_the_key_least_significant_octet_first_and_zero_padding() {
        var bench = LinkKeyBench.fresh(16);
        var key = Key.of(HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f"));
        bench.done(bench.keys.put(new LinkKey(peer("001a7dda7101"), key, LinkKeyType.AUTHENTICATED_P192)));
        assertThat(HexFormat.of().formatHex(bench.store.get(0x42544c0f)))
                .isEqualTo("01000000" + "001a7dda7101" + "0f0e0d0c0b0a09080706050403020100" + "0000" + "05000000");
    }

    @Test
    void places_are_filled_from_the_highest_and_the_padding_of_a_replaced_entry_stays() {
        var bench = LinkKeyBench.fresh(16);
        bench.store.values.put(Tags.linkKey(14), entry(4, 1, 1));
        bench.store.load();
        bench.put(2, 1);
        bench.put(1, 2);
        bench.put(3, 1);
        assertThat(bench.store.get(Tags.linkKey(15))).startsWith(5);
        assertThat(bench.store.get(Tags.linkKey(14))).startsWith(6).isEqualTo(entry(6, 1, 2));
        assertThat(bench.store.get(Tags.linkKey(13))).startsWith(7);
        assertThat(bench.store.values).hasSize(3);
    }

    @Test
    void a_key_is_found_after_a_restart_with_its_type() {
        var bench = LinkKeyBench.fresh(16);
        for (var type : LinkKeyType.values()) {
            bench.done(bench.keys.put(new LinkKey(peer(type.value()), linkKey(type.value(), 1).key(), type)));
        }
        bench = bench.restarted();
        assertThat(bench.keys.list()).hasSize(LinkKeyType.values().length);
        for (var type : LinkKeyType.values()) {
            var answer = bench.keys.find(peer(type.value()));
            assertThat(answer.result()).isEqualTo(Result.FOUND);
            assertThat(answer.key().key()).isEqualTo(linkKey(type.value(), 1).key());
            assertThat(bench.keys.get(peer(type.value()))).contains(new ClassicBond(peer(type.value()), type));
        }
        assertThat(bench.keys.find(peer(99)).result()).isEqualTo(Result.ABSENT);
    }

    @Test
    void the_key_put_first_gives_way_and_this_is_announced() {
        var bench = LinkKeyBench.fresh(3);
        var first = bench.put(1, 1);
        bench.put(2, 1);
        bench.put(3, 1);
        bench.events.clear();
        bench.store.hold = true;
        var put = bench.keys.put(linkKey(4, 1));
        bench.run();
        assertThat(bench.keys.list()).as("not before it is durable").hasSize(3).contains(first);
        assertThat(bench.events).isEmpty();
        bench.store.releaseAll();
        var newcomer = bench.done(put).bond();
        assertThat(bench.events)
                .containsExactly(
                        new ClassicBonds.Event(Kind.EVICTED, first), new ClassicBonds.Event(Kind.CREATED, newcomer));
        assertThat(bench.keys.find(peer(1)).result()).isEqualTo(Result.ABSENT);
        assertThat(bench.restarted().keys.list()).extracting(ClassicBond::address).containsExactly(peer(2), peer(3), peer(4));
    }

    @Test
    void putting_again_makes_it_the_last_to_go() {
        var bench = LinkKeyBench.fresh(2);
        bench.put(1, 1);
        bench.put(2, 1);
        assertThat(bench.done(bench.keys.put(linkKey(1, 2))).replaced()).isTrue();
        bench.put(3, 1);
        assertThat(bench.keys.list()).extracting(ClassicBond::address).containsExactly(peer(1), peer(3));
        assertThat(bench.keys.find(peer(1)).key().key()).isEqualTo(linkKey(1, 2).key());
    }

    @Test
    void a_write_that_fails_changes_nothing() {
        var bench = LinkKeyBench.fresh(1);
        bench.put(1, 1);
        bench.events.clear();
        var before = bench.records();
        bench.store.failure = new TlvException(TlvException.Reason.FAILED, "no");
        assertThat(bench.failed(bench.keys.put(linkKey(1, 2)))).isInstanceOf(TlvException.class);
        assertThat(bench.failed(bench.keys.put(linkKey(2, 1)))).isInstanceOf(TlvException.class);
        assertThat(bench.failed(bench.keys.forget(peer(1)))).isInstanceOf(TlvException.class);
        assertThat(bench.records()).isEqualTo(before);
        assertThat(bench.keys.find(peer(1)).key().key()).isEqualTo(linkKey(1, 1).key());
        assertThat(bench.events).isEmpty();
    }

    @Test
    void changes_that_wait_are_planned_on_what_those_before_them_achieved() {
        var bench = LinkKeyBench.fresh(16);
        bench.store.hold = true;
        for (int i = 1; i <= 4; i++) {
            bench.keys.put(linkKey(i, 1));
        }
        var forget = bench.keys.forget(peer(2));
        bench.run();
        bench.store.hold = false;
        bench.store.releaseAll();
        bench.done(forget);
        assertThat(bench.store.get(Tags.linkKey(12))).startsWith(4);
        assertThat(bench.keys.list()).extracting(ClassicBond::address).containsExactly(peer(1), peer(3), peer(4));
    }

    @Test
    void nothing_is_absent_before_the_store_is_ready() {
        var store = new TestStore();
        var bench = new LinkKeyBench(store, 16);
        assertThat(bench.keys.ready()).isFalse();
        assertThat(bench.keys.find(peer(1)).result()).isEqualTo(Result.NOT_READY);
        assertThat(bench.failed(bench.keys.put(linkKey(1, 1)))).isInstanceOf(TlvException.class);
        store.values.put(Tags.linkKey(15), entry(1, 1, 1));
        store.load();
        bench.run();
        assertThat(bench.keys.find(peer(1)).result()).isEqualTo(Result.FOUND);
        assertThat(bench.events).containsExactly(new ClassicBonds.Event(Kind.LOADED, null));
        store.become(TlvState.NO_BACKEND);
        assertThat(bench.keys.find(peer(1)).result()).as("from memory").isEqualTo(Result.FOUND);
        assertThat(bench.keys.find(peer(2)).result()).isEqualTo(Result.NOT_READY);
    }

    @Test
    void the_view_follows_a_reloaded_store() {
        var bench = LinkKeyBench.fresh(16);
        bench.put(1, 1);
        bench.put(2, 1);
        // BTstack has deleted one, put another and replaced a third between two of our runs.
        bench.store.values.remove(Tags.linkKey(15));
        bench.store.values.put(Tags.linkKey(15), entry(3, 3, 1));
        bench.store.values.put(Tags.linkKey(14), entry(4, 2, 2));
        bench.store.load();
        bench.run();
        assertThat(bench.keys.list()).extracting(ClassicBond::address).containsExactly(peer(2), peer(3));
        assertThat(bench.keys.find(peer(2)).key().key()).isEqualTo(linkKey(2, 2).key());
        bench.put(4, 1);
        assertThat(bench.store.get(Tags.linkKey(13))).startsWith(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 27, 31, 33, 2048})
    void an_entry_of_another_length_is_set_aside_and_stays(int length) {
        var store = TestStore.ready();
        var value = Arrays.copyOf(entry(1, 1, 1), length);
        store.values.put(Tags.linkKey(1), value);
        var bench = new LinkKeyBench(store, 2);
        assertThat(bench.keys.list()).isEmpty();
        assertThat(bench.keys.setAside()).singleElement().asString().contains("BTL+1").contains(length + " octets");
        assertThat(bench.keys.find(peer(1)).result()).as("nobody knows whose it is").isEqualTo(Result.SET_ASIDE);
        bench.put(1, 2);
        bench.put(2, 2);
        bench.done(bench.keys.forget(peer(1)));
        assertThat(store.get(Tags.linkKey(1))).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 255, 0xffff})
    void an_unknown_type_is_set_aside_until_the_peer_pairs_again_or_is_forgotten(int type) {
        var store = TestStore.ready();
        var value = withType(entry(1, 1, 1), type);
        store.values.put(Tags.linkKey(1), value);
        store.values.put(Tags.linkKey(0), entry(2, 2, 1));
        var bench = new LinkKeyBench(store, 2);
        assertThat(bench.keys.find(peer(1)).result()).isEqualTo(Result.SET_ASIDE);
        assertThat(bench.keys.find(peer(3)).result()).as("it is another one's").isEqualTo(Result.ABSENT);
        bench.put(3, 1);
        assertThat(store.get(Tags.linkKey(1))).as("never evicted").isEqualTo(value);
        bench.put(1, 2);
        assertThat(bench.keys.find(peer(1)).key().key()).isEqualTo(linkKey(1, 2).key());
        assertThat(bench.keys.setAside()).isEmpty();
        store.values.put(Tags.linkKey(1), value);
        store.load();
        bench.done(bench.keys.forget(peer(1)));
        assertThat(store.values).containsOnlyKeys(Tags.linkKey(0));
    }

    @Test
    void zero_keys_and_zero_addresses_are_none() {
        var store = TestStore.ready();
        var noKey = entry(1, 1, 1);
        Arrays.fill(noKey, 10, 26, (byte) 0);
        var noAddress = entry(1, 2, 1);
        Arrays.fill(noAddress, 4, 10, (byte) 0);
        store.values.put(Tags.linkKey(15), noKey);
        store.values.put(Tags.linkKey(14), noAddress);
        var bench = new LinkKeyBench(store, 16);
        assertThat(bench.keys.list()).isEmpty();
        assertThat(bench.keys.setAside()).hasSize(2);
        assertThat(bench.failed(bench.keys.put(new LinkKey(peer(1), Key.ZERO, LinkKeyType.COMBINATION))))
                .isInstanceOf(IllegalArgumentException.class);
        for (var address : new DeviceAddress[] {
            new DeviceAddress(AddressType.PUBLIC, 0), new DeviceAddress(AddressType.RANDOM, 0xc0ffee000001L)
        }) {
            assertThat(bench.failed(bench.keys.put(new LinkKey(address, linkKey(1, 1).key(), LinkKeyType.COMBINATION))))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void where_nothing_can_be_read_there_is_no_room() {
        var store = TestStore.ready();
        store.values.put(Tags.linkKey(0), new byte[] {1});
        var bench = new LinkKeyBench(store, 1);
        assertThat(bench.failed(bench.keys.put(linkKey(1, 1))))
                .isInstanceOfSatisfying(
                        TlvException.class, e -> assertThat(e.reason()).isEqualTo(TlvException.Reason.FULL))
                .hasMessageContaining("raise the number of places");
    }

    @Test
    void of_two_keys_of_one_peer_the_later_is_used_and_the_older_evicted_first() {
        var store = TestStore.ready();
        store.values.put(Tags.linkKey(2), entry(1, 1, 1));
        store.values.put(Tags.linkKey(1), entry(2, 2, 1));
        store.values.put(Tags.linkKey(0), entry(3, 1, 2));
        var bench = new LinkKeyBench(store, 3);
        assertThat(bench.keys.find(peer(1)).key().key()).isEqualTo(linkKey(1, 2).key());
        assertThat(bench.keys.setAside()).singleElement().asString().contains("BTL+2 is older");
        bench.events.clear();
        bench.put(3, 1);
        assertThat(bench.events).extracting(ClassicBonds.Event::kind).containsExactly(Kind.CREATED);
        assertThat(bench.keys.list()).extracting(ClassicBond::address).containsExactly(peer(1), peer(2), peer(3));
    }

    @Test
    void the_older_key_of_a_peer_does_not_come_back() {
        for (int what = 0; what < 3; what++) {
            var store = TestStore.ready();
            store.values.put(Tags.linkKey(200), entry(1, 1, 1));
            store.values.put(Tags.linkKey(1), entry(2, 1, 2));
            store.values.put(Tags.linkKey(0), entry(3, 2, 1));
            var before = store.restarted();
            var bench = new LinkKeyBench(store, 2);
            if (what == 0) {
                bench.done(bench.keys.forget(peer(1)));
            } else {
                bench.put(what == 1 ? 3 : 1, 3);
            }
            assertThat(store.values).doesNotContainKey(Tags.linkKey(200));
            for (int length = 0; length <= store.last.changes().size(); length++) {
                var torn = new LinkKeyBench(before.withPrefix(store.last, length), 2).keys.find(peer(1));
                if (torn.result() == Result.FOUND) {
                    assertThat(torn.key().key()).isIn(linkKey(1, 2).key(), linkKey(1, 3).key());
                }
            }
            assertThat(bench.restarted().keys.find(peer(1)).result()).isEqualTo(what == 2 ? Result.FOUND : Result.ABSENT);
        }
    }

    @Test
    void a_key_behind_the_places_moves_to_where_btstack_sees_it() {
        var store = TestStore.ready();
        store.values.put(Tags.linkKey(200), entry(1, 1, 1));
        var bench = new LinkKeyBench(store, 16);
        assertThat(bench.keys.find(peer(1)).result()).isEqualTo(Result.FOUND);
        bench.put(1, 2);
        assertThat(store.values).containsOnlyKeys(Tags.linkKey(15));
    }

    @Test
    void the_sequence_does_not_wrap() {
        var store = TestStore.ready();
        store.values.put(Tags.linkKey(1), entry(-1, 1, 1));
        var bench = new LinkKeyBench(store, 2);
        bench.put(2, 1);
        assertThat(store.get(Tags.linkKey(0))).startsWith(0xff, 0xff, 0xff, 0xff);
    }

    @Test
    void keys_are_not_shown() {
        var bench = LinkKeyBench.fresh(16);
        bench.put(1, 1);
        var answer = bench.keys.find(peer(1));
        assertThat(answer.toString() + bench.events + bench.keys.list()).contains("00:1A:7D:DA:71:01").doesNotContain("55");
    }

    @Test
    void values_of_random_octets_are_read_or_refused() throws Exception {
        var random = new Random(5);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            var value = new byte[i % 4 == 0 ? random.nextInt(40) : LinkKeyEntry.LENGTH];
            random.nextBytes(value);
            if (value.length == LinkKeyEntry.LENGTH && i % 2 == 0) {
                Arrays.fill(value, 28, 32, (byte) 0);
                value[28] = (byte) random.nextInt(12);
            }
            try {
                assertThat(LinkKeyEntry.decode(value).encode()).isEqualTo(value);
                read++;
            } catch (UnreadableException e) {
                assertThat(e.getMessage()).startsWith("it");
            }
        }
        assertThat(read).isGreaterThan(1000);
    }

    @Test
    void in_a_full_place_the_key_put_first_gives_way_unless_it_is_stronger() {
        var bench = LinkKeyBench.fresh(16);
        bench.put(1, 1);
        bench.done(bench.keys.put(new LinkKey(peer(2), linkKey(2, 1).key(), LinkKeyType.UNAUTHENTICATED_P256)));
        bench.store.room = bench.store.values.values().stream().mapToLong(value -> value.length).sum();
        var weak = new LinkKey(peer(3), linkKey(3, 1).key(), LinkKeyType.UNAUTHENTICATED_P192);
        bench.events.clear();
        bench.done(bench.keys.put(weak));
        assertThat(bench.events).extracting(ClassicBonds.Event::kind).containsExactly(Kind.EVICTED, Kind.CREATED);
        assertThat(bench.restarted().keys.list()).extracting(ClassicBond::address).containsExactly(peer(1), peer(3));
        bench.done(bench.keys.forget(peer(3)));
        bench.store.room = 32;
        assertThat(bench.failed(bench.keys.put(weak))).hasMessage("test: is full");
        assertThat(bench.keys.list()).extracting(ClassicBond::address).containsExactly(peer(1));
    }
}
