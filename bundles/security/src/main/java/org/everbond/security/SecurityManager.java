package org.everbond.security;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.everbond.bonds.keys.BondStore;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.EventLoop;
import org.everbond.host.Connection;
import org.everbond.host.Host;
import org.everbond.security.internal.AdapterSecurity;
import org.everbond.security.internal.Surroundings;
import org.everbond.security.spi.PairingAgent;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The Security Manager of one adapter. Belongs to the event loop: all methods are called there, all stages complete there.
 */
@ProviderType
public interface SecurityManager {
    /**
     * Creates the security manager of one adapter and registers it with the host, as its {@link org.everbond.host.SecurityPort}
     * and on the channel of the Security Manager Protocol. Called once, before the host is started the first time.
     *
     * @param adapter the adapter's name, for agents and sentences
     * @param agents gives the agent to ask for a pairing with a peer, if there is one; called on the loop, must not block
     * @param callbacks runs the calls of agents, in order; not the loop
     * @param computing runs P-256, which takes milliseconds; not the loop
     * @param random for nonces and addresses
     */
    static SecurityManager create(
            String adapter,
            EventLoop loop,
            Host host,
            BondStore bonds,
            Function<PairingPeer, Optional<PairingAgent>> agents,
            Executor callbacks,
            Executor computing,
            SecureRandom random,
            SecurityOptions options) {
        var security = AdapterSecurity.create(
                new Surroundings(adapter, loop, bonds, agents, callbacks, computing, random), host::ownAddressChanged,
                host::resolvingListChanged, options);
        host.security(security);
        host.channel(Connection.CID_SMP, security);
        return security;
    }

    /** Another policy, for the next pairing. */
    void options(SecurityOptions options);

    /** Whether peers may bond now. */
    boolean isBondable();

    /** Lets peers bond, or not, until changed. */
    void bondable(boolean on);

    /**
     * Lets peers bond for a while; then not any more.
     *
     * @param window more than zero
     */
    void bondable(Duration window);

    /**
     * Makes data of ours for a peer to have out of band, with a key pair of its own (Vol 3, Part H, 2.3.5.6.4). It takes the place of
     * data made before. It lives until a peer has paired with it, three attempts with it have failed (2.3.6), or it is forgotten;
     * a restart forgets it. It names our address unless private addresses are in use, which soon change.
     *
     * @return completes on the loop; exceptionally when no key pair can be made
     */
    CompletionStage<OobData> createOobData();

    /** Forgets the data that {@link #createOobData} made: nobody can pair with it any more. */
    void forgetOobData();

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

    /** The address that we use on air now: the identity address, or a private one made from our IRK; empty before the store was loaded. */
    Optional<DeviceAddress> addressOnAir();

    /**
     * Has advertising and scanning go on with a new private address at once; without effect without privacy. Open connections keep the
     * address that they were made with.
     */
    void renewAddress();

    /** Signed data on links that are not encrypted. */
    DataSigning signing();

    /**
     * Hears of what happens to the security of links, on the event loop.
     *
     * @return closes the subscription
     */
    AutoCloseable listen(Consumer<SecurityEvent> listener);
}
