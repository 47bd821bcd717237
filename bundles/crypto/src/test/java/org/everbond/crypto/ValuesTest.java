package org.everbond.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and addresses as every layer passes them on. */
class ValuesTest {
    @Test
    void a_key_is_reversed_on_air() {
        var key = Key.of(HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f"));
        var pdu = new byte[17];
        key.writeLittleEndian(pdu, 1);
        assertThat(pdu[1]).isEqualTo((byte) 0x0f);
        assertThat(pdu[16]).isZero();
        assertThat(Key.ofLittleEndian(pdu, 1)).isEqualTo(key);
        assertThat(OctetOrder.reversed(pdu, 1, 16)).isEqualTo(key.octets());
    }

    @Test
    void a_key_shows_nothing_and_gives_away_no_reference() {
        var octets = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
        var key = Key.of(octets);
        octets[0] = 1;
        key.octets()[1] = 7;
        assertThat(key.octets()).startsWith(0, 1, 2);
        assertThat(key).hasToString("Key[hidden]").isNotEqualTo(Key.ZERO);
        assertThat(Key.ZERO.isZero()).isTrue();
        assertThat(key.isZero()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 6, 17, -1, 255})
    void a_key_size_out_of_range_is_refused(int size) {
        assertThatIllegalArgumentException().isThrownBy(() -> Key.ZERO.shortened(size)).withMessageContaining("7..16");
    }

    @ParameterizedTest
    @CsvSource({
        "C0:FF:EE:00:00:01/random, true,  false, false, true",
        "40:00:00:00:00:01/random, false, true,  false, false",
        "00:00:00:00:00:01/random, false, false, true,  false",
        "80:00:00:00:00:01/random, false, false, false, false",
        "00:1B:DC:07:32:02/public, false, false, false, true",
        "00:00:00:00:00:00/public, false, false, false, false",
        "FF:FF:FF:FF:FF:FF/public, false, false, false, false",
        "FF:FF:FF:FF:FF:FF/random, true,  false, false, false"
    })
    void the_kinds_of_address(
            String text, boolean isStatic, boolean resolvable, boolean nonResolvable, boolean identity) {
        var address = DeviceAddress.parse(text);
        assertThat(address).hasToString(text);
        assertThat(address.isStaticRandom()).isEqualTo(isStatic);
        assertThat(address.isResolvable()).isEqualTo(resolvable);
        assertThat(address.isNonResolvable()).isEqualTo(nonResolvable);
        assertThat(address.isIdentity()).isEqualTo(identity);
        var octets = new byte[7];
        address.writeLittleEndian(octets, 1);
        assertThat(DeviceAddress.ofLittleEndian(address.type(), octets, 1)).isEqualTo(address);
        assertThat(DeviceAddress.of(address.type(), address.octets())).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00:11", "00:11:22:33:44:5G", "00:11:22:33:44:55/static", "001122334455"})
    void what_is_no_address_is_refused_with_an_example(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DeviceAddress.parse(text))
                .withMessageContaining("C0:FF:EE:00:00:01/random");
    }

    @Test
    void the_identity_types_of_hci_are_those_of_the_identity() {
        assertThat(AddressType.of(2)).isEqualTo(AddressType.PUBLIC);
        assertThat(AddressType.of(3)).isEqualTo(AddressType.RANDOM);
        assertThatIllegalArgumentException().isThrownBy(() -> AddressType.of(4));
        assertThatIllegalArgumentException().isThrownBy(() -> AddressType.of(0xfe));
    }
}
