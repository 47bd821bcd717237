package org.everbond.hci;

import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.internal.Parameters;

/**
 * The commands of extended advertising, scanning and connecting (Vol 4, Part E, 7.8.52 to 7.8.66), all on the LE 1M PHY.
 * Units as in {@link LeCommands}.
 */
public final class LeExtendedCommands {
    /** Event properties of connectable and scannable undirected advertising with legacy PDUs (ADV_IND). */
    public static final int LEGACY_CONNECTABLE = 0x0013;
    /** Event properties of scannable undirected advertising with legacy PDUs (ADV_SCAN_IND). */
    public static final int LEGACY_SCANNABLE = 0x0012;
    /** Event properties of non-connectable advertising with legacy PDUs (ADV_NONCONN_IND). */
    public static final int LEGACY_NON_CONNECTABLE = 0x0010;

    private static final int LE_1M = 1;
    /** The whole data in one command; the controller may fragment as it likes. */
    private static final int COMPLETE = 3;

    private LeExtendedCommands() {}

    /** Vol 4, Part E, 7.8.52. */
    public static HciCommand setAdvertisingSetRandomAddress(int set, DeviceAddress address) {
        return new Parameters().u8(set).address(address).command(OpCode.LE_SET_ADVERTISING_SET_RANDOM_ADDRESS);
    }

    /** Vol 4, Part E, 7.8.53; all channels, no filter, the host has no preference for the transmit power. */
    public static HciCommand setAdvertisingParameters(
            int set, int properties, int minInterval, int maxInterval, int ownAddressType) {
        return new Parameters()
                .u8(set)
                .u16(properties)
                .u24(minInterval)
                .u24(maxInterval)
                .u8(7)
                .u8(ownAddressType)
                .typed(null)
                .u8(0)
                .u8(0x7f)
                .u8(LE_1M)
                .u8(0)
                .u8(LE_1M)
                .u8(set)
                .u8(0)
                .command(OpCode.LE_SET_EXTENDED_ADVERTISING_PARAMETERS);
    }

    /** Vol 4, Part E, 7.8.54; at most 31 octets with legacy PDUs. */
    public static HciCommand setAdvertisingData(int set, byte[] data) {
        return data(set, data).command(OpCode.LE_SET_EXTENDED_ADVERTISING_DATA);
    }

    /** Vol 4, Part E, 7.8.55; at most 31 octets with legacy PDUs. */
    public static HciCommand setScanResponseData(int set, byte[] data) {
        return data(set, data).command(OpCode.LE_SET_EXTENDED_SCAN_RESPONSE_DATA);
    }

    private static Parameters data(int set, byte[] data) {
        return new Parameters().u8(set).u8(COMPLETE).u8(1).u8(data.length).octets(data);
    }

    /** Vol 4, Part E, 7.8.56; without an end. */
    public static HciCommand setAdvertisingEnable(boolean enable, int set) {
        return new Parameters()
                .u8(enable ? 1 : 0)
                .u8(1)
                .u8(set)
                .u16(0)
                .u8(0)
                .command(OpCode.LE_SET_EXTENDED_ADVERTISING_ENABLE);
    }

    /**
     * Vol 4, Part E, 7.8.64.
     *
     * @param filterPolicy 0 every advertiser; 2 also those that are directed to a private address which the controller cannot resolve; 1 and 3
     *     likewise, of the accept list only
     */
    public static HciCommand setScanParameters(boolean active, int interval, int window, int ownAddressType, int filterPolicy) {
        return new Parameters()
                .u8(ownAddressType)
                .u8(filterPolicy)
                .u8(LE_1M)
                .u8(active ? 1 : 0)
                .u16(interval)
                .u16(window)
                .command(OpCode.LE_SET_EXTENDED_SCAN_PARAMETERS);
    }

    /** Vol 4, Part E, 7.8.65; without an end. */
    public static HciCommand setScanEnable(boolean enable, boolean filterDuplicates) {
        return new Parameters()
                .u8(enable ? 1 : 0)
                .u8(filterDuplicates ? 1 : 0)
                .u16(0)
                .u16(0)
                .command(OpCode.LE_SET_EXTENDED_SCAN_ENABLE);
    }

    /** Vol 4, Part E, 7.8.66; without the filter accept list. */
    public static HciCommand createConnection(
            int scanInterval,
            int scanWindow,
            DeviceAddress peer,
            int ownAddressType,
            int minInterval,
            int maxInterval,
            int latency,
            int supervisionTimeout) {
        return new Parameters()
                .u8(0)
                .u8(ownAddressType)
                .typed(peer)
                .u8(LE_1M)
                .u16(scanInterval)
                .u16(scanWindow)
                .u16(minInterval)
                .u16(maxInterval)
                .u16(latency)
                .u16(supervisionTimeout)
                .u16(0)
                .u16(0)
                .command(OpCode.LE_EXTENDED_CREATE_CONNECTION);
    }
}
