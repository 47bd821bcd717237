package org.everbond.gatt.internal.att;

import org.everbond.gatt.AttException;

/** Error codes of the Attribute Protocol (Vol 3, Part F, 3.4.1.1) and what to tell people about them. */
public final class AttError {
    public static final int INVALID_HANDLE = 0x01;
    public static final int READ_NOT_PERMITTED = 0x02;
    public static final int WRITE_NOT_PERMITTED = 0x03;
    public static final int INVALID_PDU = 0x04;
    public static final int INSUFFICIENT_AUTHENTICATION = 0x05;
    public static final int REQUEST_NOT_SUPPORTED = 0x06;
    public static final int INVALID_OFFSET = 0x07;
    public static final int INSUFFICIENT_AUTHORIZATION = 0x08;
    public static final int PREPARE_QUEUE_FULL = 0x09;
    public static final int ATTRIBUTE_NOT_FOUND = 0x0A;
    public static final int ATTRIBUTE_NOT_LONG = 0x0B;
    public static final int KEY_SIZE_TOO_SHORT = 0x0C;
    public static final int INVALID_VALUE_LENGTH = 0x0D;
    public static final int UNLIKELY = 0x0E;
    public static final int INSUFFICIENT_ENCRYPTION = 0x0F;
    public static final int UNSUPPORTED_GROUP_TYPE = 0x10;
    public static final int INSUFFICIENT_RESOURCES = 0x11;
    public static final int DATABASE_OUT_OF_SYNC = 0x12;
    public static final int VALUE_NOT_ALLOWED = 0x13;
    /** Common profile error (CSS, Part B, 1.2). */
    public static final int CONFIGURATION_IMPROPER = 0xFD;

    private AttError() {}

    /**
     * The exception for an Error Response.
     *
     * @param what was tried, such as {@code "reading handle 0x0012"}
     */
    public static AttException of(int error, String what) {
        return new AttException(error, "%s failed: %s (ATT error 0x%02X)".formatted(what, sentence(error), error));
    }

    private static String sentence(int error) {
        return switch (error) {
            case INVALID_HANDLE -> "the peer has no attribute there; discover its services again";
            case READ_NOT_PERMITTED -> "the peer does not let it be read";
            case WRITE_NOT_PERMITTED -> "the peer does not let it be written";
            case INVALID_PDU -> "the peer calls the request malformed";
            case INSUFFICIENT_AUTHENTICATION -> "the peer wants a stronger link; pair or encrypt first";
            case REQUEST_NOT_SUPPORTED -> "the peer does not know this request";
            case INVALID_OFFSET -> "the offset is behind the end of the value";
            case INSUFFICIENT_AUTHORIZATION -> "the peer's user must allow it first";
            case PREPARE_QUEUE_FULL -> "the peer has no room for more prepared writes; execute or cancel them";
            case ATTRIBUTE_NOT_FOUND -> "the peer has no such attribute";
            case ATTRIBUTE_NOT_LONG -> "the value is not long";
            case KEY_SIZE_TOO_SHORT -> "the peer wants a longer encryption key; pair again with 16 octets";
            case INVALID_VALUE_LENGTH -> "the value has a length that the peer does not take";
            case UNLIKELY -> "the peer could not do it, for a reason that it does not tell";
            case INSUFFICIENT_ENCRYPTION -> "the peer wants an encrypted link; pair or encrypt first";
            case UNSUPPORTED_GROUP_TYPE -> "the peer does not know this kind of group";
            case INSUFFICIENT_RESOURCES -> "the peer lacks the resources; try again later";
            case DATABASE_OUT_OF_SYNC -> "the peer's services have changed; discover them again";
            case VALUE_NOT_ALLOWED -> "the peer does not take this value";
            case 0xFC -> "the peer rejects the write now";
            case CONFIGURATION_IMPROPER -> "the peer cannot notify or indicate in this way";
            case 0xFE -> "the same procedure is already running at the peer";
            case 0xFF -> "the value is out of the range that the peer takes";
            default -> error >= 0x80 && error <= 0x9F
                    ? "the peer's application refused it with its own code"
                    : "the peer gave a code that the specification reserves";
        };
    }
}
