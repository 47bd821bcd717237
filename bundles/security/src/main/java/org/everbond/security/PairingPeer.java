package org.everbond.security;

import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.crypto.DeviceAddress;

/**
 * Who is being paired.
 *
 * @param adapter name of our adapter
 * @param link the epoch of the connection
 * @param address on air
 * @param bond the bond that this pairing would replace, if it is known already
 * @param initiator whether we started it
 */
public record PairingPeer(String adapter, long link, DeviceAddress address, Optional<Bond> bond, boolean initiator) {}
