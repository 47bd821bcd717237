package org.everbond.hci;

import java.util.Locale;
import java.util.Optional;

/** The error codes of controllers (Vol 1, Part F): status of commands and events, reason of disconnections. */
public enum ErrorCode {
    SUCCESS(0x00),
    UNKNOWN_HCI_COMMAND(0x01, "unknown HCI command"),
    UNKNOWN_CONNECTION_IDENTIFIER(0x02),
    HARDWARE_FAILURE(0x03),
    PAGE_TIMEOUT(0x04),
    AUTHENTICATION_FAILURE(0x05),
    PIN_OR_KEY_MISSING(0x06, "PIN or key missing"),
    MEMORY_CAPACITY_EXCEEDED(0x07),
    CONNECTION_TIMEOUT(0x08),
    CONNECTION_LIMIT_EXCEEDED(0x09),
    SYNCHRONOUS_CONNECTION_LIMIT_TO_A_DEVICE_EXCEEDED(0x0a),
    CONNECTION_ALREADY_EXISTS(0x0b),
    COMMAND_DISALLOWED(0x0c),
    CONNECTION_REJECTED_DUE_TO_LIMITED_RESOURCES(0x0d),
    CONNECTION_REJECTED_DUE_TO_SECURITY_REASONS(0x0e),
    CONNECTION_REJECTED_DUE_TO_UNACCEPTABLE_BD_ADDR(0x0f, "connection rejected due to unacceptable BD_ADDR"),
    CONNECTION_ACCEPT_TIMEOUT_EXCEEDED(0x10),
    UNSUPPORTED_FEATURE_OR_PARAMETER_VALUE(0x11),
    INVALID_HCI_COMMAND_PARAMETERS(0x12, "invalid HCI command parameters"),
    REMOTE_USER_TERMINATED_CONNECTION(0x13),
    REMOTE_DEVICE_TERMINATED_CONNECTION_DUE_TO_LOW_RESOURCES(0x14),
    REMOTE_DEVICE_TERMINATED_CONNECTION_DUE_TO_POWER_OFF(0x15),
    CONNECTION_TERMINATED_BY_LOCAL_HOST(0x16),
    REPEATED_ATTEMPTS(0x17),
    PAIRING_NOT_ALLOWED(0x18),
    UNKNOWN_LMP_PDU(0x19, "unknown LMP PDU"),
    UNSUPPORTED_REMOTE_FEATURE(0x1a),
    SCO_OFFSET_REJECTED(0x1b, "SCO offset rejected"),
    SCO_INTERVAL_REJECTED(0x1c, "SCO interval rejected"),
    SCO_AIR_MODE_REJECTED(0x1d, "SCO air mode rejected"),
    INVALID_LMP_OR_LL_PARAMETERS(0x1e, "invalid LMP or LL parameters"),
    UNSPECIFIED_ERROR(0x1f),
    UNSUPPORTED_LMP_OR_LL_PARAMETER_VALUE(0x20, "unsupported LMP or LL parameter value"),
    ROLE_CHANGE_NOT_ALLOWED(0x21),
    LMP_OR_LL_RESPONSE_TIMEOUT(0x22, "LMP or LL response timeout"),
    LMP_ERROR_TRANSACTION_OR_LL_PROCEDURE_COLLISION(0x23, "LMP error transaction or LL procedure collision"),
    LMP_PDU_NOT_ALLOWED(0x24, "LMP PDU not allowed"),
    ENCRYPTION_MODE_NOT_ACCEPTABLE(0x25),
    LINK_KEY_CANNOT_BE_CHANGED(0x26),
    REQUESTED_QOS_NOT_SUPPORTED(0x27, "requested QoS not supported"),
    INSTANT_PASSED(0x28),
    PAIRING_WITH_UNIT_KEY_NOT_SUPPORTED(0x29),
    DIFFERENT_TRANSACTION_COLLISION(0x2a),
    RESERVED_2B(0x2b, "reserved error code"),
    QOS_UNACCEPTABLE_PARAMETER(0x2c, "QoS unacceptable parameter"),
    QOS_REJECTED(0x2d, "QoS rejected"),
    CHANNEL_CLASSIFICATION_NOT_SUPPORTED(0x2e),
    INSUFFICIENT_SECURITY(0x2f),
    PARAMETER_OUT_OF_MANDATORY_RANGE(0x30),
    RESERVED_31(0x31, "reserved error code"),
    ROLE_SWITCH_PENDING(0x32),
    RESERVED_33(0x33, "reserved error code"),
    RESERVED_SLOT_VIOLATION(0x34),
    ROLE_SWITCH_FAILED(0x35),
    EXTENDED_INQUIRY_RESPONSE_TOO_LARGE(0x36),
    SECURE_SIMPLE_PAIRING_NOT_SUPPORTED_BY_HOST(0x37),
    HOST_BUSY_PAIRING(0x38),
    CONNECTION_REJECTED_DUE_TO_NO_SUITABLE_CHANNEL_FOUND(0x39),
    CONTROLLER_BUSY(0x3a),
    UNACCEPTABLE_CONNECTION_PARAMETERS(0x3b),
    ADVERTISING_TIMEOUT(0x3c),
    CONNECTION_TERMINATED_DUE_TO_MIC_FAILURE(0x3d, "connection terminated due to MIC failure"),
    CONNECTION_FAILED_TO_BE_ESTABLISHED(0x3e),
    MAC_CONNECTION_FAILED(0x3f, "MAC connection failed"),
    COARSE_CLOCK_ADJUSTMENT_REJECTED(0x40),
    TYPE0_SUBMAP_NOT_DEFINED(0x41),
    UNKNOWN_ADVERTISING_IDENTIFIER(0x42),
    LIMIT_REACHED(0x43),
    OPERATION_CANCELLED_BY_HOST(0x44),
    PACKET_TOO_LONG(0x45),
    TOO_LATE(0x46),
    TOO_EARLY(0x47),
    INSUFFICIENT_CHANNELS(0x48);

    private static final ErrorCode[] BY_VALUE = values();

    private final int value;
    private final String text;

    ErrorCode(int value) {
        this.value = value;
        this.text = name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    ErrorCode(int value, String text) {
        this.value = value;
        this.text = text;
    }

    /** The octet on the interface. */
    public int value() {
        return value;
    }

    /** The name, for people. */
    public String text() {
        return text;
    }

    /** Whether this status or reason octet is this error. */
    public boolean is(int octet) {
        return octet == value;
    }

    /** The error with this number, if the specification names it. */
    public static Optional<ErrorCode> of(int value) {
        return value >= 0 && value < BY_VALUE.length ? Optional.of(BY_VALUE[value]) : Optional.empty();
    }

    /** The name and the number of any error code, for people: {@code connection timeout (0x08)}. */
    public static String describe(int value) {
        return String.format("%s (0x%02X)", of(value).map(ErrorCode::text).orElse("error"), value);
    }

    /** As {@link #describe(int)}. */
    @Override
    public String toString() {
        return describe(value);
    }
}
