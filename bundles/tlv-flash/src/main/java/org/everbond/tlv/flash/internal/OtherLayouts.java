package org.everbond.tlv.flash.internal;

import java.util.Arrays;
import org.everbond.tlv.Tags;
import org.everbond.tlv.flash.FlashMode;

/** Tells damage from a wrong configuration: an image does not say in which mode and alignment it was written. */
final class OtherLayouts {
    /** So many records of BTstack's own are no accident. */
    private static final int ENOUGH = 2;

    private OtherLayouts() {}

    /** The layout in which the banks are sound, though they are not in the configured one; null when there is none. */
    static Layout likelier(Layout configured, byte[][] banks) {
        for (var mode : new FlashMode[] {FlashMode.OVERWRITE, FlashMode.DELETE_FIELD}) {
            for (int alignment = 1; alignment <= 16; alignment *= 2) {
                var layout = new Layout(mode, alignment, configured.size());
                boolean differs = layout.alignment() != configured.alignment()
                        || layout.hasDeleteField() != configured.hasDeleteField();
                if (differs && configured.size() % alignment == 0 && isSound(layout, banks)) {
                    return layout;
                }
            }
        }
        return null;
    }

    private static boolean isSound(Layout layout, byte[][] banks) {
        return Arrays.stream(banks).filter(bank -> BankHeader.of(bank).isMagic()).allMatch(bank -> {
            var found = BankWalk.entries(layout, bank);
            return found.clean() && found.entries().stream()
                    .filter(entry -> Tags.isKnownLength(entry.tag(), entry.length())).count() >= ENOUGH;
        });
    }
}
