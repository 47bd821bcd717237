package org.everbond.tlv.flash.internal;

import java.util.ArrayList;
import java.util.List;

/** Tells what changes that were not finished have left in the banks: octets that were programmed and are not used. Pure. */
final class Unfinished {
    private Unfinished() {}

    /** Half a sentence; empty when there are none. */
    static String in(Layout layout, byte[][] banks, FlashContents found) {
        var parts = new ArrayList<String>();
        if (found.damage().isEmpty()) {
            for (int bank = 0; bank < 2; bank++) {
                boolean current = bank == found.bank();
                int from = current ? Math.min(found.contents().leftOut(), layout.size()) : 0;
                int octets = programmed(banks[bank]) - from;
                if (octets > 0 && (current || isUnfinished(BankHeader.of(banks[bank])))) {
                    parts.add(octets + " octets in bank " + bank + ", from offset " + from + " on");
                }
            }
        }
        return parts.isEmpty() ? "" : sentence(parts);
    }

    private static boolean isUnfinished(BankHeader header) {
        return header == BankHeader.UNFINISHED || header == BankHeader.TORN_EPOCH;
    }

    private static String sentence(List<String> parts) {
        return String.join(" and ", parts) + ", are of a change that was not finished and were left out";
    }

    private static int programmed(byte[] bank) {
        int end = bank.length;
        while (end > 0 && bank[end - 1] == -1) {
            end--;
        }
        return end;
    }
}
