package org.everbond.adapter;

import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.crypto.DeviceAddress;
import org.everbond.host.ConnectionParameters;
import org.everbond.host.Role;

/**
 * A snapshot of a link.
 *
 * @param id unique within the adapter's life
 * @param role ours
 * @param peer identity address when known, else the address on air
 * @param peerOnAir the peer's address on air
 * @param ownOnAir our address on air
 * @param bond the bond with the peer
 * @param security what protects the link now; empty while it is not encrypted
 * @param parameters interval, latency and supervision timeout now
 */
public record LinkStatus(
        long id,
        Role role,
        DeviceAddress peer,
        DeviceAddress peerOnAir,
        DeviceAddress ownOnAir,
        Optional<Bond> bond,
        Optional<BondSecurity> security,
        ConnectionParameters parameters) {}
