package org.everbond.security.internal.pdu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.everbond.crypto.DeviceAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PduCodecTest {
    /** Vol 3, Part H, 3.3, Table 3.3 and the figures of 3.5 and 3.6: octets with the code. */
    private static final int[] LENGTHS = {0, 7, 7, 17, 17, 2, 17, 11, 17, 8, 17, 2, 65, 17, 2};

    @Test
    void eachPduHasExactlyOneLength() {
        int accepted = 0;
        for (int code = 0; code < 256; code++) {
            for (int length = 1; length <= 70; length++) {
                var sdu = wellFormed(code, length);
                boolean reserved = code == 0 || code >= LENGTHS.length;
                if (reserved) {
                    assertThat(PduCodec.decode(sdu)).isEmpty();
                } else if (length == LENGTHS[code]) {
                    assertThat(PduCodec.decode(sdu)).get().extracting(Pdu::code).isEqualTo(code);
                    accepted++;
                } else {
                    assertThatThrownBy(() -> PduCodec.decode(sdu)).isInstanceOf(PduException.class);
                }
            }
        }
        assertThat(accepted).isEqualTo(14);
        assertThatThrownBy(() -> PduCodec.decode(new byte[0])).isInstanceOf(PduException.class);
    }

    @Test
    void whatIsReadIsWrittenBack() {
        var random = new Random(4);
        for (int code = 1; code < LENGTHS.length; code++) {
            for (int round = 0; round < 50; round++) {
                var sdu = wellFormed(code, LENGTHS[code]);
                if (code == 3 || code == 4 || code >= 6 && code != 9 && code != 14) {
                    random.nextBytes(sdu);
                    sdu[0] = (byte) code;
                }
                assertThat(PduCodec.encode(PduCodec.decode(sdu).orElseThrow())).isEqualTo(sdu);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "01050009100202", "02050009100202", "01030209100202", "01ff0009100202",
        "01030009060202", "01030009110202", "0103000900ff02", "090211223344" + "55c0", "0e05", "0eff"
    })
    void valuesOutOfRangeAreRefused(String hex) {
        assertThatThrownBy(() -> PduCodec.decode(HexFormat.of().parseHex(hex))).isInstanceOf(PduException.class);
    }

    @Test
    void fieldsAreLeastSignificantOctetFirst() {
        var identity = (Pdu.IdentityAddressInformation)
                PduCodec.decode(HexFormat.of().parseHex("0901665544332211")).orElseThrow();
        assertThat(identity.address()).isEqualTo(DeviceAddress.parse("11:22:33:44:55:66/random"));
        var confirm = (Pdu.PairingConfirm) PduCodec.decode(
                        HexFormat.of().parseHex("03100f0e0d0c0b0a090807060504030201"))
                .orElseThrow();
        assertThat(confirm.value()).startsWith(1, 2, 3).endsWith(15, 16);
        var central = (Pdu.CentralIdentification)
                PduCodec.decode(HexFormat.of().parseHex("0734120807060504030201")).orElseThrow();
        assertThat(central.ediv()).isEqualTo(0x1234);
        assertThat(central.rand()).isEqualTo(0x0102030405060708L);
    }

    /** Vol 3, Part H, 3.5.1, Figure 3.3. */
    @ParameterizedTest
    @CsvSource({"0,false,false,false", "1,true,false,false", "5,true,true,false", "0x0d,true,true,true", "2,false,false,false",
        "3,false,false,false", "0x2c,false,true,true"})
    void authReqBits(String authReq, boolean bonding, boolean mitm, boolean secureConnections) {
        var features = new Features(3, 0, Integer.decode(authReq), 16, 2, 2);
        assertThat(features.bonding()).isEqualTo(bonding);
        assertThat(features.mitm()).isEqualTo(mitm);
        assertThat(features.secureConnections()).isEqualTo(secureConnections);
        assertThat(features.ioCap()).containsExactly(Integer.decode(authReq), 0, 3);
    }

    @Test
    void everyReasonHasASentenceWithACure() {
        for (var reason : FailureReason.values()) {
            assertThat(reason.code()).isEqualTo(reason.ordinal() + 1);
            assertThat(FailureReason.sentence(reason.code())).isEqualTo(reason.sentence()).contains(";");
        }
        for (int reserved : new int[] {0, 0x11, 0xff}) {
            assertThat(FailureReason.sentence(reserved)).contains("unknown reason");
        }
    }

    private static byte[] wellFormed(int code, int length) {
        var sdu = new byte[length];
        sdu[0] = (byte) code;
        if ((code == 1 || code == 2) && length > 4) {
            sdu[4] = 16;
        }
        return Arrays.copyOf(sdu, length);
    }
}
