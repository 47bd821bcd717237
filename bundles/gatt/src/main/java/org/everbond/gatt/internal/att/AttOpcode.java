package org.everbond.gatt.internal.att;

import java.util.Set;

/** Attribute opcodes (Vol 3, Part F, 3.4.8). */
public final class AttOpcode {
    /** A PDU with this bit gets no answer (3.3.1). */
    public static final int COMMAND_FLAG = 0x40;

    public static final int ERROR_RESPONSE = 0x01;
    public static final int EXCHANGE_MTU_REQUEST = 0x02;
    public static final int EXCHANGE_MTU_RESPONSE = 0x03;
    public static final int FIND_INFORMATION_REQUEST = 0x04;
    public static final int FIND_INFORMATION_RESPONSE = 0x05;
    public static final int FIND_BY_TYPE_VALUE_REQUEST = 0x06;
    public static final int FIND_BY_TYPE_VALUE_RESPONSE = 0x07;
    public static final int READ_BY_TYPE_REQUEST = 0x08;
    public static final int READ_BY_TYPE_RESPONSE = 0x09;
    public static final int READ_REQUEST = 0x0A;
    public static final int READ_RESPONSE = 0x0B;
    public static final int READ_BLOB_REQUEST = 0x0C;
    public static final int READ_BLOB_RESPONSE = 0x0D;
    public static final int READ_MULTIPLE_REQUEST = 0x0E;
    public static final int READ_MULTIPLE_RESPONSE = 0x0F;
    public static final int READ_BY_GROUP_TYPE_REQUEST = 0x10;
    public static final int READ_BY_GROUP_TYPE_RESPONSE = 0x11;
    public static final int WRITE_REQUEST = 0x12;
    public static final int WRITE_RESPONSE = 0x13;
    public static final int PREPARE_WRITE_REQUEST = 0x16;
    public static final int PREPARE_WRITE_RESPONSE = 0x17;
    public static final int EXECUTE_WRITE_REQUEST = 0x18;
    public static final int EXECUTE_WRITE_RESPONSE = 0x19;
    public static final int HANDLE_VALUE_NOTIFICATION = 0x1B;
    public static final int HANDLE_VALUE_INDICATION = 0x1D;
    public static final int HANDLE_VALUE_CONFIRMATION = 0x1E;
    /** Never asked for by us. */
    static final int READ_MULTIPLE_VARIABLE_RESPONSE = 0x21;
    /** Never offered by us in Client Supported Features. */
    static final int MULTIPLE_HANDLE_VALUE_NOTIFICATION = 0x23;
    public static final int WRITE_COMMAND = 0x52;
    /** Command flag and authentication signature flag (3.3.1) on a write. */
    public static final int SIGNED_WRITE_COMMAND = 0xD2;

    private static final Set<Integer> REQUESTS = Set.of(
            EXCHANGE_MTU_REQUEST,
            FIND_INFORMATION_REQUEST,
            FIND_BY_TYPE_VALUE_REQUEST,
            READ_BY_TYPE_REQUEST,
            READ_REQUEST,
            READ_BLOB_REQUEST,
            READ_MULTIPLE_REQUEST,
            READ_BY_GROUP_TYPE_REQUEST,
            WRITE_REQUEST,
            PREPARE_WRITE_REQUEST,
            EXECUTE_WRITE_REQUEST);

    private static final Set<Integer> RESPONSES = Set.of(
            ERROR_RESPONSE,
            EXCHANGE_MTU_RESPONSE,
            FIND_INFORMATION_RESPONSE,
            FIND_BY_TYPE_VALUE_RESPONSE,
            READ_BY_TYPE_RESPONSE,
            READ_RESPONSE,
            READ_BLOB_RESPONSE,
            READ_MULTIPLE_RESPONSE,
            READ_BY_GROUP_TYPE_RESPONSE,
            WRITE_RESPONSE,
            PREPARE_WRITE_RESPONSE,
            EXECUTE_WRITE_RESPONSE);

    private AttOpcode() {}

    public static boolean isRequest(int opcode) {
        return REQUESTS.contains(opcode);
    }

    public static boolean isResponse(int opcode) {
        return RESPONSES.contains(opcode);
    }
}
