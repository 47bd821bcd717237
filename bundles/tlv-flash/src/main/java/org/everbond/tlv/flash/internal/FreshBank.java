package org.everbond.tlv.flash.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.spi.StoreHeader;

/** What a whole store looks like in a bank of its own: first whose it is, then the newest transaction, then the values. */
final class FreshBank {
    private FreshBank() {}

    /** How many octets of a bank it takes. */
    static long octets(Layout layout, Map<Integer, byte[]> values) {
        long octets = layout.first() + (long) layout.entry(StoreHeader.LENGTH) + layout.entry(TransactionRecord.LENGTH);
        for (var value : values.values()) {
            octets += layout.entry(value.length);
        }
        return octets;
    }

    /** Its entries; the first two are the store's own. */
    static List<Entry> entries(Layout layout, StoreId id, long sequence, Map<Integer, byte[]> values) {
        var entries = new ArrayList<Entry>();
        long digest = TransactionRecord.digest(values);
        int at = layout.first();
        entries.add(new Entry(at, Tags.STORE_HEADER, new StoreHeader(id, sequence).encode()));
        at += layout.entry(StoreHeader.LENGTH);
        entries.add(new Entry(at, Tags.TRANSACTION, new TransactionRecord(sequence, sequence, 0, digest, digest).encode()));
        at += layout.entry(TransactionRecord.LENGTH);
        for (var value : values.entrySet().stream().sorted(Comparator.comparing(value -> Tags.isCopy(value.getKey()))).toList()) {
            entries.add(new Entry(at, value.getKey(), value.getValue()));
            at += layout.entry(value.getValue().length);
        }
        return entries;
    }
}
