package org.everbond.bonds.keys;

import org.everbond.bonds.LinkKeyType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;

/**
 * A Classic link key.
 *
 * @param address the peer's BD_ADDR, of type public
 * @param key most significant octet first as every {@link Key}; HCI and BTstack's store have it least significant octet first
 * @param type how it was made
 */
public record LinkKey(DeviceAddress address, Key key, LinkKeyType type) {
    @Override
    public String toString() {
        return "LinkKey[" + address.text() + ", " + type + "]";
    }
}
