package org.everbond.hci.virtual.internal;

/** Codes of the LE Meta subevents that a controller sends (Vol 4, Part E, 7.7.65). */
final class LeEvent {
    static final int CONNECTION_COMPLETE = 0x01;
    static final int ADVERTISING_REPORT = 0x02;
    static final int CONNECTION_UPDATE_COMPLETE = 0x03;
    static final int READ_REMOTE_FEATURES_COMPLETE = 0x04;
    static final int LONG_TERM_KEY_REQUEST = 0x05;
    static final int REMOTE_CONNECTION_PARAMETER_REQUEST = 0x06;
    static final int DATA_LENGTH_CHANGE = 0x07;
    static final int READ_LOCAL_P256_PUBLIC_KEY_COMPLETE = 0x08;
    static final int GENERATE_DHKEY_COMPLETE = 0x09;
    static final int ENHANCED_CONNECTION_COMPLETE = 0x0a;
    static final int DIRECTED_ADVERTISING_REPORT = 0x0b;
    static final int PHY_UPDATE_COMPLETE = 0x0c;
    static final int EXTENDED_ADVERTISING_REPORT = 0x0d;
    static final int SCAN_TIMEOUT = 0x11;
    static final int ADVERTISING_SET_TERMINATED = 0x12;
    static final int SCAN_REQUEST_RECEIVED = 0x13;
    static final int CHANNEL_SELECTION_ALGORITHM = 0x14;

    private LeEvent() {}
}
