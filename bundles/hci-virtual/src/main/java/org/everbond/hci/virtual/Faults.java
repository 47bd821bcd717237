package org.everbond.hci.virtual;

import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What goes wrong between a virtual controller, its host and its peers, on request. Every method may be called on any
 * thread; it takes effect after all that was handed to the loop before.
 */
@ProviderType
public interface Faults {
    /** Decides about every packet that the controller is about to give to the host. */
    void toHost(PacketRule rule);

    /** Decides about every packet that the host gives to the controller. */
    void fromHost(PacketRule rule);

    /** Never answers this command, and does not carry it out. */
    void ignore(int opCode);

    /** Answers this command with a status (Command Status or Command Complete, as it would) and does not carry it out. */
    void answer(int opCode, int status);

    /** Answers this command with these packets (H4 indicator first) and does not carry it out. */
    void answerRaw(int opCode, byte[]... packets);

    /** Gives no command credit with any answer from now on, until {@link #nop} is called. */
    void withholdCredits();

    /** Sends the NOP event (Command Complete of op code 0) with this number of command credits; ends withholding. */
    void nop(int credits);

    /**
     * Holds back the next event with this code until an ACL packet has overtaken it.
     *
     * @param eventCode the event code, or 0x3E00 and the subevent code of an LE event
     */
    void eventAfterAcl(int eventCode);

    /** Gives the host this packet (H4 indicator first), whatever it means. */
    void inject(byte[] packet);

    /** Stops reporting completed packets. */
    void withholdCompletedPackets(boolean withhold);

    /** Cuts every present link of this controller after so many more PDUs of the link layer, both directions counted. */
    void cutAfter(int pdus);

    /** Sends L2CAP data in clear on a link, even when it is encrypted; the peer ends such a link with 0x3D. */
    void injectPlain(int handle, byte[] data);

    /** Raises a Hardware Error event and stops doing anything until Reset. */
    void hardwareError(int code);

    /** Ends every fault above. */
    void clear();

    /** A rule about packets. */
    @FunctionalInterface
    @ConsumerType
    interface PacketRule {
        /** @param packet with its H4 indicator; not to be changed */
        Verdict decide(byte[] packet);
    }

    /**
     * What happens with a packet.
     *
     * @param packets what goes on in its place
     * @param delay how much later than now
     */
    record Verdict(List<byte[]> packets, Duration delay) {
        public Verdict {
            packets = List.copyOf(packets);
        }

        /** It goes on as it is. */
        public static Verdict pass(byte[] packet) {
            return new Verdict(List.of(packet), Duration.ZERO);
        }

        /** It is gone. */
        public static Verdict drop() {
            return new Verdict(List.of(), Duration.ZERO);
        }

        /** Later packets overtake it. */
        public static Verdict delay(byte[] packet, Duration delay) {
            return new Verdict(List.of(packet), delay);
        }

        /** Something else, or more than one, takes its place. */
        public static Verdict replace(byte[]... packets) {
            return new Verdict(List.of(packets), Duration.ZERO);
        }
    }
}
