package org.everbond.security;

import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.crypto.DeviceAddress;

/**
 * Who is being paired.
 *
 * @param adapter name of our adapter
 * @param link the epoch of the connection: the id of the adapter's link
 * @param address on air, which may be a private one
 * @param bond the bond that this pairing would replace, if it is known already
 * @param initiator whether we are the central, which sends the Pairing Request
 */
public record PairingPeer(String adapter, long link, DeviceAddress address, Optional<Bond> bond, boolean initiator) {}
