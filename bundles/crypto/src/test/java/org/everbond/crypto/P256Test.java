package org.everbond.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Vol 3, Part H, 2.3.5.6.1: public key exchange and DHKey. */
class P256Test {
    private static final BigInteger P =
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);

    @Test
    void both_sides_compute_the_same_dhkey() throws Exception {
        for (int i = 0; i < 20; i++) {
            var a = P256.generate();
            var b = P256.generate();
            assertThat(a.publicKey()).isNotEqualTo(b.publicKey());
            assertThat(a.publicKey().isValid()).isTrue();
            assertThat(a.dhKey(b.publicKey())).isEqualTo(b.dhKey(a.publicKey()));
        }
    }

    @Test
    void the_pdu_carries_both_coordinates_least_significant_octet_first() {
        var pdu = new byte[65];
        PublicKey.DEBUG.writeLittleEndian(pdu, 1);
        assertThat(pdu[1]).isEqualTo((byte) 0xe6);
        assertThat(pdu[32]).isEqualTo((byte) 0x20);
        assertThat(pdu[33]).isEqualTo((byte) 0x8b);
        assertThat(pdu[64]).isEqualTo((byte) 0xdc);
        assertThat(PublicKey.ofLittleEndian(pdu, 1)).isEqualTo(PublicKey.DEBUG);
    }

    @Test
    void a_thousand_random_points_off_the_curve_are_refused() {
        var random = new Random(7);
        var own = P256.generate();
        for (int i = 0; i < 1000; i++) {
            var x = own.publicKey().x();
            var y = own.publicKey().y();
            // A single changed coordinate is on the curve only by one chance in 2^255.
            random.nextBytes(i % 2 == 0 ? x : y);
            var peer = PublicKey.of(x, y);
            assertThat(peer.isValid()).isFalse();
            assertThatThrownBy(() -> own.dhKey(peer)).isInstanceOf(InvalidKeyException.class);
        }
    }

    @Test
    void a_coordinate_that_is_right_only_modulo_p_is_out_of_range() {
        // x = 0 is on the curve; x = p stands for the same point but is no coordinate.
        var b = new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);
        var root = b.modPow(P.add(BigInteger.ONE).shiftRight(2), P);
        assertThat(PublicKey.of(new byte[32], octets(root)).isValid()).isTrue();
        assertThat(PublicKey.of(octets(P), octets(root)).isValid()).isFalse();
    }

    @Test
    void our_key_is_recognised_with_either_sign_of_y() {
        var own = P256.generate().publicKey();
        var turned = PublicKey.of(own.x(), octets(P.subtract(new BigInteger(1, own.y()))));
        assertThat(turned.isValid()).isTrue();
        assertThat(turned).isNotEqualTo(own);
        assertThat(turned.sameX(own)).isTrue();
        assertThat(P256.generate().publicKey().sameX(own)).isFalse();
    }

    @Test
    void the_debug_key_is_recognised() {
        assertThat(PublicKey.DEBUG.isValid()).isTrue();
        assertThat(PublicKey.DEBUG.isDebugKey()).isTrue();
        assertThat(P256.generate().publicKey().isDebugKey()).isFalse();
    }

    @Test
    void secrets_do_not_show_in_text() throws Exception {
        var pair = P256.generate();
        assertThat(pair.toString()).startsWith("P256[PublicKey[x=");
        assertThat(pair.dhKey(PublicKey.DEBUG)).hasToString("DhKey[hidden]");
    }

    private static byte[] octets(BigInteger value) {
        var signed = value.toByteArray();
        var octets = new byte[32];
        int length = Math.min(32, signed.length);
        System.arraycopy(signed, signed.length - length, octets, 32 - length, length);
        return octets;
    }
}
