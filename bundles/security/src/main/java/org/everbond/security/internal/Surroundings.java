package org.everbond.security.internal;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.everbond.bonds.keys.BondStore;
import org.everbond.hci.EventLoop;
import org.everbond.security.PairingPeer;
import org.everbond.security.spi.PairingAgent;

/**
 * What the security manager of an adapter stands on: time, memory, people, chance.
 *
 * @param adapter name, for agents and sentences
 * @param agents gives the agent to ask about a peer, if there is one
 * @param callbacks runs the calls of agents, in order
 * @param computing runs P-256
 */
public record Surroundings(
        String adapter,
        EventLoop loop,
        BondStore bonds,
        Function<PairingPeer, Optional<PairingAgent>> agents,
        Executor callbacks,
        Executor computing,
        SecureRandom random) {
    /** 16 random octets: a nonce of Secure Connections. */
    public byte[] nonce() {
        var octets = new byte[16];
        random.nextBytes(octets);
        return octets;
    }
}
