package org.everbond.hci;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.everbond.hci.internal.TraceFile;
import org.everbond.hci.internal.TracedTransport;
import org.everbond.hci.spi.HciTransport;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A trace of everything that goes to and from a controller, in a btsnoop file (data link 1002, H4) that Wireshark and
 * btmon read. Writing happens on a thread of its own and never holds up the stack: what does not fit in its bounded queue is
 * left out and counted, also in the file.
 *
 * <p>Unless keys are allowed, all octets from which a key follows are written as zeros:
 *
 * <ul>
 *   <li>the LTK of LE Enable Encryption and LE Long Term Key Request Reply, the IRKs of LE Add Device To Resolving List, what
 *       LE Encrypt, LE Rand and the DHKey events carry, and link keys, PINs, passkeys and OOB data of BR/EDR;
 *   <li>of the Security Manager, also in fragments: Encryption Information, Identity Information, Signing Information, and
 *       Pairing Random. The last because in legacy pairing the STK follows from both Randoms and a TK that is zero or can be
 *       guessed, and in LE Secure Connections each round's Random tells a bit of the passkey. Without it a Confirm tells
 *       nothing, so that Pairing Confirm, Public Key and DHKey Check stay readable.
 * </ul>
 *
 * <p>What is not blanked: the data of ATT and everything else that the link layer would encrypt. The file belongs to its
 * owner alone (0600).
 */
@ProviderType
public interface HciTrace extends AutoCloseable {
    /**
     * How to trace.
     *
     * @param keys whether keys are written as they are: only for looking into pairing itself, never on a gateway in use
     * @param maxOctets size at which the file is put aside as {@code <file>.1} and a new one begun, at least 64 KiB
     */
    record Options(boolean keys, long maxOctets) {
        /** Keys blanked, 64 MiB. */
        public static final Options DEFAULT = new Options(false, 64L << 20);

        public Options {
            if (maxOctets < 64 << 10) {
                throw new IllegalArgumentException("a trace needs at least 65536 octets, not " + maxOctets);
            }
        }
    }

    /**
     * Begins a trace. A file that is there already is kept as {@code <file>.1}.
     *
     * @throws IOException when the file cannot be written; the message is one sentence for people
     */
    static HciTrace open(Path file, Options options) throws IOException {
        return TraceFile.open(file, options);
    }

    /** The transport with its packets traced; to be used in its place. Several may be traced one after another. */
    default HciTransport around(HciTransport transport) {
        return around(transport, () -> this);
    }

    /**
     * The transport with its packets traced whenever there is a trace, so that one can be begun and ended while it carries packets.
     *
     * @param present asked for each packet, on the thread that carries it; null while there is no trace
     */
    static HciTransport around(HciTransport transport, Supplier<HciTrace> present) {
        return new TracedTransport(transport, present);
    }

    /**
     * Traces a packet. Any thread; never waits.
     *
     * @param fromController whether it was received
     * @param packet as H4 has it, with its indicator; not changed afterwards
     */
    void add(boolean fromController, byte[] packet);

    /** How many packets were left out because the disk was too slow, full or gone. */
    long lost();

    /** Writes what is queued, waiting at most two seconds, and closes the file. Idempotent. */
    @Override
    void close();
}
