package org.everbond.tlv.internal;

import java.util.List;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.spi.Confirmed;
import org.everbond.tlv.spi.Remains;
import org.everbond.tlv.spi.Remains.Findings;
import org.everbond.tlv.spi.TlvBackend.Image;

/**
 * Tells what a place has lost since it was written last, as far as that can be known: from the end of its content, and from what was
 * noted beside it. A pure function.
 */
public final class Verdict {
    private final String resource;
    private final Image image;
    private final Remains remains;

    private Verdict(String resource, Image image, Remains remains) {
        this.resource = resource;
        this.image = image;
        this.remains = remains;
    }

    public static Findings on(String resource, Image image, Remains remains) {
        var verdict = new Verdict(resource, image, remains);
        return Confirmed.decode(remains.note()).map(verdict::compared).orElseGet(verdict::calm);
    }

    /** What is to be noted beside this content. */
    static String note(StoreId id, byte[] history, long sequence) {
        return new Confirmed(id, History.of(history, sequence).newest(), sequence).encode();
    }

    private Findings compared(Confirmed confirmed) {
        if (remains.created()) {
            return notice("was not there any more, and a new store was begun; it had held " + text(confirmed)
                    + "; if it was not removed on purpose, stop the gateway and put the file back");
        }
        if (image.id() == null && image.values().isEmpty()) {
            return lost("is empty, but " + text(confirmed) + " was confirmed in it; put a copy of it back, or remove the file"
                    + " to begin with a new identity and no bonds");
        }
        if (image.id() == null || !image.id().lineage().equals(confirmed.id().lineage())) {
            return notice("holds another store than when this gateway wrote to it last (then it was " + text(confirmed)
                    + "); if it was not exchanged on purpose, put the former one back");
        }
        if (includes(confirmed)) {
            return calm();
        }
        return lost("holds transaction " + whole() + ", but " + text(confirmed) + " was confirmed in it: an older copy was put back,"
                + " or the end was cut off; bonds made since are missing, bonds forgotten since may be back; put the newer file back,"
                + " or forget and pair again what has changed since");
    }

    /** Whether what was confirmed is part of what is there. */
    private boolean includes(Confirmed confirmed) {
        if (remains.transaction() != 0 && remains.transaction() <= confirmed.sequence()) {
            return false;
        }
        var history = History.of(image.values(), whole());
        if (history.isEmpty() || confirmed.run() == 0) {
            return whole() >= confirmed.sequence();
        }
        return history.includes(confirmed.run(), confirmed.sequence())
                // So many have written since that it is not known any more which they built on.
                || history.forgets(confirmed.run(), confirmed.sequence());
    }

    /** The newest transaction that is there as a whole. */
    private long whole() {
        return remains.transaction() == 0 ? image.sequence() : Math.min(image.sequence(), remains.transaction() - 1);
    }

    private Findings calm() {
        return remains.unfinished().isEmpty()
                ? Findings.NONE
                : new Findings(List.of(resource + ": " + remains.unfinished() + ", as after a power cut or a kill in the middle of a write;"
                        + " nothing that was confirmed is lost by that, but if something else has cut it, put a whole copy back"), List.of());
    }

    private Findings notice(String sentence) {
        return new Findings(List.of(resource + " " + sentence + unfinished()), List.of());
    }

    private Findings lost(String sentence) {
        return new Findings(List.of(), List.of(resource + " " + sentence + unfinished()));
    }

    private String unfinished() {
        return remains.unfinished().isEmpty() ? "" : " (" + remains.unfinished() + ")";
    }

    private static String text(Confirmed confirmed) {
        return "transaction " + confirmed.sequence() + " of store " + confirmed.id().store().toString().substring(0, 8);
    }
}
