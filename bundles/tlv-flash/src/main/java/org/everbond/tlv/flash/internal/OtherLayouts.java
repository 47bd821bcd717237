package org.everbond.tlv.flash.internal;

import org.everbond.tlv.Tags;
import org.everbond.tlv.flash.FlashMode;

/** Tells damage from a wrong configuration: an image does not say in which mode and alignment it was written. */
final class OtherLayouts {
    /** So many records of BTstack's own are no accident. */
    private static final int ENOUGH = 2;

    private OtherLayouts() {}

    /** The layout in which a bank is sound and more is known in it than in the configured one; null when there is none. */
    static Layout likelier(Layout configured, byte[] bank) {
        long known = known(BankWalk.entries(configured, bank));
        for (var mode : new FlashMode[] {FlashMode.OVERWRITE, FlashMode.DELETE_FIELD}) {
            for (int alignment = 1; alignment <= 16; alignment *= 2) {
                var layout = new Layout(mode, alignment, configured.size());
                boolean differs = layout.alignment() != configured.alignment()
                        || layout.hasDeleteField() != configured.hasDeleteField();
                if (differs && configured.size() % alignment == 0) {
                    var found = BankWalk.entries(layout, bank);
                    if (found.clean() && known(found) >= Math.max(ENOUGH, known + 1)) {
                        return layout;
                    }
                }
            }
        }
        return null;
    }

    private static long known(BankWalk.Found found) {
        return found.entries().stream().filter(entry -> Tags.isKnownLength(entry.tag(), entry.length())).count();
    }
}
