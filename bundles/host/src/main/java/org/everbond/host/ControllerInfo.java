package org.everbond.host;

import org.everbond.crypto.DeviceAddress;

/**
 * The controller as it described itself at start-up.
 *
 * @param publicAddress its BD_ADDR; may be all zeros
 * @param hciVersion assigned number (Vol 4, Part E, 7.4.1)
 * @param manufacturer company identifier
 * @param extendedAdvertising whether the extended commands are used
 * @param aclLength octets that fit in one ACL data packet
 * @param aclCount ACL data packets that it buffers
 */
public record ControllerInfo(
        DeviceAddress publicAddress,
        int hciVersion,
        int manufacturer,
        boolean extendedAdvertising,
        int aclLength,
        int aclCount) {}
