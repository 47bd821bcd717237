package org.everbond.hci;

/** Which lengths an event can have (Vol 4, Part E, 7.7): what tells a packet from noise. */
final class EventLengths {
    private EventLengths() {}

    /** Whether the specification defines the event code, or a vendor does (0xFF). */
    static boolean known(int code) {
        return code >= 0x01 && code <= 0x5a || code == 0xff;
    }

    /** Whether an event with this code can have this many octets of parameters. Unknown codes may have any. */
    static boolean possible(int code, int length) {
        switch (code) {
            case 0x00:
                return false;
            case 0x05:
            case 0x08:
            case 0x0f:
                return length == 4;
            case 0x0c:
                return length == 8;
            case 0x0e:
                return length >= 3;
            case 0x10:
            case 0x1a:
                return length == 1;
            case 0x13:
                return length >= 1 && length % 4 == 1;
            case 0x30:
                return length == 3;
            case 0x3e:
            case 0xff:
                return length >= 1;
            case 0x59:
                return length == 5;
            default:
                return true;
        }
    }
}
