package org.everbond.hci;

/** LE features of a link layer by the number of their bit (Vol 6, Part B, 4.6), as far as a host decides by them. */
public enum LeFeature {
    LE_ENCRYPTION(0),
    CONNECTION_PARAMETERS_REQUEST_PROCEDURE(1),
    EXTENDED_REJECT_INDICATION(2),
    PERIPHERAL_INITIATED_FEATURES_EXCHANGE(3),
    LE_PING(4),
    DATA_PACKET_LENGTH_EXTENSION(5),
    LL_PRIVACY(6),
    EXTENDED_SCANNING_FILTER_POLICIES(7),
    LE_2M_PHY(8),
    LE_CODED_PHY(11),
    EXTENDED_ADVERTISING(12),
    PERIODIC_ADVERTISING(13),
    CHANNEL_SELECTION_ALGORITHM_2(14),
    REMOTE_PUBLIC_KEY_VALIDATION(27),
    CONNECTED_ISOCHRONOUS_STREAM_HOST_SUPPORT(32),
    CONNECTION_SUBRATING(37),
    CONNECTION_SUBRATING_HOST_SUPPORT(38);

    private final int bit;

    LeFeature(int bit) {
        this.bit = bit;
    }

    /** The number of the bit in the feature set. */
    public int bit() {
        return bit;
    }

    /** Whether a feature set (its first 8 octets as a little-endian number) has this feature. */
    public boolean in(long features) {
        return (features >>> bit & 1) != 0;
    }

    /** The feature set that has only this feature. */
    public long mask() {
        return 1L << bit;
    }
}
