package org.everbond.security;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.everbond.host.Connection;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The Security Manager of one adapter. Belongs to the event loop: all methods are called there, all stages complete there.
 */
@ProviderType
public interface SecurityManager {
    /** Another policy, for the next pairing. */
    void options(SecurityOptions options);

    /** Whether peers may bond now. */
    boolean isBondable();

    /** Lets peers bond, or not, until changed. */
    void bondable(boolean on);

    /** Lets peers bond for a while. */
    void bondable(Duration window);

    /** The security of an open connection. */
    SecureLink link(Connection connection);

    /**
     * Pairs: as central by a Pairing Request, as peripheral by a Security Request. Asking for it allows bonding with this peer,
     * bondable or not.
     *
     * @return completes when bonded durably (or paired without a bond, see the result); exceptionally with a
     *     {@link PairingException}
     */
    CompletionStage<PairingResult> pair(Connection connection);

    /**
     * Encrypts with the stored key: as central at once, as peripheral by asking with a Security Request.
     *
     * @return completes once the link is encrypted; exceptionally with a {@link PairingException}: no bond, lost bond
     */
    CompletionStage<SecureLink> encrypt(Connection connection);

    /**
     * Holds the ATT client back until nothing of it can leave in clear to a bonded peer: completes at once when the peer is not
     * bonded or the link is encrypted, else encrypts with the stored key first; exceptionally when that failed.
     */
    CompletionStage<SecureLink> protect(Connection connection);

    /** @return closes the subscription */
    AutoCloseable listen(Consumer<SecurityEvent> listener);
}
