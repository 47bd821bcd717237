package org.everbond.adapter;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.bonds.PrivacyMode;
import org.everbond.crypto.DeviceAddress;

/**
 * Who can follow this adapter, and whom it finds behind private addresses (Vol 3, Part C, 10.7).
 *
 * @param privateAddresses whether we use private addresses, made from our identity key (IRK), instead of the identity address
 * @param onAir the address that we use now; empty until the store is loaded
 * @param lifetime how long one private address is used at most
 * @param mode towards bonded peers that have no mode of their own
 * @param resolvable how many bonded peers gave their IRK, so that they are found behind private addresses
 * @param resolvedByController how many of these the controller finds by itself; the host finds all
 * @param withFormerIrk the bonds whose peers hold a former IRK of ours, until they pair again or are forgotten
 */
public record PrivacyStatus(
        boolean privateAddresses,
        Optional<DeviceAddress> onAir,
        Duration lifetime,
        PrivacyMode mode,
        int resolvable,
        int resolvedByController,
        List<Bond> withFormerIrk) {}
