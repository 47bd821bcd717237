package org.everbond.tlv.flash.internal;

import java.util.Arrays;

/** What the first octets of a bank say. */
enum BankHeader {
    /** The magic is complete and the epoch was written. */
    SOUND,
    /** The magic is complete, the epoch was never written. For BTstack this is epoch 3. */
    TORN_EPOCH,
    /** No magic, but most of it and what was never torn: something has damaged it. For BTstack there is no store. */
    DAMAGED,
    /** Nothing, or the beginning of a header: this bank was never finished. */
    UNFINISHED,
    /** Anything else. */
    STRANGE;

    private static final int EPOCHS = 4;

    static BankHeader of(byte[] bank) {
        int length = Layout.MAGIC.length;
        int right = 0;
        int erased = 0;
        for (int i = 0; i < length; i++) {
            right += bank[i] == Layout.MAGIC[i] ? 1 : 0;
            erased += bank[i] == -1 ? 1 : 0;
        }
        int epoch = bank[Layout.EPOCH] & 0xff;
        if (right == length) {
            return epoch == 0xff ? TORN_EPOCH : SOUND;
        }
        if (right + erased == length && (epoch == 0xff || epoch < EPOCHS)) {
            return UNFINISHED;
        }
        return right >= length - 2 && epoch < EPOCHS ? DAMAGED : STRANGE;
    }

    boolean isMagic() {
        return this == SOUND || this == TORN_EPOCH;
    }

    /** As BTstack reads it. */
    static int epoch(byte[] bank) {
        return bank[Layout.EPOCH] & EPOCHS - 1;
    }

    static int next(int epoch) {
        return epoch + 1 & EPOCHS - 1;
    }

    /** The header of a bank up to its first entry. */
    static byte[] encode(Layout layout, int epoch) {
        var header = new byte[layout.first()];
        Arrays.fill(header, (byte) 0xff);
        System.arraycopy(Layout.MAGIC, 0, header, 0, Layout.MAGIC.length);
        header[Layout.EPOCH] = (byte) epoch;
        return header;
    }
}
