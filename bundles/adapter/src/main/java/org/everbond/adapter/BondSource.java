package org.everbond.adapter;

import java.util.Optional;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.Resolution;

/**
 * Another store with bonds, and what is to be done with them.
 *
 * @param place as {@code store=} takes it: {@code file:btstack.tlv}, {@code nvs:esp32.bin}, ...; relative paths begin in the data folder
 * @param replace whether a bond from there takes the place of one with the same identity address, which stays otherwise
 * @param allowWeaker whether it does so also when it is weaker
 * @param identity where both have an identity and they differ: {@code CARRY} keeps the adapter's own, {@code ADOPT} takes that of the
 *     bonds, and the adapter starts anew with it; empty to import nothing then
 * @param address the identity address that the bonds know the gateway by, where the place does not say
 * @param databaseHash of the attribute table that BTstack's subscriptions belong to, where the place does not say; 32 hex digits
 * @param rehearse whether it is only told what would come of it
 */
public record BondSource(
        String place,
        boolean replace,
        boolean allowWeaker,
        Optional<Resolution> identity,
        Optional<DeviceAddress> address,
        Optional<String> databaseHash,
        boolean rehearse) {
    /** @throws IllegalArgumentException when the hash is none */
    public BondSource {
        if (databaseHash.isPresent() && !databaseHash.get().matches("[0-9a-fA-F]{32}")) {
            throw new IllegalArgumentException("'" + databaseHash.get() + "' is no Database Hash, which has 32 hex digits");
        }
    }

    /** All bonds that are not there yet. */
    public static BondSource of(String place) {
        return new BondSource(place, false, false, Optional.empty(), Optional.empty(), Optional.empty(), false);
    }
}
