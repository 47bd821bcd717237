package org.everbond.hci;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The commands that this stack sends, watches or serves: op code (Vol 4, Part E, 7), name, and place in the Supported
 * Commands bit field (Vol 4, Part E, 6.27).
 */
public enum OpCode {
    /** Not a command: a controller only grants command credits with it (Vol 4, Part E, 4.4). */
    NOP(0x0000, "No Operation", -1, -1),

    DISCONNECT(0x0406, "Disconnect", 0, 5),
    LINK_KEY_REQUEST_REPLY(0x040b, "Link Key Request Reply", 1, 2),
    PIN_CODE_REQUEST_REPLY(0x040d, "PIN Code Request Reply", 1, 4),
    READ_REMOTE_VERSION_INFORMATION(0x041d, "Read Remote Version Information", 2, 7),
    USER_PASSKEY_REQUEST_REPLY(0x042e, "User Passkey Request Reply", 19, 2),
    REMOTE_OOB_DATA_REQUEST_REPLY(0x0430, "Remote OOB Data Request Reply", 19, 4),
    REMOTE_OOB_EXTENDED_DATA_REQUEST_REPLY(0x0445, "Remote OOB Extended Data Request Reply", 32, 1),

    SET_EVENT_MASK(0x0c01, "Set Event Mask", 5, 6),
    RESET(0x0c03, "Reset", 5, 7),
    WRITE_STORED_LINK_KEY(0x0c11, "Write Stored Link Key", 6, 6),
    SET_CONTROLLER_TO_HOST_FLOW_CONTROL(0x0c31, "Set Controller To Host Flow Control", 10, 5),
    HOST_BUFFER_SIZE(0x0c33, "Host Buffer Size", 10, 6),
    HOST_NUMBER_OF_COMPLETED_PACKETS(0x0c35, "Host Number Of Completed Packets", 10, 7),
    READ_LOCAL_OOB_DATA(0x0c57, "Read Local OOB Data", 17, 7),
    SET_EVENT_MASK_PAGE_2(0x0c63, "Set Event Mask Page 2", 22, 2),
    READ_LE_HOST_SUPPORT(0x0c6c, "Read LE Host Support", 24, 5),
    WRITE_LE_HOST_SUPPORT(0x0c6d, "Write LE Host Support", 24, 6),
    READ_AUTHENTICATED_PAYLOAD_TIMEOUT(0x0c7b, "Read Authenticated Payload Timeout", 32, 4),
    WRITE_AUTHENTICATED_PAYLOAD_TIMEOUT(0x0c7c, "Write Authenticated Payload Timeout", 32, 5),
    READ_LOCAL_OOB_EXTENDED_DATA(0x0c7d, "Read Local OOB Extended Data", 32, 6),

    READ_LOCAL_VERSION_INFORMATION(0x1001, "Read Local Version Information", 14, 3),
    READ_LOCAL_SUPPORTED_COMMANDS(0x1002, "Read Local Supported Commands", 14, 4),
    READ_LOCAL_SUPPORTED_FEATURES(0x1003, "Read Local Supported Features", 14, 5),
    READ_BUFFER_SIZE(0x1005, "Read Buffer Size", 14, 7),
    READ_BD_ADDR(0x1009, "Read BD_ADDR", 15, 1),
    READ_RSSI(0x1405, "Read RSSI", 15, 5),

    LE_SET_EVENT_MASK(0x2001, "LE Set Event Mask", 25, 0),
    LE_READ_BUFFER_SIZE(0x2002, "LE Read Buffer Size", 25, 1),
    LE_READ_LOCAL_SUPPORTED_FEATURES(0x2003, "LE Read Local Supported Features", 25, 2),
    LE_SET_RANDOM_ADDRESS(0x2005, "LE Set Random Address", 25, 4),
    LE_SET_ADVERTISING_PARAMETERS(0x2006, "LE Set Advertising Parameters", 25, 5),
    LE_READ_ADVERTISING_PHYSICAL_CHANNEL_TX_POWER(0x2007, "LE Read Advertising Physical Channel Tx Power", 25, 6),
    LE_SET_ADVERTISING_DATA(0x2008, "LE Set Advertising Data", 25, 7),
    LE_SET_SCAN_RESPONSE_DATA(0x2009, "LE Set Scan Response Data", 26, 0),
    LE_SET_ADVERTISING_ENABLE(0x200a, "LE Set Advertising Enable", 26, 1),
    LE_SET_SCAN_PARAMETERS(0x200b, "LE Set Scan Parameters", 26, 2),
    LE_SET_SCAN_ENABLE(0x200c, "LE Set Scan Enable", 26, 3),
    LE_CREATE_CONNECTION(0x200d, "LE Create Connection", 26, 4),
    LE_CREATE_CONNECTION_CANCEL(0x200e, "LE Create Connection Cancel", 26, 5),
    LE_READ_FILTER_ACCEPT_LIST_SIZE(0x200f, "LE Read Filter Accept List Size", 26, 6),
    LE_CLEAR_FILTER_ACCEPT_LIST(0x2010, "LE Clear Filter Accept List", 26, 7),
    LE_ADD_DEVICE_TO_FILTER_ACCEPT_LIST(0x2011, "LE Add Device To Filter Accept List", 27, 0),
    LE_REMOVE_DEVICE_FROM_FILTER_ACCEPT_LIST(0x2012, "LE Remove Device From Filter Accept List", 27, 1),
    LE_CONNECTION_UPDATE(0x2013, "LE Connection Update", 27, 2),
    LE_SET_HOST_CHANNEL_CLASSIFICATION(0x2014, "LE Set Host Channel Classification", 27, 3),
    LE_READ_CHANNEL_MAP(0x2015, "LE Read Channel Map", 27, 4),
    LE_READ_REMOTE_FEATURES(0x2016, "LE Read Remote Features", 27, 5),
    LE_ENCRYPT(0x2017, "LE Encrypt", 27, 6),
    LE_RAND(0x2018, "LE Rand", 27, 7),
    LE_ENABLE_ENCRYPTION(0x2019, "LE Enable Encryption", 28, 0),
    LE_LONG_TERM_KEY_REQUEST_REPLY(0x201a, "LE Long Term Key Request Reply", 28, 1),
    LE_LONG_TERM_KEY_REQUEST_NEGATIVE_REPLY(0x201b, "LE Long Term Key Request Negative Reply", 28, 2),
    LE_READ_SUPPORTED_STATES(0x201c, "LE Read Supported States", 28, 3),
    LE_REMOTE_CONNECTION_PARAMETER_REQUEST_REPLY(0x2020, "LE Remote Connection Parameter Request Reply", 33, 4),
    LE_REMOTE_CONNECTION_PARAMETER_REQUEST_NEGATIVE_REPLY(
            0x2021, "LE Remote Connection Parameter Request Negative Reply", 33, 5),
    LE_SET_DATA_LENGTH(0x2022, "LE Set Data Length", 33, 6),
    LE_READ_SUGGESTED_DEFAULT_DATA_LENGTH(0x2023, "LE Read Suggested Default Data Length", 33, 7),
    LE_WRITE_SUGGESTED_DEFAULT_DATA_LENGTH(0x2024, "LE Write Suggested Default Data Length", 34, 0),
    LE_READ_LOCAL_P256_PUBLIC_KEY(0x2025, "LE Read Local P-256 Public Key", 34, 1),
    LE_GENERATE_DHKEY(0x2026, "LE Generate DHKey", 34, 2),
    LE_ADD_DEVICE_TO_RESOLVING_LIST(0x2027, "LE Add Device To Resolving List", 34, 3),
    LE_REMOVE_DEVICE_FROM_RESOLVING_LIST(0x2028, "LE Remove Device From Resolving List", 34, 4),
    LE_CLEAR_RESOLVING_LIST(0x2029, "LE Clear Resolving List", 34, 5),
    LE_READ_RESOLVING_LIST_SIZE(0x202a, "LE Read Resolving List Size", 34, 6),
    LE_READ_PEER_RESOLVABLE_ADDRESS(0x202b, "LE Read Peer Resolvable Address", 34, 7),
    LE_READ_LOCAL_RESOLVABLE_ADDRESS(0x202c, "LE Read Local Resolvable Address", 35, 0),
    LE_SET_ADDRESS_RESOLUTION_ENABLE(0x202d, "LE Set Address Resolution Enable", 35, 1),
    LE_SET_RESOLVABLE_PRIVATE_ADDRESS_TIMEOUT(0x202e, "LE Set Resolvable Private Address Timeout", 35, 2),
    LE_READ_MAXIMUM_DATA_LENGTH(0x202f, "LE Read Maximum Data Length", 35, 3),
    LE_READ_PHY(0x2030, "LE Read PHY", 35, 4),
    LE_SET_DEFAULT_PHY(0x2031, "LE Set Default PHY", 35, 5),
    LE_SET_PHY(0x2032, "LE Set PHY", 35, 6),
    LE_SET_ADVERTISING_SET_RANDOM_ADDRESS(0x2035, "LE Set Advertising Set Random Address", 36, 1),
    LE_SET_EXTENDED_ADVERTISING_PARAMETERS(0x2036, "LE Set Extended Advertising Parameters", 36, 2),
    LE_SET_EXTENDED_ADVERTISING_DATA(0x2037, "LE Set Extended Advertising Data", 36, 3),
    LE_SET_EXTENDED_SCAN_RESPONSE_DATA(0x2038, "LE Set Extended Scan Response Data", 36, 4),
    LE_SET_EXTENDED_ADVERTISING_ENABLE(0x2039, "LE Set Extended Advertising Enable", 36, 5),
    LE_READ_MAXIMUM_ADVERTISING_DATA_LENGTH(0x203a, "LE Read Maximum Advertising Data Length", 36, 6),
    LE_READ_NUMBER_OF_SUPPORTED_ADVERTISING_SETS(0x203b, "LE Read Number Of Supported Advertising Sets", 36, 7),
    LE_REMOVE_ADVERTISING_SET(0x203c, "LE Remove Advertising Set", 37, 0),
    LE_CLEAR_ADVERTISING_SETS(0x203d, "LE Clear Advertising Sets", 37, 1),
    LE_SET_EXTENDED_SCAN_PARAMETERS(0x2041, "LE Set Extended Scan Parameters", 37, 5),
    LE_SET_EXTENDED_SCAN_ENABLE(0x2042, "LE Set Extended Scan Enable", 37, 6),
    LE_EXTENDED_CREATE_CONNECTION(0x2043, "LE Extended Create Connection", 37, 7),
    LE_SET_PRIVACY_MODE(0x204e, "LE Set Privacy Mode", 39, 2),
    LE_GENERATE_DHKEY_V2(0x205e, "LE Generate DHKey [v2]", 41, 2),
    LE_READ_BUFFER_SIZE_V2(0x2060, "LE Read Buffer Size [v2]", 41, 5),
    LE_SET_HOST_FEATURE(0x2074, "LE Set Host Feature", 44, 1);

    private static final Map<Integer, OpCode> BY_VALUE;

    static {
        var byValue = new HashMap<Integer, OpCode>();
        for (var opCode : values()) {
            byValue.put(opCode.value, opCode);
        }
        BY_VALUE = Collections.unmodifiableMap(byValue);
    }

    private final int value;
    private final String text;
    private final int octet;
    private final int bit;

    OpCode(int value, String text, int octet, int bit) {
        this.value = value;
        this.text = text;
        this.octet = octet;
        this.bit = bit;
    }

    /** The op code: OGF in the upper 6 bits, OCF in the lower 10. */
    public int value() {
        return value;
    }

    /** The name as the specification writes it, without the prefix HCI. */
    public String text() {
        return text;
    }

    /** The octet of the Supported Commands bit field that tells of this command, or -1 if none does. */
    public int supportedOctet() {
        return octet;
    }

    /** The bit in {@link #supportedOctet()}, 0..7, or -1. */
    public int supportedBit() {
        return bit;
    }

    /** The command with this op code, if it is one of ours. */
    public static Optional<OpCode> of(int value) {
        return Optional.ofNullable(BY_VALUE.get(value));
    }

    /** The name and the number of any op code, for people: {@code LE Rand (0x2018)}. */
    public static String describe(int value) {
        var known = BY_VALUE.get(value);
        return String.format("%s (0x%04X)", known == null ? "command" : known.text, value);
    }

    /** As {@link #describe(int)}. */
    @Override
    public String toString() {
        return describe(value);
    }
}
