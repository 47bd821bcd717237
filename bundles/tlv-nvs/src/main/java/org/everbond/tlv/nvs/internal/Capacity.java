package org.everbond.tlv.nvs.internal;

import org.everbond.tlv.Transaction;
import org.everbond.tlv.spi.StoreHeader;

/**
 * How much a partition holds, for people. Upper bounds: how well given values fill the pages, {@link NvsFile#room} knows.
 *
 * @param entries of 32 octets for values of the store and its bookkeeping
 * @param version of the page format
 */
record Capacity(long entries, int version) {
    long tags() {
        return room() / entriesFor(1);
    }

    long octets() {
        return room() * Transaction.MAX_VALUE / entriesFor(Transaction.MAX_VALUE);
    }

    private long room() {
        return Math.max(0, entries - entriesFor(StoreHeader.LENGTH) - entriesFor(Bookkeeping.FINGERPRINT));
    }

    /** A head, the data, and in version 2 an index. */
    private int entriesFor(int size) {
        return 1 + Item.entriesFor(size) + (version == Page.VERSION_2 ? 1 : 0);
    }
}
