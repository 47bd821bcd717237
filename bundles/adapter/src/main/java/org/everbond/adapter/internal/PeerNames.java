package org.everbond.adapter.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.keys.BondStore;
import org.everbond.gatt.GattClient;
import org.everbond.hci.EventLoop;
import org.everbond.host.Connection;
import org.everbond.host.Role;
import org.everbond.security.PairingResult;
import org.everbond.security.SecurityEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the Device Name (Vol 3, Part C, 12.1) of a peer that has bonded with us as central, once, so that people know the bond by it. Some time
 * after the pairing, to be in the way of nobody who paired for another reason, and only as long as nobody has given the bond a name.
 * Belongs to the event loop.
 */
final class PeerNames {
    static final Duration CALM = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(PeerNames.class);
    private static final UUID DEVICE_NAME = UUID.fromString("00002a00-0000-1000-8000-00805f9b34fb");
    private static final int LONGEST = 248;

    private final EventLoop loop;
    private final BondStore bonds;
    private final Function<Connection, GattClient> clients;

    PeerNames(EventLoop loop, BondStore bonds, Function<Connection, GattClient> clients) {
        this.loop = loop;
        this.bonds = bonds;
        this.clients = clients;
    }

    void changed(SecurityEvent event) {
        if (event instanceof SecurityEvent.Paired paired
                && paired.result().bonding() == PairingResult.Bonding.BONDED
                && paired.connection().role() == Role.CENTRAL) {
            var connection = paired.connection();
            paired.result().bond().map(Bond::id).ifPresent(id -> loop.schedule(CALM, () -> read(connection, id)));
        }
    }

    private void read(Connection connection, BondId id) {
        if (connection.isOpen() && isNameless(id)) {
            clients.apply(connection).read(DEVICE_NAME).whenComplete((value, failure) -> {
                var name = failure == null ? decode(value) : "";
                if (!name.isEmpty() && isNameless(id)) {
                    keep(id, name);
                }
            });
        }
    }

    private boolean isNameless(BondId id) {
        return bonds.get(id).filter(bond -> bond.name().isEmpty()).isPresent();
    }

    private void keep(BondId id, String name) {
        bonds.rename(id, name).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.debug("The name of the peer of bond {} is not kept: {}", id, failure.getMessage());
            }
        });
    }

    /** What is no name is none; some peers send the end of a C string, too. */
    static String decode(byte[] value) {
        int length = value.length;
        while (length > 0 && value[length - 1] == 0) {
            length--;
        }
        if (length > LONGEST) {
            return "";
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value, 0, length)).toString().strip();
        } catch (CharacterCodingException e) {
            return "";
        }
    }
}
