package org.everbond.bonds.internal;

/**
 * The tags of everything that concerns bonds: BTstack's, which other programs on the same store read as well, and our own,
 * which those keep as unknown ones. One place for each number.
 */
final class Tags {
    /** Our ER, 16 octets. */
    static final int ER = org.everbond.tlv.Tags.ER;
    /** Our IR, 16 octets. */
    static final int IR = org.everbond.tlv.Tags.IR;
    /** Our own: {@link IdentityRecord}. */
    static final int IDENTITY = org.everbond.tlv.Tags.IDENTITY;
    /** Our own: the serial of the last bond that was made, 8 octets. */
    static final int LAST_SERIAL = 0xe8000001;
    /** Our own: {@link AttemptsRecord}. */
    static final int ATTEMPTS = 0xe8000002;
    /** Our own: {@link IrkRecord}, once our IRK was changed. */
    static final int OWN_IRK = org.everbond.tlv.Tags.OWN_IRK;
    /** Our own: {@link IdentityCopy}. */
    static final int IDENTITY_COPY = org.everbond.tlv.Tags.IDENTITY_COPY;
    /** No serial and no revision ever gets there by counting. */
    static final long MAX_COUNT = 1L << 62;

    private static final int DEVICE = org.everbond.tlv.Tags.LE_DEVICE;
    /** BTDB is the hash of BTstack's attribute database, so that this slot is never filled. */
    private static final int DATABASE_HASH_SLOT = 0x42;
    private static final int SUBSCRIPTION = org.everbond.tlv.Tags.CCC;
    private static final int LINK_KEY = org.everbond.tlv.Tags.LINK_KEY;
    private static final int PEER_DATABASE = org.everbond.tlv.Tags.CLIENT_DATABASE;
    private static final int PEER_SERVICES = org.everbond.tlv.Tags.CLIENT_CACHE;
    /** Our own: two companion records per position. */
    private static final int COMPANION = org.everbond.tlv.Tags.COMPANION;
    /** Our own: the entry of a bond that is in no slot, by position. */
    private static final int BEYOND = org.everbond.tlv.Tags.BEYOND;

    /** Octets of a value of BTstack's subscriptions; the last one is the slot. */
    static final int SUBSCRIPTION_LENGTH = 8;

    private Tags() {}

    static int slot(int slot) {
        return DEVICE | slot;
    }

    static boolean isSlot(int tag) {
        return (tag & 0xffffff00) == DEVICE;
    }

    static int slotOf(int tag) {
        return tag & 0xff;
    }

    /** Whether a new bond may be put there. */
    static boolean isUsableSlot(int slot) {
        return slot != DATABASE_HASH_SLOT;
    }

    /** Of BTstack's GATT server: the hash of its attribute table, 16 octets. */
    static int databaseHash() {
        return slot(DATABASE_HASH_SLOT);
    }

    /** Whether a value in the place of a slot is BTstack's database hash and no entry. */
    static boolean isDatabaseHash(int tag, byte[] value) {
        return tag == slot(DATABASE_HASH_SLOT) && value.length == 16;
    }

    static int companion(int position, int half) {
        return COMPANION | position << 1 | half;
    }

    static boolean isCompanion(int tag) {
        return tag >>> 24 == COMPANION >>> 24;
    }

    static int positionOfCompanion(int tag) {
        return (tag & 0xffffff) >>> 1;
    }

    static int halfOf(int tag) {
        return tag & 1;
    }

    static int beyond(int position) {
        return BEYOND | position;
    }

    static boolean isBeyond(int tag) {
        return tag >>> 24 == BEYOND >>> 24;
    }

    static int positionOfBeyond(int tag) {
        return tag & 0xffffff;
    }

    static boolean isSubscription(int tag) {
        return (tag & 0xffffff00) == SUBSCRIPTION;
    }

    /** Whether a subscription in BTstack's GATT server is that of the peer in this slot. */
    static boolean isSubscriptionOf(int slot, byte[] value) {
        return value != null
                && value.length == SUBSCRIPTION_LENGTH
                && (value[SUBSCRIPTION_LENGTH - 1] & 0xff) == slot;
    }

    /** Whether the tag holds what BTstack remembers of the attributes of the peer in this slot. */
    static boolean isPeerAttributes(int tag, int slot) {
        return tag == (PEER_DATABASE | slot) || (tag & 0xffffff00) == (PEER_SERVICES | slot << 8) && (tag & 0xff) != 0;
    }

    /** The tags under which something of the peer in this slot may be: all subscriptions, and what BTstack remembers of its attributes. */
    static int[] perhapsOf(int slot) {
        var tags = new int[2 * 256];
        for (int i = 0; i < 256; i++) {
            tags[i] = SUBSCRIPTION | i;
            tags[256 + i] = i == 0 ? PEER_DATABASE | slot : PEER_SERVICES | slot << 8 | i;
        }
        return tags;
    }

    /** Whether the tag holds what BTstack remembers of the peer in any slot. */
    static boolean isOfAnyPeer(int tag) {
        return isSubscription(tag) || (tag & 0xffffff00) == PEER_DATABASE || (tag & 0xffff0000) == PEER_SERVICES;
    }

    static int linkKey(int index) {
        return LINK_KEY | index;
    }

    static boolean isLinkKey(int tag) {
        return (tag & 0xffffff00) == LINK_KEY;
    }

    /** A tag as people see it in messages. */
    static String name(int tag) {
        if (isSlot(tag)) {
            return "slot " + slotOf(tag);
        }
        if (isBeyond(tag)) {
            return "own place " + positionOfBeyond(tag);
        }
        return String.format("tag %08x", tag);
    }
}
