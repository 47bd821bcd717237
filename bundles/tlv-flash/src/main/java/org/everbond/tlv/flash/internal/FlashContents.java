package org.everbond.tlv.flash.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.everbond.tlv.Tags;

/**
 * What both banks hold together. Follows BTstack wherever BTstack reads anything; where BTstack would begin an empty store, the
 * content with the newest transaction of ours counts, and else everything that can be read.
 *
 * @param bank the current one; -1 for a new store
 * @param epoch of the current bank
 * @param contents of the current bank
 * @param values live values of all; more than the current bank's when something was damaged and the other bank has it
 * @param clean whether the current bank can be appended to
 * @param deletedKeys whether the other bank still holds keys that were deleted
 * @param damage one sentence each
 * @param store whether this is a store at all
 */
record FlashContents(
        int bank,
        int epoch,
        BankContents contents,
        Map<Integer, byte[]> values,
        boolean clean,
        boolean deletedKeys,
        List<String> damage,
        boolean store) {

    static FlashContents read(Layout layout, byte[][] banks) {
        var headers = new BankHeader[] {BankHeader.of(banks[0]), BankHeader.of(banks[1])};
        if (!headers[0].isMagic() && !headers[1].isMagic()) {
            return withoutMagic(layout, banks, headers);
        }
        if (headers[0].isMagic() != headers[1].isMagic()) {
            int bank = headers[0].isMagic() ? 0 : 1;
            boolean newerIsDamaged = headers[1 - bank] == BankHeader.DAMAGED
                    && BankHeader.epoch(banks[1 - bank]) == BankHeader.next(BankHeader.epoch(banks[bank]));
            return newerIsDamaged
                    ? of(layout, banks, 1 - bank, true, "bank " + (1 - bank) + " does not begin with 'BTstack'")
                    : of(layout, banks, bank, headers[bank] == BankHeader.SOUND, null);
        }
        boolean sound = headers[0] == BankHeader.SOUND && headers[1] == BankHeader.SOUND;
        for (int bank = 0; bank < 2; bank++) {
            if (BankHeader.epoch(banks[bank]) == BankHeader.next(BankHeader.epoch(banks[1 - bank]))) {
                return of(layout, banks, bank, sound, null);
            }
        }
        if (headers[0] != headers[1]) {
            // The epoch of the new bank was not written any more: nobody was told that it is there.
            return of(layout, banks, headers[0] == BankHeader.SOUND ? 0 : 1, false, null);
        }
        return undecided(layout, banks);
    }

    private static FlashContents withoutMagic(Layout layout, byte[][] banks, BankHeader[] headers) {
        for (int bank = 0; bank < 2; bank++) {
            boolean other = headers[1 - bank] == BankHeader.DAMAGED
                    && BankHeader.epoch(banks[1 - bank]) == BankHeader.next(BankHeader.epoch(banks[bank]));
            if (headers[bank] == BankHeader.DAMAGED && !other) {
                return of(layout, banks, bank, false, "bank " + bank + " does not begin with 'BTstack'");
            }
        }
        boolean store = headers[0] == BankHeader.UNFINISHED && headers[1] == BankHeader.UNFINISHED;
        return new FlashContents(-1, -1, BankContents.EMPTY, Map.of(), false, false, List.of(), store);
    }

    private static FlashContents of(Layout layout, byte[][] banks, int bank, boolean sound, String fault) {
        var contents = BankContents.of(layout, banks[bank]);
        var other = BankContents.of(layout, banks[1 - bank]);
        var damage = new ArrayList<String>();
        if (fault != null) {
            damage.add(fault);
        }
        contents.damage().forEach(sentence -> damage.add("bank " + bank + ": " + sentence));
        var values = contents.values();
        boolean complete = contents.proven() || contents.damage().isEmpty() && fault == null;
        if (!complete && BankHeader.of(banks[1 - bank]) == BankHeader.SOUND) {
            add(values, other, 1 - bank, damage);
        }
        boolean deletedKeys = other.live().keySet().stream().anyMatch(tag -> Tags.holdsKeys(tag) && !values.containsKey(tag));
        return new FlashContents(bank, BankHeader.epoch(banks[bank]), contents, values,
                sound && damage.isEmpty() && contents.clean(), deletedKeys, damage, true);
    }

    /** Both banks could be the current one. BTstack begins an empty store then. */
    private static FlashContents undecided(Layout layout, byte[][] banks) {
        var both = List.of(BankContents.of(layout, banks[0]), BankContents.of(layout, banks[1]));
        long zero = both.get(0).sequence();
        long one = both.get(1).sequence();
        if (zero > 0 || one > 0) {
            // With the same sequence, the one in which another program has gone on is the newer.
            boolean first = zero == one ? !both.get(0).proven() : zero > one;
            int bank = first ? 0 : 1;
            return of(layout, banks, bank, false, "the epochs of the banks contradict one another; bank " + bank
                    + " was taken, because its transactions are newer");
        }
        // After BTstack has given up a store it begins a new one in bank 0, so that is the newer.
        var damage = new ArrayList<String>();
        damage.add("the epochs of the banks contradict one another; everything was read from both");
        both.get(0).damage().forEach(sentence -> damage.add("bank 0: " + sentence));
        both.get(1).damage().forEach(sentence -> damage.add("bank 1: " + sentence));
        var values = both.get(0).values();
        add(values, both.get(1), 1, damage);
        int bank = both.get(1).live().size() > both.get(0).live().size() ? 1 : 0;
        return new FlashContents(bank, BankHeader.epoch(banks[bank]), both.get(bank), values, false, false, damage, true);
    }

    private static void add(Map<Integer, byte[]> values, BankContents other, int bank, List<String> damage) {
        var newest = new ArrayList<>(values.keySet());
        var missing = new LinkedHashMap<>(other.values());
        missing.keySet().removeAll(values.keySet());
        if (!missing.isEmpty()) {
            values.putAll(missing);
            damage.add(missing.size() + " values were taken from bank " + bank + ", which is the older one");
        }
        dropTornCopy(values, newest);
        dropTornCopy(values, new ArrayList<>(other.live().keySet()));
    }

    /** Of a copy from one bank to the other that was not finished, the tag may be torn: it is the last one in its bank then. */
    private static void dropTornCopy(Map<Integer, byte[]> values, List<Integer> tags) {
        if (tags.isEmpty()) {
            return;
        }
        int last = tags.get(tags.size() - 1);
        var value = values.get(last);
        boolean copy = values.entrySet().stream()
                .anyMatch(original -> Torn.isTag(last, original.getKey()) && Arrays.equals(original.getValue(), value));
        if (copy) {
            values.remove(last);
        }
    }
}
