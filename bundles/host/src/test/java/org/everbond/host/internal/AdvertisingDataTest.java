package org.everbond.host.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.AdvertisingReport;
import org.junit.jupiter.api.Test;

/** What comes from any device in the street. */
class AdvertisingDataTest {
    private static AdStructures parse(String hex) {
        return AdStructures.parse(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @Test
    void names_and_services_of_every_size() {
        var structures = parse("020106 0408 616263 0509 61626364 0503 0f18 0a18 0504 04030201"
                + "1106 5a5a5a5a5a5a11119999ffffa5a5a5a5");

        assertThat(structures.name()).as("the complete name wins").isEqualTo("abcd");
        assertThat(structures.services()).containsExactly(
                UUID.fromString("0000180f-0000-1000-8000-00805f9b34fb"),
                UUID.fromString("0000180a-0000-1000-8000-00805f9b34fb"),
                UUID.fromString("01020304-0000-1000-8000-00805f9b34fb"),
                UUID.fromString("a5a5a5a5-ffff-9999-1111-5a5a5a5a5a5a"));
        assertThat(parse("0408616263").name()).isEqualTo("abc");
    }

    @Test
    void a_structure_that_does_not_fit_ends_the_reading_and_what_came_before_counts() {
        assertThat(parse("0409616263 0903 0f18").name()).isEqualTo("abc");
        assertThat(parse("0409616263 0903 0f18").services()).isEmpty();
        assertThat(parse("0409616263 00 0303 0f18").services()).as("a length of 0 is the end").isEmpty();
        assertThat(parse("0403 0f18 0a").services()).as("an odd octet is no UUID").hasSize(1);
        assertThat(parse("0109").name()).isEmpty();
        assertThat(parse("").services()).isEmpty();
    }

    @Test
    void a_name_cannot_move_the_cursor_of_a_terminal() {
        assertThat(parse("0909 1b5b324a 410d0a 42").name()).isEqualTo("\ufffd[2JA\ufffd\ufffdB");
        assertThat(parse("0509 e280ae 41").name()).as("right-to-left override").isEqualTo("\ufffdA");
        assertThat(parse("0509 41 c3 28 42").name()).as("broken UTF-8").isEqualTo("A\ufffd(B");
        assertThat(parse("0509 41 00 41 41").name()).as("padded with zeros").isEqualTo("A");
    }

    @Test
    void no_octets_make_it_throw() {
        var random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            var data = new byte[random.nextInt(260)];
            random.nextBytes(data);
            for (int at = 0; at < data.length; at += 1 + random.nextInt(9)) {
                data[at] = (byte) random.nextInt(9);
            }
            var structures = AdStructures.parse(data);
            assertThat(structures.name().length() + structures.services().size()).isLessThanOrEqualTo(data.length);
        }
    }

    private static AdvertisingReport part(long address, int length, boolean more) {
        return new AdvertisingReport(
                true, false, false, null, false, false, DeviceAddress.parse("C0:00:00:00:00:00/random"), false, -50, (int) address, !more,
                more, new byte[length]);
    }

    @Test
    void parts_of_extended_data_are_put_together_by_advertiser_and_set() {
        var assembly = new ReportAssembly();

        assertThat(assembly.add(part(1, 200, true))).isNull();
        assertThat(assembly.add(part(2, 100, true))).isNull();
        assertThat(assembly.add(part(1, 29, false)).data()).hasSize(229);
        assertThat(assembly.add(part(2, 1, false)).data()).hasSize(101);
        assertThat(assembly.add(part(3, 7, false)).data()).hasSize(7);
        assertThat(assembly.takeDropped()).isZero();
    }

    @Test
    void data_without_end_is_given_up_at_1650_octets_and_advertisers_without_end_at_sixteen() {
        var assembly = new ReportAssembly();
        for (int i = 0; i < 7; i++) {
            assertThat(assembly.add(part(1, 229, true))).isNull();
        }
        assertThat(assembly.add(part(1, 47, false)).data()).hasSize(1650);
        for (int i = 0; i < 8; i++) {
            assertThat(assembly.add(part(1, 229, true))).isNull();
        }
        assertThat(assembly.takeDropped()).isEqualTo(1);

        for (int sid = 0; sid < 100; sid++) {
            assertThat(assembly.add(part(sid, 10, true))).isNull();
        }
        assertThat(assembly.takeDropped()).isEqualTo(84);
    }
}
