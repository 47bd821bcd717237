package org.everbond.hci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import org.everbond.crypto.DeviceAddress;
import org.junit.jupiter.api.Test;

class HciEventTest {
    private static HciEvent parse(String hex) {
        return HciEvent.parse(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @Test
    void link_events() {
        assertThat(parse("04 05 04 00 40 00 13")).isEqualTo(new HciEvent.DisconnectionComplete(0, 0x40, 0x13));
        assertThat(parse("04 08 04 00 40 00 01")).isEqualTo(new HciEvent.EncryptionChange(0, 0x40, true, 0));
        assertThat(parse("04 59 05 00 40 00 01 10")).isEqualTo(new HciEvent.EncryptionChange(0, 0x40, true, 16));
        assertThat(parse("04 30 03 00 40 00")).isEqualTo(new HciEvent.EncryptionKeyRefreshComplete(0, 0x40));
        assertThat(parse("04 3e 0d 05 40 00 08 07 06 05 04 03 02 01 34 12"))
                .isEqualTo(new LeEvent.LongTermKeyRequest(0x40, 0x0102030405060708L, 0x1234));
        assertThat(parse("04 13 09 02 40 00 01 00 41 00 02 00"))
                .isInstanceOfSatisfying(HciEvent.NumberOfCompletedPackets.class, event -> assertThat(event.completed())
                        .extracting(HciEvent.NumberOfCompletedPackets.Completed::count)
                        .containsExactly(1, 2));
    }

    @Test
    void a_connection_complete_names_both_addresses_that_it_has() {
        assertThat(parse("04 3e 13 01 00 40 00 01 01 01 00 00 ee ff c0 06 00 00 00 48 00 00"))
                .isEqualTo(new LeEvent.ConnectionComplete(
                        0, 0x40, false, DeviceAddress.parse("C0:FF:EE:00:00:01/random"), false, null, null, 6, 0, 72, -1));
        assertThat(parse("04 3e 1f 0a 00 40 00 00 02 01 00 00 42 00 00 02 00 00 00 00 40 03 00 00 00 00 40 06 00 00 00 48 00 00"))
                .isEqualTo(new LeEvent.ConnectionComplete(
                        0, 0x40, true, DeviceAddress.parse("00:00:42:00:00:01/public"), true,
                        DeviceAddress.parse("40:00:00:00:00:02/random"), DeviceAddress.parse("40:00:00:00:00:03/random"),
                        6, 0, 72, -1));
    }

    @Test
    void a_failed_connection_complete_may_carry_anything_in_its_other_fields() {
        assertThat(parse("04 3e 13 01 3e ff ff ff 00 00 00 00 00 00 00 00 00 00 00 00 00 00"))
                .isInstanceOfSatisfying(
                        LeEvent.ConnectionComplete.class, event -> assertThat(event.status()).isEqualTo(0x3e));
        assertThat(parse("04 3e 13 01 00 40 00 02 01 01 00 00 ee ff c0 06 00 00 00 48 00 00"))
                .as("role 2").isInstanceOf(HciEvent.Malformed.class);
    }

    @Test
    void advertising_reports_of_both_families() {
        assertThat(parse("04 3e 0f 02 01 00 01 01 00 00 ee ff c0 03 02 01 06 d0"))
                .isInstanceOfSatisfying(LeEvent.AdvertisingReports.class, event -> {
                    var report = event.reports().get(0);
                    assertThat(report.address()).hasToString("C0:FF:EE:00:00:01/random");
                    assertThat(report.connectable()).isTrue();
                    assertThat(report.rssi()).isEqualTo(-48);
                    assertThat(report.data()).containsExactly(2, 1, 6);
                });
        assertThat(parse("04 3e 1d 0d 01 13 00 01 01 00 00 ee ff c0 01 00 ff 7f d0 00 00 00 00 00 00 00 00 00 03 02 01 06"))
                .isInstanceOfSatisfying(LeEvent.AdvertisingReports.class, event -> {
                    var report = event.reports().get(0);
                    assertThat(report.legacy()).isTrue();
                    assertThat(report.sid()).isEqualTo(-1);
                    assertThat(report.complete()).isTrue();
                    assertThat(report.data()).containsExactly(2, 1, 6);
                });
    }

    @Test
    void directed_advertising_to_a_private_address_that_the_controller_could_not_resolve() {
        assertThat(parse("04 3e 12 0b 01 01 01 01 00 00 ee ff 40 01 02 00 00 ad de 40 d0"))
                .isInstanceOfSatisfying(LeEvent.AdvertisingReports.class, event -> {
                    var report = event.reports().get(0);
                    assertThat(report.address()).hasToString("40:FF:EE:00:00:01/random");
                    assertThat(report.addressIsIdentity()).isFalse();
                    assertThat(report.connectable()).isTrue();
                    assertThat(report.directed()).isTrue();
                    assertThat(report.unresolvedTarget()).hasToString("40:DE:AD:00:00:02/random");
                    assertThat(report.scannable()).isFalse();
                    assertThat(report.complete()).isTrue();
                    assertThat(report.data()).isEmpty();
                    assertThat(report.rssi()).isEqualTo(-48);
                });
        assertThat(parse("04 3e 12 0b 01 01 03 01 00 00 ee ff c0 01 02 00 00 ad de 40 d0"))
                .isInstanceOfSatisfying(LeEvent.AdvertisingReports.class,
                        event -> assertThat(event.reports().get(0).addressIsIdentity()).isTrue());
        for (var impossible : new String[] {
            "04 3e 12 0b 01 00 01 01 00 00 ee ff 40 01 02 00 00 ad de 40 d0",
            "04 3e 12 0b 01 01 04 01 00 00 ee ff 40 01 02 00 00 ad de 40 d0",
            "04 3e 12 0b 02 01 01 01 00 00 ee ff 40 01 02 00 00 ad de 40 d0",
            "04 3e 11 0b 01 01 01 01 00 00 ee ff 40 01 02 00 00 ad de 40",
            "04 3e 02 0b 00"
        }) {
            assertThat(parse(impossible)).as(impossible).isInstanceOf(HciEvent.Malformed.class);
        }
    }

    /** Vol 4, Part E, 7.7.65.13: type 0xFE, or 0x01 of controllers that say no more; what was resolved to us needs no second look. */
    @Test
    void extended_reports_name_a_target_that_was_not_resolved() {
        for (var type : new String[] {"fe", "01"}) {
            assertThat(target("15", type, "02 00 00 ad de 40")).hasToString("40:DE:AD:00:00:02/random");
            assertThat(target("15", type, "02 00 00 ad de c0")).as("a static address").isNull();
            assertThat(target("13", type, "02 00 00 ad de 40")).as("not directed").isNull();
        }
        for (var type : new String[] {"00", "02", "03", "07"}) {
            assertThat(target("15", type, "02 00 00 ad de 40")).isNull();
        }
    }

    private static DeviceAddress target(String properties, String type, String address) {
        var event = parse("04 3e 1a 0d 01 " + properties + " 00 01 01 00 00 ee ff 40 01 00 ff 7f d0 00 00 " + type + " " + address + " 00");
        return ((LeEvent.AdvertisingReports) event).reports().get(0).unresolvedTarget();
    }

    @Test
    void lengths_that_lie_are_malformed() {
        assertThat(parse("04 05 03 00 40 00")).isInstanceOf(HciEvent.Malformed.class);
        assertThat(parse("04 05 05 00 40 00 13 00")).isInstanceOf(HciEvent.Malformed.class);
        assertThat(parse("04 05 09 00 40 00 13")).isInstanceOf(HciEvent.Malformed.class);
        assertThat(parse("04 13 05 02 40 00 01 00")).isInstanceOf(HciEvent.Malformed.class);
        assertThat(parse("04 3e 00")).isInstanceOf(HciEvent.Malformed.class);
        assertThat(parse("04 3e 0f 02 01 00 01 01 00 00 ee ff c0 04 02 01 06 d0")).isInstanceOf(HciEvent.Malformed.class);
        assertThat(parse("04 3e 0c 02 01 00 01 01 00 00 ee ff c0 ff d0")).isInstanceOf(HciEvent.Malformed.class);
        assertThat(parse("")).isInstanceOf(HciEvent.Malformed.class);
        assertThat(parse("04 66 02 01 02")).isEqualTo(new HciEvent.Ignored(0x66, -1));
        assertThat(parse("04 3e 02 77 02")).isEqualTo(new HciEvent.Ignored(0x3e, 0x77));
    }

    /** Every event code and every LE subevent code, with every length, filled with noise. */
    @Test
    void no_octets_make_the_parser_throw() {
        var random = new Random(7);
        for (int code = 0; code < 512; code++) {
            for (int length = 0; length < 256; length++) {
                var packet = new byte[3 + length];
                random.nextBytes(packet);
                packet[0] = 4;
                packet[1] = (byte) (code < 256 ? code : 0x3e);
                packet[2] = (byte) length;
                if (code >= 256 && length > 0) {
                    packet[3] = (byte) code;
                }
                assertThat(HciEvent.parse(packet)).isNotNull();
            }
        }
    }
}
