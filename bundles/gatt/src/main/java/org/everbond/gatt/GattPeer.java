package org.everbond.gatt;

import java.util.Optional;
import org.everbond.bonds.BondId;
import org.everbond.bonds.SecurityLevel;
import org.everbond.crypto.DeviceAddress;

/**
 * Who reads, writes or is notified.
 *
 * @param link the epoch of the connection
 * @param address identity address when known, else the address on air
 * @param bond the bond with the peer
 * @param level what the link has now
 */
public record GattPeer(long link, DeviceAddress address, Optional<BondId> bond, SecurityLevel level) {}
