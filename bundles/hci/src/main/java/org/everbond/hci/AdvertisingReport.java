package org.everbond.hci;

import org.everbond.crypto.DeviceAddress;

/**
 * One report of an advertiser, from either family of events (Vol 4, Part E, 7.7.65.2 and 7.7.65.13).
 *
 * @param connectable whether the advertiser takes connections
 * @param scannable whether it answers scan requests
 * @param directed whether it advertises to one device
 * @param unresolvedTarget the resolvable private address of that device, when the controller could not resolve it: ours, if it was made from
 *     our IRK; else null
 * @param scanResponse whether this is its answer to a scan request
 * @param legacy whether legacy advertising PDUs were used
 * @param address of the advertiser, or null for an anonymous one; the identity address when the controller resolved it
 * @param addressIsIdentity whether the controller resolved the address
 * @param rssi in dBm, 127 when not known
 * @param sid advertising SID 0..15, or -1
 * @param complete whether this is all of the data: false when more follows or the controller cut it
 * @param moreToCome whether the rest of the data follows in further reports
 * @param data AD structures as they came, unchecked, at most 229 octets; not changed afterwards
 */
public record AdvertisingReport(
        boolean connectable,
        boolean scannable,
        boolean directed,
        DeviceAddress unresolvedTarget,
        boolean scanResponse,
        boolean legacy,
        DeviceAddress address,
        boolean addressIsIdentity,
        int rssi,
        int sid,
        boolean complete,
        boolean moreToCome,
        byte[] data) {}
