package org.everbond.hci;

import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.hci.internal.Parameters;

/**
 * The LE Controller commands (Vol 4, Part E, 7.8) apart from those of extended advertising ({@link LeExtendedCommands}).
 * Intervals of advertising and scanning are in units of 0.625 ms, connection intervals of 1.25 ms, time-outs of 10 ms.
 * An own address type is 0 for the public device address and 1 for the random one.
 */
public final class LeCommands {
    private LeCommands() {}

    /** Vol 4, Part E, 7.8.1. */
    public static HciCommand setEventMask(long mask) {
        return new Parameters().u64(mask).command(OpCode.LE_SET_EVENT_MASK);
    }

    /** Vol 4, Part E, 7.8.2. */
    public static HciCommand readBufferSize() {
        return HciCommand.of(OpCode.LE_READ_BUFFER_SIZE);
    }

    /** Vol 4, Part E, 7.8.3. */
    public static HciCommand readLocalSupportedFeatures() {
        return HciCommand.of(OpCode.LE_READ_LOCAL_SUPPORTED_FEATURES);
    }

    /** Vol 4, Part E, 7.8.4. */
    public static HciCommand setRandomAddress(DeviceAddress address) {
        return new Parameters().address(address).command(OpCode.LE_SET_RANDOM_ADDRESS);
    }

    /**
     * Vol 4, Part E, 7.8.5; all channels, no filter.
     *
     * @param type 0 connectable and scannable undirected, 2 scannable, 3 non-connectable
     */
    public static HciCommand setAdvertisingParameters(int minInterval, int maxInterval, int type, int ownAddressType) {
        return new Parameters()
                .u16(minInterval)
                .u16(maxInterval)
                .u8(type)
                .u8(ownAddressType)
                .typed(null)
                .u8(7)
                .u8(0)
                .command(OpCode.LE_SET_ADVERTISING_PARAMETERS);
    }

    /**
     * Vol 4, Part E, 7.8.7.
     *
     * @param data at most 31 octets of AD structures
     */
    public static HciCommand setAdvertisingData(byte[] data) {
        return legacyData(data).command(OpCode.LE_SET_ADVERTISING_DATA);
    }

    /** Vol 4, Part E, 7.8.8; at most 31 octets of AD structures. */
    public static HciCommand setScanResponseData(byte[] data) {
        return legacyData(data).command(OpCode.LE_SET_SCAN_RESPONSE_DATA);
    }

    private static Parameters legacyData(byte[] data) {
        if (data.length > 31) {
            throw new IllegalArgumentException("legacy advertising carries at most 31 octets, not " + data.length);
        }
        return new Parameters().u8(data.length).octets(data).padTo(32);
    }

    /** Vol 4, Part E, 7.8.9. */
    public static HciCommand setAdvertisingEnable(boolean enable) {
        return HciCommand.of(OpCode.LE_SET_ADVERTISING_ENABLE, enable ? 1 : 0);
    }

    /**
     * Vol 4, Part E, 7.8.10.
     *
     * @param filterPolicy 0 every advertiser; 2 also those that are directed to a private address which the controller cannot resolve; 1 and 3
     *     likewise, of the accept list only
     */
    public static HciCommand setScanParameters(boolean active, int interval, int window, int ownAddressType, int filterPolicy) {
        return new Parameters()
                .u8(active ? 1 : 0)
                .u16(interval)
                .u16(window)
                .u8(ownAddressType)
                .u8(filterPolicy)
                .command(OpCode.LE_SET_SCAN_PARAMETERS);
    }

    /** Vol 4, Part E, 7.8.11. */
    public static HciCommand setScanEnable(boolean enable, boolean filterDuplicates) {
        return HciCommand.of(OpCode.LE_SET_SCAN_ENABLE, enable ? 1 : 0, filterDuplicates ? 1 : 0);
    }

    /** Vol 4, Part E, 7.8.12; without the filter accept list. */
    public static HciCommand createConnection(
            int scanInterval,
            int scanWindow,
            DeviceAddress peer,
            int ownAddressType,
            int minInterval,
            int maxInterval,
            int latency,
            int supervisionTimeout) {
        return createConnection(
                scanInterval, scanWindow, peer, false, ownAddressType, minInterval, maxInterval, latency, supervisionTimeout);
    }

    /**
     * Vol 4, Part E, 7.8.12; without the filter accept list.
     *
     * @param peerIsIdentity whether the controller is to find the peer behind its private addresses, by its resolving list
     */
    public static HciCommand createConnection(
            int scanInterval,
            int scanWindow,
            DeviceAddress peer,
            boolean peerIsIdentity,
            int ownAddressType,
            int minInterval,
            int maxInterval,
            int latency,
            int supervisionTimeout) {
        return new Parameters()
                .u16(scanInterval)
                .u16(scanWindow)
                .u8(0)
                .u8(peer.type().value() | (peerIsIdentity ? 2 : 0))
                .address(peer)
                .u8(ownAddressType)
                .u16(minInterval)
                .u16(maxInterval)
                .u16(latency)
                .u16(supervisionTimeout)
                .u16(0)
                .u16(0)
                .command(OpCode.LE_CREATE_CONNECTION);
    }

    /** Vol 4, Part E, 7.8.13. */
    public static HciCommand createConnectionCancel() {
        return HciCommand.of(OpCode.LE_CREATE_CONNECTION_CANCEL);
    }

    /** Vol 4, Part E, 7.8.18. */
    public static HciCommand connectionUpdate(
            int handle, int minInterval, int maxInterval, int latency, int supervisionTimeout) {
        return new Parameters()
                .u16(handle)
                .u16(minInterval)
                .u16(maxInterval)
                .u16(latency)
                .u16(supervisionTimeout)
                .u16(0)
                .u16(0)
                .command(OpCode.LE_CONNECTION_UPDATE);
    }

    /**
     * Vol 4, Part E, 7.8.24: LE Enable Encryption.
     *
     * @param rand 64 bits, 0 for a key of LE Secure Connections
     * @param ediv 16 bits, 0 for a key of LE Secure Connections
     */
    public static HciCommand enableEncryption(int handle, long rand, int ediv, Key longTermKey) {
        return new Parameters().u16(handle).u64(rand).u16(ediv).key(longTermKey).command(OpCode.LE_ENABLE_ENCRYPTION);
    }

    /** Vol 4, Part E, 7.8.25. */
    public static HciCommand longTermKeyRequestReply(int handle, Key longTermKey) {
        return new Parameters().u16(handle).key(longTermKey).command(OpCode.LE_LONG_TERM_KEY_REQUEST_REPLY);
    }

    /** Vol 4, Part E, 7.8.26. */
    public static HciCommand longTermKeyRequestNegativeReply(int handle) {
        return new Parameters().u16(handle).command(OpCode.LE_LONG_TERM_KEY_REQUEST_NEGATIVE_REPLY);
    }

    /** Vol 4, Part E, 7.8.31. */
    public static HciCommand remoteConnectionParameterRequestReply(
            int handle, int minInterval, int maxInterval, int latency, int timeout) {
        return new Parameters()
                .u16(handle)
                .u16(minInterval)
                .u16(maxInterval)
                .u16(latency)
                .u16(timeout)
                .u16(0)
                .u16(0)
                .command(OpCode.LE_REMOTE_CONNECTION_PARAMETER_REQUEST_REPLY);
    }

    /** Vol 4, Part E, 7.8.32. */
    public static HciCommand remoteConnectionParameterRequestNegativeReply(int handle, ErrorCode reason) {
        return new Parameters()
                .u16(handle)
                .u8(reason.value())
                .command(OpCode.LE_REMOTE_CONNECTION_PARAMETER_REQUEST_NEGATIVE_REPLY);
    }

    /**
     * Vol 4, Part E, 7.8.33.
     *
     * @param octets 27..251
     * @param time in microseconds, 328..17040
     */
    public static HciCommand setDataLength(int handle, int octets, int time) {
        return new Parameters().u16(handle).u16(octets).u16(time).command(OpCode.LE_SET_DATA_LENGTH);
    }

    /** Vol 4, Part E, 7.8.35; values as in {@link #setDataLength}. */
    public static HciCommand writeSuggestedDefaultDataLength(int octets, int time) {
        return new Parameters().u16(octets).u16(time).command(OpCode.LE_WRITE_SUGGESTED_DEFAULT_DATA_LENGTH);
    }

    /** Vol 4, Part E, 7.8.38. */
    public static HciCommand addDeviceToResolvingList(DeviceAddress peerIdentity, Key peerIrk, Key localIrk) {
        return new Parameters()
                .typed(peerIdentity)
                .key(peerIrk)
                .key(localIrk)
                .command(OpCode.LE_ADD_DEVICE_TO_RESOLVING_LIST);
    }

    /** Vol 4, Part E, 7.8.39. */
    public static HciCommand removeDeviceFromResolvingList(DeviceAddress peerIdentity) {
        return new Parameters().typed(peerIdentity).command(OpCode.LE_REMOVE_DEVICE_FROM_RESOLVING_LIST);
    }

    /** Vol 4, Part E, 7.8.41. */
    public static HciCommand readResolvingListSize() {
        return HciCommand.of(OpCode.LE_READ_RESOLVING_LIST_SIZE);
    }

    /**
     * Vol 4, Part E, 7.8.77.
     *
     * @param device device privacy mode: the peer is also heard under its identity address
     */
    public static HciCommand setPrivacyMode(DeviceAddress peerIdentity, boolean device) {
        return new Parameters().typed(peerIdentity).u8(device ? 1 : 0).command(OpCode.LE_SET_PRIVACY_MODE);
    }

    /** Vol 4, Part E, 7.8.40. */
    public static HciCommand clearResolvingList() {
        return HciCommand.of(OpCode.LE_CLEAR_RESOLVING_LIST);
    }

    /** Vol 4, Part E, 7.8.44. */
    public static HciCommand setAddressResolutionEnable(boolean enable) {
        return HciCommand.of(OpCode.LE_SET_ADDRESS_RESOLUTION_ENABLE, enable ? 1 : 0);
    }
}
