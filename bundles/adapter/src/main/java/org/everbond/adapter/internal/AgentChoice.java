package org.everbond.adapter.internal;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.everbond.adapter.Adapter;
import org.everbond.crypto.DeviceAddress;
import org.everbond.security.PairingPeer;
import org.everbond.security.spi.PairingAgent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which agent is asked about a peer: the best one whose service properties {@code adapter} and {@code peer} allow it. */
final class AgentChoice {
    /** The service property with the addresses of the peers that an agent answers for. */
    static final String PEER = "peer";

    private static final Logger LOG = LoggerFactory.getLogger(AgentChoice.class);

    private AgentChoice() {}

    static Optional<PairingAgent> of(Whiteboard<PairingAgent> agents, PairingPeer peer) {
        return agents.where(properties -> isForAdapter(properties, peer) && isForPeer(properties.get(PEER), peer));
    }

    private static boolean isForAdapter(Map<String, Object> properties, PairingPeer peer) {
        return values(properties.get(Adapter.NAME)).allMatch(peer.adapter()::equals);
    }

    private static boolean isForPeer(Object property, PairingPeer peer) {
        return property == null || values(property).flatMap(text -> address(text).stream()).anyMatch(isAddressOf(peer));
    }

    private static Predicate<DeviceAddress> isAddressOf(PairingPeer peer) {
        return address -> address.equals(peer.address())
                || peer.bond().filter(bond -> bond.identity().equals(address)).isPresent();
    }

    /** A value of a service property: one, an array, a collection, or several in one text with commas between them. */
    private static Stream<String> values(Object property) {
        if (property == null) {
            return Stream.empty();
        }
        if (property instanceof Object[] several) {
            return Arrays.stream(several).flatMap(AgentChoice::values);
        }
        if (property instanceof Collection<?> several) {
            return several.stream().flatMap(AgentChoice::values);
        }
        return Arrays.stream(property.toString().split(",")).map(String::trim).filter(text -> !text.isEmpty());
    }

    /** Empty for what is no address: an agent with a misspelt one must not answer for everybody. */
    private static Optional<DeviceAddress> address(String text) {
        try {
            return Optional.of(DeviceAddress.parse(text));
        } catch (IllegalArgumentException e) {
            LOG.warn("A pairing agent is registered with {}={}: {}", PEER, text, e.getMessage());
            return Optional.empty();
        }
    }
}
