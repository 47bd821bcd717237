package org.everbond.hci.internal;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.everbond.hci.AclPacket;
import org.everbond.hci.AdvertisingReport;
import org.everbond.hci.H4Decoder;
import org.everbond.hci.HciEvent;
import org.everbond.hci.LeEvent;

/**
 * Anything may come from a controller: it is cut into the same packets however the octets arrive, and each packet is read and traced
 * without an exception.
 */
class StreamFuzzTest {
    /** An extended advertising report carries at most 229 octets (Vol 4, Part E, 7.7.65.13). */
    private static final int LONGEST_REPORT = 229;

    @FuzzTest(maxDuration = "10m")
    void anyStreamIsCutAndRead(byte[] stream) {
        var whole = new Cut();
        whole.decoder.feed(stream, 0, stream.length);
        var single = new Cut();
        for (int at = 0; at < stream.length; at++) {
            single.decoder.feed(stream, at, 1);
        }
        check(whole.packets.size() == single.packets.size(), "octet by octet there are more or fewer packets");
        check(whole.decoder.dropped() == single.decoder.dropped(), "octet by octet more or less is dropped");

        var blanking = new KeyBlanking();
        int octets = 0;
        for (int i = 0; i < whole.packets.size(); i++) {
            var packet = whole.packets.get(i);
            check(Arrays.equals(packet, single.packets.get(i)), "octet by octet a packet is another one");
            octets += packet.length;
            read(packet);
            check(blanking.blank(true, packet).length == packet.length, "a traced packet has another length");
        }
        check(octets + whole.decoder.dropped() <= stream.length, "more octets come out than went in");
        // What is no whole packet is read, too, as a transport with packets of its own would give it.
        read(stream);
        new KeyBlanking().blank(true, stream);
    }

    private static void read(byte[] packet) {
        var event = HciEvent.parse(packet);
        check(event != null, "an event is nothing");
        if (event instanceof LeEvent.AdvertisingReports reports) {
            for (AdvertisingReport report : reports.reports()) {
                check(report.data().length <= LONGEST_REPORT, "a report is longer than any can be");
            }
        }
        AclPacket.parse(packet).ifPresent(acl -> {
            check(acl.handle() <= AclPacket.MAX_HANDLE, "a handle that cannot be");
            check(acl.data().length == packet.length - 5, "ACL data has another length");
        });
    }

    /** One way in which the octets arrive. */
    private static final class Cut {
        final List<byte[]> packets = new ArrayList<>();
        final H4Decoder decoder = new H4Decoder(H4Decoder.Source.CONTROLLER, packets::add, (lost, reason) -> {});
    }

    private static void check(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
