package org.everbond.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What peers should never send: fragments and lengths that lie, channels that are not there, data that belongs to no link. */
class HostileDataTest extends ScriptedHost {
    @Test
    void fragments_in_every_cut_make_the_same_sdu() {
        inject(CONNECTED);
        String pdu = "0700040001020304050607";
        for (int cut = 1; cut < 11; cut++) {
            inject(acl(0x40, 2, pdu.substring(0, 2 * cut)), acl(0x40, 1, pdu.substring(2 * cut)));
        }
        inject(acl(0x40, 0, pdu));

        assertThat(upper.heard("att 1")).hasSize(11).containsOnly("att 1 01020304050607");
    }

    @Test
    void every_length_lie_is_dropped_and_the_next_pdu_heard() {
        inject(CONNECTED);
        String good = acl(0x40, 2, "0100040009");
        inject(acl(0x40, 1, "0100040001"), good); // a fragment without a beginning
        inject(acl(0x40, 2, "05000400010203"), good); // unfinished
        inject(acl(0x40, 2, "010004000102"), good); // longer than it says
        inject(acl(0x40, 2, "0200040001"), acl(0x40, 1, "0203"), good); // longer with the second fragment
        inject(acl(0x40, 2, "00000400"), good); // empty
        inject(acl(0x40, 2, "ffff0400" + "00".repeat(23)), acl(0x40, 1, "00".repeat(251)), good); // longer than the MTU
        inject(acl(0x40, 2, "4200060001" + "00".repeat(65)), good); // SMP is at most 65
        inject(acl(0x40, 2, ""), acl(0x40, 2, "01"), good); // less than a header
        inject("02402003000100", good); // HCI length lies

        assertThat(upper.heard("att 1")).hasSize(9).containsOnly("att 1 09");
        assertThat(upper.heard("smp 1")).isEmpty();
    }

    @Test
    void a_whole_pdu_longer_than_any_announced_buffer_is_taken() {
        inject(CONNECTED, acl(0x40, 2, "05020400" + "aa".repeat(517)));

        assertThat(upper.heard("att 1")).containsExactly("att 1 " + "aa".repeat(517));
    }

    @Test
    void all_65536_channels_but_three_are_deaf() {
        inject(CONNECTED);
        for (int cid = 0; cid < 65_536; cid++) {
            inject(acl(0x40, 2, String.format("0400%02x%02x", cid & 0xff, cid >> 8) + "01020304"));
        }

        assertThat(upper.heard("att 1")).containsExactly("att 1 01020304");
        assertThat(upper.heard("smp 1")).containsExactly("smp 1 01020304");
        assertThat(controller.data).as("signalling: a Command Reject gets no answer").isEmpty();
    }

    @Test
    void data_for_an_unknown_handle_waits_a_second_and_no_longer() {
        inject(acl(0x40, 2, "0100040007"));
        loop.advance(Duration.ofMillis(999));
        inject(CONNECTED);
        assertThat(upper.heard("att 1")).containsExactly("att 1 07");

        inject(acl(0x41, 2, "0100040007"));
        loop.advance(Duration.ofMillis(1001));
        inject(connected(0x41));
        assertThat(upper.heard("att 2")).isEmpty();
    }

    @Test
    void what_waits_for_unknown_handles_is_bounded() {
        for (int handle = 0; handle < 0xf00; handle++) {
            for (int i = 0; i < 20; i++) {
                controller.inject(acl(handle, 2, "0100040007"));
            }
        }
        loop.runUntilIdle();
        inject(connected(0), connected(8));

        assertThat(upper.heard("att 1")).as("more than sixteen packets: none").isEmpty();
        assertThat(upper.heard("att 2")).as("the ninth handle").isEmpty();
    }

    @Test
    void no_link_inherits_what_was_on_its_way_to_the_one_before() {
        inject(CONNECTED, "04050400400013", acl(0x40, 2, "0100040008"), CONNECTED);
        assertThat(upper.heard("att 2")).isEmpty();

        inject("04050400400013");
        loop.advance(Duration.ofMillis(150));
        inject(acl(0x40, 2, "0100040009"), CONNECTED);
        assertThat(upper.heard("att 3")).as("this is early, not late").containsExactly("att 3 09");
    }
}
