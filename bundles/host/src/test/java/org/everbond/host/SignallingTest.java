package org.everbond.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.everbond.hci.OpCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The signalling channel of L2CAP (Vol 3, Part A, 4): what is refused, and how. */
class SignallingTest extends ScriptedHost {
    @ParameterizedTest
    @ValueSource(strings = {
        "01010200 0000", // Command Reject
        "13010200 0000", // Connection Parameter Update Response
        "15010a00 00000000000000000000", // LE Credit Based Connection Response
        "18010800 0000000000000000", "07010400 40004100", "1a010200 0000", // other responses
        "16010400 40000100", // Flow Control Credit for a channel that is not there
        "12000800 1800280000002a00", // identifier 0
        "120108" // not even a header
    })
    void signalling_that_needs_no_answer_gets_none(String sdu) {
        signal(sdu);

        assertThat(controller.data).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "02010400 01004000 > 0101020000 00", // BR/EDR Connection Request: not understood
        "08010000 > 0101020000 00", // Echo Request
        "0a010200 0200 > 010102000000", // Information Request
        "7f010000 > 010102000000", // unknown code
        "12010800 1800280000002a00 > 010102000000", // an update request to the peripheral
        "12010700 18002800000000 > 010102000000", // a wrong length
        "12010800 1800280000 > 010102000000", // a length that lies
        "06010400 40004100 > 01010600 0200 4000 4100", // Disconnection Request: invalid CID
        "14010a00 80004000170017000100 > 15010a00 0000 0000 0000 0000 0200", // SPSM not supported
        "14010900 800040001700170001 > 010102000000", // a wrong length
        "17010a00 80004000170001004000 > 18010a00 0000 0000 0000 0200 0000", // one channel
        "17011200 8000400017000100 40004100420043004400 > 18011200 0000 0000 0000 0200 00000000000000000000", // five
        "19010600 400040004000 > 010102000000", // Credit Based Reconfigure
        "12011400 0000000000000000000000000000000000000000 > 010104000100 1700" // longer than the MTU of 23
    })
    void every_other_request_is_refused_by_rule(String exchange) {
        var parts = exchange.replace(" ", "").split(">");
        signal(parts[0]);

        String answer = parts[1].replace(" ", "");
        assertThat(sent()).hasSize(1);
        assertThat(sent().get(0)).isEqualTo(String.format("%02x000500", answer.length() / 2) + answer);
    }

    private void signal(String sdu) {
        String octets = sdu.replace(" ", "");
        inject(CONNECTED, acl(0x40, 2, String.format("%02x000500", octets.length() / 2) + octets));
    }

    @Test
    void six_channels_in_one_request_are_too_many() {
        signal("17011400 8000400017000100 400041004200430044004500");

        assertThat(sent()).as("beyond the MTU of the channel, too").containsExactly("08000500" + "010104000100" + "1700");
    }

    @Test
    void a_flood_of_update_requests_is_not_carried_out() {
        connectAsCentral();
        for (int i = 1; i <= 100; i++) {
            inject(acl(0x40, 2, "0c000500" + String.format("12%02x0800", i) + "180028000000c800"), "0413050140000100");
        }

        assertThat(controller.count(OpCode.LE_CONNECTION_UPDATE)).isEqualTo(4);
        assertThat(sent()).hasSize(100);
        assertThat(sent().get(99)).isEqualTo("06000500" + "1364" + "0200" + "0100");
    }

    @Test
    void every_parameter_at_its_edges() {
        connectAsCentral();
        var accepted = new ArrayList<String>();
        var cases = List.of(
                "0600060000000a00 yes", "0500060000000a00 no", "800c800c00008025 no", "800c800c0000800c yes", "0700060000000a00 no",
                "060006000000 0900 no", "06000600f301 800c yes", "06000600f401800c no", "060006000000810c no", "0600810c0000800c no",
                // 100 * 10 ms is not more than (1 + 3) * 100 * 1.25 ms * 2
                "0600640003006400 no", "0600640003006500 yes");
        for (int i = 0; i < cases.size(); i++) {
            loop.advance(Duration.ofSeconds(2));
            controller.data.clear();
            var parts = cases.get(i).replace(" yes", "=yes").replace(" no", "=no").replace(" ", "").split("=");
            inject(acl(0x40, 2, "0c000500" + "12010800" + parts[0]), "0413050140000100");
            accepted.add(parts[1].equals("yes") == sent().get(0).endsWith("0000") ? "" : cases.get(i));
        }
        assertThat(accepted).containsOnly("");
    }
}
