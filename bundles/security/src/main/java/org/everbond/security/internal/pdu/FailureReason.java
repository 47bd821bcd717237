package org.everbond.security.internal.pdu;

/** Why a pairing failed (Vol 3, Part H, 3.5.5, Table 3.7), each with a sentence for people that names the cure. */
public enum FailureReason {
    PASSKEY_ENTRY_FAILED(0x01, "no passkey was entered, or another one than shown; pair again and type the number shown"),
    OOB_NOT_AVAILABLE(
            0x02, "out of band data is missing on one side; exchange it first, or pair without"),
    AUTHENTICATION_REQUIREMENTS(
            0x03,
            "the two devices cannot agree on a way of pairing that is secure enough; this gateway asks for LE Secure Connections"
                    + " and its minimum level"),
    CONFIRM_VALUE_FAILED(
            0x04, "the confirm value did not match; pair again, and if it happens again somebody may be listening in between"),
    PAIRING_NOT_SUPPORTED(0x05, "pairing is not allowed now; make the refusing device bondable and pair again"),
    ENCRYPTION_KEY_SIZE(0x06, "the encryption key would be too short; lower the minimum key size or update the device"),
    COMMAND_NOT_SUPPORTED(0x07, "a command of pairing is not supported; update the device"),
    UNSPECIFIED_REASON(0x08, "pairing was refused without a reason; pair again"),
    REPEATED_ATTEMPTS(0x09, "too many attempts in a short time; wait and pair again"),
    INVALID_PARAMETERS(0x0a, "a message of pairing was malformed; update the device"),
    DHKEY_CHECK_FAILED(
            0x0b, "the key agreement did not check out; pair again, and if it happens again somebody may be listening in between"),
    NUMERIC_COMPARISON_FAILED(0x0c, "the numbers were not confirmed as equal; pair again and compare them"),
    BR_EDR_PAIRING_IN_PROGRESS(0x0d, "the device is pairing over BR/EDR at the moment; wait and pair again"),
    CROSS_TRANSPORT_KEY_NOT_ALLOWED(
            0x0e, "a key for the other transport may not be derived; pair again without asking for it"),
    KEY_REJECTED(0x0f, "a distributed key was rejected; forget the bond on both devices and pair again"),
    BUSY(0x10, "the device is busy; wait and pair again");

    private final int code;
    private final String sentence;

    FailureReason(int code, String sentence) {
        this.code = code;
        this.sentence = sentence;
    }

    public int code() {
        return code;
    }

    /** What went wrong and what to do. */
    public String sentence() {
        return sentence;
    }

    /** The sentence for any reason, named or reserved. */
    public static String sentence(int code) {
        return code >= 1 && code <= values().length
                ? values()[code - 1].sentence
                : String.format("pairing failed for the unknown reason 0x%02X; pair again", code);
    }
}
