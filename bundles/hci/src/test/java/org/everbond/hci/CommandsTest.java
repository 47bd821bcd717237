package org.everbond.hci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.junit.jupiter.api.Test;

class CommandsTest {
    private static final DeviceAddress PEER = DeviceAddress.parse("C0:FF:EE:00:00:01/random");

    private static String hex(HciCommand command) {
        return HexFormat.of().formatHex(command.packet());
    }

    /** THREATS B11: whoever is in an accept list could be told by who gets a scan response or a link (CVE-2020-35473); there is none. */
    @Test
    void b11_everybodyIsAnsweredAlike() {
        assertThat(LeCommands.setAdvertisingParameters(32, 48, 0, 1).packet()).as("advertising filter policy").endsWith(7, 0);
        assertThat(LeExtendedCommands.setAdvertisingParameters(0, LeExtendedCommands.LEGACY_CONNECTABLE, 32, 48, 1).packet()[4 + 18])
                .as("advertising filter policy").isZero();
        assertThat(LeCommands.createConnection(0x60, 0x30, PEER, 1, 24, 40, 0, 72).packet()[4 + 4]).as("initiator filter policy").isZero();
        assertThat(LeExtendedCommands.createConnection(0x60, 0x30, PEER, 1, 24, 40, 0, 72).packet()[4]).as("initiator filter policy").isZero();
    }

    @Test
    void layouts() {
        assertThat(hex(ControllerCommands.reset())).isEqualTo("01030c00");
        assertThat(hex(ControllerCommands.disconnect(0x40, ErrorCode.REMOTE_USER_TERMINATED_CONNECTION)))
                .isEqualTo("0106040340" + "0013");
        assertThat(hex(ControllerCommands.setEventMask(0x2000_0000_0000_8010L))).isEqualTo("01010c081080000000000020");
        assertThat(hex(LeCommands.setAdvertisingData(new byte[] {2, 1, 6})))
                .isEqualTo("0108202003020106" + "00".repeat(28));
        assertThat(hex(LeCommands.createConnection(0x60, 0x30, PEER, 1, 24, 40, 0, 72)))
                .isEqualTo("010d2019" + "60003000" + "00" + "01010000eeffc0" + "01" + "1800280000004800" + "00000000");
        assertThat(hex(LeExtendedCommands.createConnection(0x60, 0x30, PEER, 1, 24, 40, 0, 72)))
                .isEqualTo("0143201a" + "00" + "01" + "01010000eeffc0" + "01" + "60003000" + "1800280000004800" + "00000000");
        assertThat(hex(LeExtendedCommands.setAdvertisingParameters(0, LeExtendedCommands.LEGACY_CONNECTABLE, 32, 48, 1)))
                .isEqualTo("01362019" + "00" + "1300" + "200000" + "300000" + "07" + "01" + "00000000000000" + "00" + "7f" + "01"
                        + "00" + "01" + "00" + "00");
        assertThat(hex(LeExtendedCommands.setAdvertisingEnable(true, 0))).isEqualTo("01392006" + "01" + "01" + "00" + "0000" + "00");
        assertThat(hex(LeExtendedCommands.setScanParameters(true, 0x60, 0x30, 1, 2))).isEqualTo("01412008" + "010201" + "0160003000");
        assertThat(hex(LeCommands.setScanParameters(false, 0x60, 0x30, 1, 2))).isEqualTo("010b2007" + "00" + "60003000" + "01" + "02");
    }

    @Test
    void a_key_goes_least_significant_octet_first_and_never_into_text() {
        var key = Key.of(HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f"));
        var command = LeCommands.enableEncryption(0x40, 0x0102030405060708L, 0x1234, key);

        assertThat(hex(command)).isEqualTo("0119201c4000" + "0807060504030201" + "3412" + "0f0e0d0c0b0a09080706050403020100");
        assertThat(command).hasToString("LE Enable Encryption (0x2019)");
    }

    @Test
    void legacy_advertising_data_has_31_octets_at_most() {
        assertThatThrownBy(() -> LeCommands.setAdvertisingData(new byte[32])).hasMessageContaining("31");
    }

    @Test
    void op_codes_and_their_places_in_the_supported_commands_are_unique() {
        assertThat(Arrays.stream(OpCode.values()).map(OpCode::value)).doesNotHaveDuplicates();
        var places = new HashSet<Integer>();
        for (var opCode : OpCode.values()) {
            assertThat(OpCode.of(opCode.value())).contains(opCode);
            if (opCode.supportedOctet() >= 0) {
                assertThat(places.add(opCode.supportedOctet() * 8 + opCode.supportedBit())).as(opCode.text()).isTrue();
            }
        }
    }

    @Test
    void supported_commands_are_read_by_octet_and_bit() {
        var bits = new byte[64];
        bits[5] = (byte) 0x80;
        bits[36] = 0x04;
        var supported = SupportedCommands.of(bits);

        assertThat(supported.has(OpCode.RESET)).isTrue();
        assertThat(supported.has(OpCode.LE_SET_EXTENDED_ADVERTISING_PARAMETERS)).isTrue();
        assertThat(supported.has(OpCode.LE_SET_ADVERTISING_PARAMETERS)).isFalse();
        assertThat(SupportedCommands.of(List.of(OpCode.RESET, OpCode.LE_SET_EXTENDED_ADVERTISING_PARAMETERS)).octets())
                .isEqualTo(bits);
    }

    @Test
    void error_codes_have_the_numbers_of_the_specification_and_a_text() {
        for (var error : ErrorCode.values()) {
            assertThat(error.value()).isEqualTo(error.ordinal());
            assertThat(ErrorCode.of(error.value())).contains(error);
        }
        assertThat(ErrorCode.describe(0x3d)).isEqualTo("connection terminated due to MIC failure (0x3D)");
        assertThat(ErrorCode.describe(0xc1)).isEqualTo("error (0xC1)");
    }

    @Test
    void acl_packets_are_read_as_they_are_written() {
        var data = new byte[] {1, 0, 4, 0, 9};
        var packet = new AclPacket(0x0eff, AclPacket.FIRST_FLUSHABLE, 0, data).packet();

        assertThat(HexFormat.of().formatHex(packet)).isEqualTo("02ff2e05000100040009");
        assertThat(AclPacket.parse(packet)).hasValueSatisfying(acl -> {
            assertThat(acl.handle()).isEqualTo(0x0eff);
            assertThat(acl.first()).isTrue();
            assertThat(acl.data()).isEqualTo(data);
        });
        packet[3] = 6;
        assertThat(AclPacket.parse(packet)).isEmpty();
    }
}
