package org.everbond.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The sample data of the Core Specification that people know by heart (Vol 3, Part H, 2.2 and Appendix D). */
class SampleDataTest {
    private static final byte[] U = hex("20b003d2f297be2c5e2c83a7e9f9a5b9eff49111acf4fddbcc0301480e359de6");
    private static final byte[] V = hex("55188b3d32f6bb9a900afcfbeed4e72a59cb9ac2f19d7cfb6b4fdd49f47fc5fd");
    private static final byte[] N1 = hex("d5cb8454d177733effffb2ec712baeab");
    private static final byte[] N2 = hex("a6e8e7cc25a75f6e216583f7ff3dc4cf");
    private static final DhKey W = DhKey.of(hex("ec0234a357c8ad05341010a60a397d9b99796b13b4f866f1868d34f373bfa698"));
    private static final DeviceAddress A1 = new DeviceAddress(AddressType.PUBLIC, 0x56123737bfceL);
    private static final DeviceAddress A2 = new DeviceAddress(AddressType.PUBLIC, 0xa713702dcfc1L);

    @Test
    void c1_of_2_2_3() {
        var confirm = Toolbox.c1(
                Key.ZERO,
                hex("5783d52156ad6f0e6388274ec6702ee0"),
                hex("07071000000101"),
                hex("05000800000302"),
                new DeviceAddress(AddressType.RANDOM, 0xa1a2a3a4a5a6L),
                new DeviceAddress(AddressType.PUBLIC, 0xb1b2b3b4b5b6L));
        assertThat(confirm).isEqualTo(hex("1e1e3fef878988ead2a74dc5bef13b86"));
    }

    @Test
    void s1_of_2_2_4() {
        var stk = Toolbox.s1(
                Key.ZERO, hex("000f0e0d0c0b0a091122334455667788"), hex("010203040506070899aabbccddeeff00"));
        assertThat(stk).isEqualTo(key("9a1fe1f0e8b0f49b5b4216ae796da062"));
    }

    @Test
    void f4_of_appendix_D_2() {
        assertThat(Toolbox.f4(U, V, N1, 0)).isEqualTo(hex("f2c916f107a9bd1cf1eda1bea974872d"));
    }

    @Test
    void f5_of_appendix_D_3() {
        var keys = Toolbox.f5(W, N1, N2, A1, A2);
        assertThat(keys.ltk()).isEqualTo(key("6986791169d7cd23980522b594750a38"));
        assertThat(keys.macKey()).isEqualTo(key("2965f176a1084a02fd3f6a20ce636e20"));
    }

    @Test
    void f6_of_appendix_D_4() {
        var check = Toolbox.f6(
                key("2965f176a1084a02fd3f6a20ce636e20"),
                N1,
                N2,
                hex("12a3343bb453bb5408da42d20c2d0fc8"),
                hex("010102"),
                A1,
                A2);
        assertThat(check).isEqualTo(hex("e3c473989cd0e8c5d26c0b09da958f61"));
    }

    @Test
    void g2_of_appendix_D_5() {
        assertThat(Toolbox.g2(U, V, N1, N2)).isEqualTo(0x2f9ed5ba);
        assertThat(Toolbox.sixDigits(0x2f9ed5ba)).isEqualTo(938554);
    }

    @Test
    void six_digits_take_the_value_as_unsigned() {
        assertThat(Toolbox.sixDigits(0xffffffff)).isEqualTo(967295);
    }

    @Test
    void h6_of_appendix_D_6() {
        assertThat(Toolbox.h6(key("ec0234a357c8ad05341010a60a397d9b"), 0x6c656272))
                .isEqualTo(key("2d9ae102e76dc91ce8d3a9e280b16399"));
    }

    @Test
    void ah_of_appendix_D_7() {
        var irk = key("ec0234a357c8ad05341010a60a397d9b");
        assertThat(Toolbox.ah(irk, 0x708194)).isEqualTo(0x0dfbaa);
        assertThat(Toolbox.resolves(irk, DeviceAddress.parse("70:81:94:0D:FB:AA/random"))).isTrue();
        assertThat(Toolbox.resolves(irk, DeviceAddress.parse("70:81:94:0D:FB:AB/random"))).isFalse();
    }

    @Test
    void h7_of_appendix_D_8() {
        assertThat(Toolbox.h7(hex("000000000000000000000000746d7031"), key("ec0234a357c8ad05341010a60a397d9b")))
                .isEqualTo(key("fb173597c6a3c0ecd2998c2a75a57011"));
    }

    @Test
    void aes_of_fips_197_appendix_B() {
        assertThat(Toolbox.e(key("2b7e151628aed2a6abf7158809cf4f3c"), hex("3243f6a8885a308d313198a2e0370734")))
                .isEqualTo(hex("3925841d02dc09fbdc118597196a0b32"));
    }

    @Test
    void a_wrong_length_is_named() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Toolbox.f4(U, V, new byte[15], 0))
                .withMessageContaining("16 octets");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Toolbox.f4(new byte[31], V, N1, 0))
                .withMessageContaining("U has 32 octets, not 31");
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static Key key(String text) {
        return Key.of(hex(text));
    }
}
