package org.everbond.host.internal;

import org.everbond.hci.LeFeature;
import org.everbond.hci.OpCode;
import org.everbond.hci.SupportedCommands;

/**
 * The events that we let a controller send: those that we act on, as far as it knows them. Bits that a controller does not
 * know may make it refuse the whole mask.
 */
final class EventMasks {
    /** Disconnection Complete, Encryption Change, Hardware Error, Data Buffer Overflow, Key Refresh Complete, LE Meta. */
    static final long EVENTS = 1L << 4 | 1L << 7 | 1L << 15 | 1L << 25 | 1L << 47 | 1L << 61;
    /** What every controller has to accept: its default with LE Meta. */
    static final long EVENTS_FALLBACK = 0x2000_1fff_ffff_ffffL;
    /** The five LE events of 4.0. */
    static final long LE_FALLBACK = 0x1f;

    private static final long LE_CONNECTION_COMPLETE = 1;
    private static final long LE_ADVERTISING_REPORT = 1 << 1;
    private static final long LE_CONNECTION_UPDATE_COMPLETE = 1 << 2;
    private static final long LE_LONG_TERM_KEY_REQUEST = 1 << 4;
    private static final long LE_REMOTE_CONNECTION_PARAMETER_REQUEST = 1 << 5;
    private static final long LE_ENHANCED_CONNECTION_COMPLETE = 1 << 9;
    private static final long LE_DIRECTED_ADVERTISING_REPORT = 1 << 10;
    private static final long LE_EXTENDED_ADVERTISING_REPORT = 1 << 12;
    private static final long LE_ADVERTISING_SET_TERMINATED = 1 << 17;

    private EventMasks() {}

    /** LE Set Event Mask (Vol 4, Part E, 7.8.1). */
    static long le(SupportedCommands commands, long leFeatures, boolean extended) {
        long mask = LE_CONNECTION_COMPLETE | LE_CONNECTION_UPDATE_COMPLETE | LE_LONG_TERM_KEY_REQUEST;
        mask |= extended ? LE_EXTENDED_ADVERTISING_REPORT | LE_ADVERTISING_SET_TERMINATED : LE_ADVERTISING_REPORT;
        if (commands.has(OpCode.LE_SET_ADDRESS_RESOLUTION_ENABLE)) {
            mask |= LE_ENHANCED_CONNECTION_COMPLETE;
        }
        if (!extended && LeFeature.EXTENDED_SCANNING_FILTER_POLICIES.in(leFeatures)) {
            mask |= LE_DIRECTED_ADVERTISING_REPORT;
        }
        if (LeFeature.CONNECTION_PARAMETERS_REQUEST_PROCEDURE.in(leFeatures)
                && commands.has(OpCode.LE_REMOTE_CONNECTION_PARAMETER_REQUEST_REPLY)
                && commands.has(OpCode.LE_REMOTE_CONNECTION_PARAMETER_REQUEST_NEGATIVE_REPLY)) {
            mask |= LE_REMOTE_CONNECTION_PARAMETER_REQUEST;
        }
        return mask;
    }
}
