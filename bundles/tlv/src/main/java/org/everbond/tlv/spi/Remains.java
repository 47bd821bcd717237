package org.everbond.tlv.spi;

import java.util.List;
import java.util.stream.Stream;
import org.everbond.tlv.internal.Verdict;

/**
 * What a place that was just opened has besides its content.
 *
 * @param unfinished what a write that was interrupted has left, as the beginning of a sentence without the name of the place:
 *     {@code the last 37 octets, from offset 530 on, are no complete record and were left out}; empty when the last write was whole
 * @param transaction the number of the transaction that is not whole; 0 when there is none or its number is not known
 * @param created whether the place did not exist before
 * @param note what {@link TlvBackend#note} was given last in this place; empty when nothing was or it cannot be read
 * @param seized what has become of the place under this backend since that has read or written it last, after the name of the place:
 *     {@code was removed}, {@code was replaced}; empty for nothing. What is there now need not have to do with this store
 */
public record Remains(String unfinished, long transaction, boolean created, String note, String seized) {
    /** Nothing besides. */
    public static final Remains NONE = new Remains("", 0, false, "");

    /** Nobody has touched it since. */
    public Remains(String unfinished, long transaction, boolean created, String note) {
        this(unfinished, transaction, created, note, "");
    }

    /** Nothing unfinished. */
    public static Remains of(boolean created, String note) {
        return new Remains("", 0, created, note);
    }

    /**
     * What people should know of it.
     *
     * @param resource the name of the place
     * @param image what was found there
     */
    public Findings findings(String resource, TlvBackend.Image image) {
        return Verdict.on(resource, image, this);
    }

    /**
     * One sentence each, with the cure.
     *
     * @param notices what does no harm by itself: an unfinished end that was left out, another store than before
     * @param lost what was confirmed and is not there any more: the store is damaged, not new
     */
    public record Findings(List<String> notices, List<String> lost) {
        /** Nothing to tell. */
        public static final Findings NONE = new Findings(List.of(), List.of());

        private static final int MOST = 20;

        /** With what was found later, each sentence once; the oldest give way when there are too many. */
        public Findings and(Findings later) {
            return new Findings(joined(notices, later.notices), joined(lost, later.lost));
        }

        private static List<String> joined(List<String> one, List<String> other) {
            var all = Stream.concat(one.stream(), other.stream()).distinct().toList();
            return all.subList(Math.max(0, all.size() - MOST), all.size());
        }
    }
}
