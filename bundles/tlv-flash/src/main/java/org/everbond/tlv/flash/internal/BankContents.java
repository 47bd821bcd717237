package org.everbond.tlv.flash.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.flash.FlashMode;
import org.everbond.tlv.spi.StoreHeader;

/**
 * What the entries of one bank mean: which values are live, whose they are, and whether the last change was completed.
 *
 * @param live by tag, in the order of the log, without the store's own records
 * @param own the store's own records that are live
 * @param id null when there is no record of ours
 * @param sequence of the newest completed transaction of ours; 0 when there is none
 * @param proven whether the newest transaction record says that exactly this is the content
 * @param foreign whether another program has changed something since
 * @param end where the next entry belongs
 * @param leftOut where what is left out of a change that was not finished begins; {@code end} or more when nothing is
 * @param clean whether it can be appended there as it is; otherwise the content goes to the other bank first
 * @param damage what could not be read, one sentence each
 */
record BankContents(
        Map<Integer, Entry> live,
        List<Entry> own,
        StoreId id,
        long sequence,
        boolean proven,
        boolean foreign,
        int end,
        int leftOut,
        boolean clean,
        List<String> damage) {

    /** Nothing at all. */
    static final BankContents EMPTY = new BankContents(Map.of(), List.of(), null, 0, false, false, 0, 0, false, List.of());

    static BankContents of(Layout layout, byte[] bank) {
        var plain = BankWalk.entries(layout, bank);
        var contents = of(layout, plain);
        // A record of ours with a wrong length may hide newer ones.
        boolean intact = plain.entries().stream().allMatch(entry -> !TransactionRecord.isOwn(entry.tag())
                || BankWalk.isKnown(entry.tag(), entry.length()));
        if (contents.proven && intact) {
            return contents;
        }
        var suspicious = BankWalk.suspicious(layout, bank);
        return suspicious.isDamaged() ? of(layout, suspicious) : contents;
    }

    private static BankContents of(Layout layout, BankWalk.Found found) {
        StoreId id = null;
        long lowest = 0;
        TransactionRecord newest = null;
        var own = new ArrayList<Entry>();
        for (var entry : found.entries()) {
            if (TransactionRecord.isOwn(entry.tag())) {
                own.add(entry);
            }
            if (entry.tag() == Tags.STORE_HEADER) {
                var header = StoreHeader.decode(entry.value());
                id = header.map(StoreHeader::id).orElse(id);
                lowest = header.map(StoreHeader::sequence).orElse(lowest);
            } else if (entry.tag() == Tags.TRANSACTION) {
                var transaction = TransactionRecord.decode(entry.value());
                newest = transaction == null ? newest : transaction;
            }
        }
        for (var reading : readings(layout, found, newest)) {
            var live = live(layout, reading.entries);
            long digest = TransactionRecord.digest(values(live));
            boolean completed = newest != null && digest == newest.after();
            // Where something follows the announcement, another program has taken the change back.
            boolean announcedLast = !reading.entries.isEmpty() && lastOf(reading.entries).tag() == Tags.TRANSACTION;
            boolean notBegun = newest != null && announcedLast && digest == newest.before();
            if (completed || notBegun) {
                long sequence = completed ? newest.sequence() : newest.previous();
                boolean clean = found.clean() && reading.plain && isTidy(layout, reading.entries) && id != null;
                int leftOut = notBegun && !completed || isTornAnnouncement(reading.entries)
                        ? lastOf(reading.entries).at() : reading.cutAt;
                return new BankContents(live, own, id, sequence, true, false, found.end(), leftOut, clean, found.damage());
            }
        }
        var whole = withoutTornEnd(layout, found.entries());
        var live = live(layout, whole);
        int leftOut = whole.size() < found.entries().size() ? lastOf(found.entries()).at() : found.end();
        long sequence = newest == null ? lowest : newest.sequence();
        boolean foreign = newest != null || id != null || !live.isEmpty();
        return new BankContents(live, own, id, sequence, false, foreign, found.end(), leftOut, false, found.damage());
    }

    /** Whether the last entry is the beginning of a record of ours that was not written any more. */
    private static boolean isTornAnnouncement(List<Entry> entries) {
        int tag = entries.isEmpty() ? 0 : lastOf(entries).tag();
        boolean whole = tag == Tags.STORE_HEADER
                || tag == Tags.TRANSACTION && TransactionRecord.decode(lastOf(entries).value()) != null;
        return TransactionRecord.isOwn(tag) && !whole;
    }

    private static Entry lastOf(List<Entry> entries) {
        return entries.get(entries.size() - 1);
    }

    /**
     * One way to read the entries.
     *
     * @param plain when none of them was torn
     * @param cutAt where those that count end
     */
    private record Reading(List<Entry> entries, boolean plain, int cutAt) {}

    private static List<Reading> readings(Layout layout, BankWalk.Found found, TransactionRecord newest) {
        var entries = found.entries();
        var readings = new ArrayList<Reading>();
        readings.add(new Reading(entries, true, found.end()));
        if (newest == null) {
            return readings;
        }
        var marked = entries.stream().filter(entry -> !Torn.isMark(layout, entry.tag(), newest.tag())).toList();
        if (marked.size() < entries.size()) {
            readings.add(new Reading(marked, false, found.end()));
        }
        int last = entries.size() - 1;
        boolean announced = last > 0 && entries.get(last - 1).tag() == Tags.TRANSACTION;
        if (announced && Torn.isHeader(layout, entries.get(last), newest.tag())) {
            readings.add(new Reading(entries.subList(0, last), false, entries.get(last).at()));
        }
        return readings;
    }

    /** Without a record of ours: a torn entry that BTstack takes for a longer one is not what replaces an older value. */
    private static List<Entry> withoutTornEnd(Layout layout, List<Entry> entries) {
        if (entries.isEmpty()) {
            return entries;
        }
        var last = entries.get(entries.size() - 1);
        if (last.isDeleted() || !Torn.isLength(last)) {
            return entries;
        }
        var before = entries.subList(0, entries.size() - 1);
        boolean replaces = live(layout, before).containsKey(last.tag());
        return replaces || BankWalk.hasExactLength(last.tag()) ? before : entries;
    }

    /** As BTstack reads: the first entry of a tag counts, but the last entry of all has replaced older ones; or always the last. */
    private static Map<Integer, Entry> live(Layout layout, List<Entry> entries) {
        var live = new LinkedHashMap<Integer, Entry>();
        Entry last = null;
        for (var entry : entries) {
            last = entry;
            if (entry.isDeleted() || TransactionRecord.isOwn(entry.tag())) {
                continue;
            }
            if (layout.mode() == FlashMode.WRITE_ONCE) {
                live.remove(entry.tag());
                live.put(entry.tag(), entry);
            } else {
                live.merge(entry.tag(), entry, (first, later) -> first.isHalfMarked() ? later : first);
            }
        }
        if (last != null && live.containsKey(last.tag())) {
            live.remove(last.tag());
            live.put(last.tag(), last);
        }
        live.values().removeIf(entry -> entry.length() == 0);
        return live;
    }

    /** Whether no tag has two entries that count for BTstack as live. */
    private static boolean isTidy(Layout layout, List<Entry> entries) {
        return layout.mode() == FlashMode.WRITE_ONCE
                || entries.stream().filter(entry -> !entry.isDeleted() && !TransactionRecord.isOwn(entry.tag()))
                                .map(Entry::tag).distinct().count()
                        == entries.stream().filter(entry -> !entry.isDeleted() && !TransactionRecord.isOwn(entry.tag())).count();
    }

    /** The live values. */
    Map<Integer, byte[]> values() {
        return values(live);
    }

    private static Map<Integer, byte[]> values(Map<Integer, Entry> live) {
        var values = new LinkedHashMap<Integer, byte[]>();
        live.forEach((tag, entry) -> values.put(tag, entry.value()));
        return values;
    }
}
