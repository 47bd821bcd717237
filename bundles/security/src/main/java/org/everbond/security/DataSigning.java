package org.everbond.security;

import java.util.concurrent.CompletionStage;
import org.everbond.host.Connection;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Signed data on links that are not encrypted (Vol 3, Part C, 10.4; Vol 3, Part H, 2.4.5), with the CSRKs of the bond: it proves who sent
 * a message and that it was not heard before, and hides nothing. Belongs to the event loop.
 */
@ProviderType
public interface DataSigning {
    /** Octets that a signature adds: SignCounter and MAC. */
    int LENGTH = 12;

    /**
     * Signs a message with our CSRK and the next SignCounter. Counters are written down in blocks before the first of a block is used: a
     * crash skips some and never uses one twice. Stages complete in the order of the calls.
     *
     * @param message ATT opcode, parameters and value, as they are on air
     * @return completes with SignCounter and MAC, as they are on air; exceptionally with a {@link PairingException} when the link is
     *     encrypted, the peer has no key of ours, all counters are used up, or the counter cannot be written
     */
    CompletionStage<byte[]> sign(Connection connection, byte[] message);

    /**
     * Whether a signed message is the bonded peer's and newer than all before. The peer's SignCounter is on stable storage when this
     * completes with true: the message can be acted on, and will not be accepted again whatever happens. Stages of one bond that become
     * true complete in the order of the calls.
     *
     * @param signed the message with its SignCounter and MAC behind it, as it came
     * @return never completes exceptionally; false for a link that is encrypted, a peer without a bond or signing key, a wrong MAC, a
     *     SignCounter that is not greater than the last one, and one that could not be written down
     */
    CompletionStage<Boolean> verify(Connection connection, byte[] signed);
}
