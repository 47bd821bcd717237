package org.everbond.hci.virtual.internal;

/** Codes of the events that a controller sends (Vol 4, Part E, 7.7). */
final class EventCode {
    static final int DISCONNECTION_COMPLETE = 0x05;
    static final int ENCRYPTION_CHANGE = 0x08;
    static final int READ_REMOTE_VERSION_INFORMATION_COMPLETE = 0x0c;
    static final int COMMAND_COMPLETE = 0x0e;
    static final int COMMAND_STATUS = 0x0f;
    static final int HARDWARE_ERROR = 0x10;
    static final int NUMBER_OF_COMPLETED_PACKETS = 0x13;
    static final int DATA_BUFFER_OVERFLOW = 0x1a;
    static final int ENCRYPTION_KEY_REFRESH_COMPLETE = 0x30;
    static final int LE_META = 0x3e;
    static final int AUTHENTICATED_PAYLOAD_TIMEOUT_EXPIRED = 0x57;

    private EventCode() {}
}
