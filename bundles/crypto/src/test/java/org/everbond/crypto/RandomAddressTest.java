package org.everbond.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Vol 6, Part B, 1.3.2: random device addresses, and resolving them (Vol 3, Part C, 10.8.2). */
class RandomAddressTest {
    private final SecureRandom random = new SecureRandom();

    @Test
    void a_static_address_may_be_an_identity() {
        for (int i = 0; i < 100; i++) {
            var address = RandomAddress.statically(random);
            assertThat(address.isStaticRandom()).isTrue();
            assertThat(address.isIdentity()).isTrue();
        }
    }

    @Test
    void a_non_resolvable_address_is_neither_static_nor_resolvable() {
        var address = RandomAddress.nonResolvable(random);
        assertThat(address.isNonResolvable()).isTrue();
        assertThat(address.isIdentity()).isFalse();
    }

    @Test
    void the_sample_address_is_made_from_its_irk() {
        var irk = key("ec0234a357c8ad05341010a60a397d9b");
        assertThat(RandomAddress.resolvable(irk, 0x308194)).hasToString("70:81:94:0D:FB:AA/random");
    }

    @Test
    void only_the_irk_that_made_it_resolves_an_address() {
        var resolver = new AddressResolver<Integer>();
        for (int i = 0; i < 200; i++) {
            resolver.add(i, irk(i));
        }
        for (int i = 0; i < 200; i++) {
            var address = RandomAddress.resolvable(irk(i), random);
            assertThat(address.isResolvable()).isTrue();
            assertThat(resolver.resolve(address)).contains(i);
            assertThat(resolver.resolve(address)).as("remembered").contains(i);
        }
        assertThat(resolver.resolve(RandomAddress.resolvable(irk(77), 5))).containsExactly(77);
    }

    @Test
    void the_last_of_many_is_found_by_the_first_search_and_by_all_others() {
        var resolver = new AddressResolver<Integer>();
        for (int i = 0; i < 100; i++) {
            resolver.add(i, irk(i));
        }
        resolver.remove(3);
        for (int search = 0; search < 10; search++) {
            assertThat(resolver.resolve(RandomAddress.resolvable(irk(99), search + 1))).contains(99);
            assertThat(resolver.resolve(RandomAddress.resolvable(irk(0), search + 1))).contains(0);
        }
    }

    @Test
    void two_that_share_an_irk_are_both_found() {
        var resolver = new AddressResolver<String>();
        resolver.add("old", irk(1));
        resolver.add("new", irk(1));
        assertThat(resolver.resolve(RandomAddress.resolvable(irk(1), 9))).containsExactly("old", "new");
    }

    @Test
    void a_remembered_answer_does_not_outlive_a_change() {
        var resolver = new AddressResolver<String>();
        var address = RandomAddress.resolvable(irk(1), 9);
        resolver.add("other", irk(2));
        assertThat(resolver.resolve(address)).isEmpty();
        resolver.add("peer", irk(1));
        assertThat(resolver.resolve(address)).containsExactly("peer");
        resolver.add("peer", irk(3));
        assertThat(resolver.resolve(address)).isEmpty();
        resolver.add("peer", irk(1));
        resolver.remove("peer");
        assertThat(resolver.resolve(address)).isEmpty();
    }

    @Test
    void a_search_on_another_thread_answers_for_all_its_addresses_at_once() throws Exception {
        var resolver = new AddressResolver<Integer>();
        for (int i = 0; i < 100; i++) {
            resolver.add(i, irk(i));
        }
        var known = RandomAddress.resolvable(irk(42), 5);
        var stranger = RandomAddress.resolvable(irk(100), 6);
        var fixed = DeviceAddress.parse("C0:FF:EE:00:00:01/random");
        assertThat(resolver.isRemembered(known)).isFalse();
        assertThat(resolver.isRemembered(fixed)).isTrue();
        var search = resolver.search(List.of(known, fixed, stranger));
        var thread = new Thread(search);
        thread.start();
        // The key schedules are elsewhere, and searching here goes on without them.
        assertThat(resolver.resolve(RandomAddress.resolvable(irk(7), 8))).containsExactly(7);
        thread.join();
        search.remember();
        assertThat(resolver.isRemembered(known)).isTrue();
        assertThat(resolver.isRemembered(stranger)).isTrue();
        assertThat(resolver.resolve(known)).containsExactly(42);
        assertThat(resolver.resolve(stranger)).isEmpty();
        resolver.add(100, irk(100));
        assertThat(resolver.isRemembered(known)).as("nothing to do with the newcomer").isTrue();
        assertThat(resolver.resolve(stranger)).containsExactly(100);
    }

    @Test
    void what_was_searched_among_other_keys_is_not_remembered() {
        var resolver = new AddressResolver<Integer>();
        resolver.add(1, irk(1));
        var address = RandomAddress.resolvable(irk(2), 5);
        var search = resolver.search(List.of(address));
        search.run();
        resolver.add(2, irk(2));
        search.remember();
        assertThat(resolver.isRemembered(address)).isFalse();
        assertThat(resolver.resolve(address)).containsExactly(2);
        var never = resolver.search(List.of(RandomAddress.resolvable(irk(1), 6)));
        never.remember();
        assertThat(resolver.resolve(RandomAddress.resolvable(irk(1), 6))).as("a search that failed").containsExactly(1);
    }

    @Test
    void a_crowd_of_strangers_does_not_drive_out_who_is_known() {
        var resolver = new AddressResolver<Integer>();
        resolver.add(1, irk(1));
        var known = RandomAddress.resolvable(irk(1), 5);
        resolver.resolve(known);
        for (int i = 0; i < 10_000; i++) {
            resolver.resolve(RandomAddress.resolvable(irk(2), i + 1));
        }
        assertThat(resolver.isRemembered(known)).isTrue();
        assertThat(resolver.isRemembered(RandomAddress.resolvable(irk(2), 1))).as("bounded").isFalse();
    }

    @Test
    void a_zero_irk_is_none() {
        var resolver = new AddressResolver<String>();
        resolver.add("peer", irk(1));
        assertThat(resolver.add("peer", Key.ZERO)).isFalse();
        assertThat(resolver.size()).isZero();
        var madeWithZero = new DeviceAddress(AddressType.RANDOM, 0x400001L << 24 | Toolbox.ah(Key.ZERO, 0x400001));
        assertThat(Toolbox.resolves(Key.ZERO, madeWithZero)).isFalse();
        assertThat(resolver.resolve(madeWithZero)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> RandomAddress.resolvable(Key.ZERO, 1));
    }

    @Test
    void only_resolvable_addresses_are_resolved() {
        var resolver = new AddressResolver<String>();
        resolver.add("peer", irk(1));
        long value = RandomAddress.resolvable(irk(1), 9).value();
        assertThat(resolver.resolve(new DeviceAddress(AddressType.PUBLIC, value))).isEmpty();
        assertThat(Toolbox.resolves(irk(1), new DeviceAddress(AddressType.PUBLIC, value))).isFalse();
    }

    private static Key irk(int i) {
        var octets = new byte[16];
        octets[0] = 1;
        octets[15] = (byte) i;
        return Key.of(octets);
    }

    private static Key key(String text) {
        return Key.of(HexFormat.of().parseHex(text));
    }
}
