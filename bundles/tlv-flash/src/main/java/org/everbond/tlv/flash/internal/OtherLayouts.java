package org.everbond.tlv.flash.internal;

import org.everbond.tlv.Tags;
import org.everbond.tlv.flash.FlashMode;

/** Tells damage from a wrong configuration: an image does not say in which mode and alignment it was written. */
final class OtherLayouts {
    /** So many records of BTstack's own are no accident. */
    private static final int ENOUGH = 2;

    private OtherLayouts() {}

    /** The layout in which a bank is sound and that shows where the configured one would not; null when there is none. */
    static Layout likelier(Layout configured, byte[] bank) {
        for (var mode : new FlashMode[] {FlashMode.OVERWRITE, FlashMode.DELETE_FIELD}) {
            for (int alignment = 1; alignment <= 16; alignment *= 2) {
                var layout = new Layout(mode, alignment, configured.size());
                boolean differs = layout.alignment() != configured.alignment()
                        || layout.hasDeleteField() != configured.hasDeleteField();
                if (differs && configured.size() % alignment == 0 && fits(layout, configured, bank)) {
                    return layout;
                }
            }
        }
        return null;
    }

    private static boolean fits(Layout layout, Layout configured, byte[] bank) {
        var found = BankWalk.entries(layout, bank);
        long known = found.entries().stream().filter(entry -> Tags.isKnownLength(entry.tag(), entry.length())).count();
        boolean shows = layout.hasDeleteField() != configured.hasDeleteField();
        for (var entry : found.entries()) {
            int valueEnd = entry.at() + layout.valueOffset() + entry.length();
            int end = Math.min(entry.at() + layout.entry(entry.length()), bank.length);
            boolean zeroed = entry.isDeleted() && entry.length() == 0;
            if (entry.isHalfMarked() || !zeroed && !Layout.isErased(bank, valueEnd, end)) {
                return false;
            }
            shows |= valueEnd < end || entry.at() % configured.alignment() != 0;
        }
        return shows && found.clean() && known >= ENOUGH;
    }
}
