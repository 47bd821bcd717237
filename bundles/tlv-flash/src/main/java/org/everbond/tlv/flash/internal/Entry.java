package org.everbond.tlv.flash.internal;

/**
 * One entry of a bank.
 *
 * @param at where its tag is
 * @param tag 0 when it is deleted
 * @param isHalfMarked whether its delete field is neither untouched nor zero; for BTstack it is not deleted
 */
record Entry(int at, int tag, byte[] value, boolean isHalfMarked) {
    Entry(int at, int tag, byte[] value) {
        this(at, tag, value, false);
    }

    boolean isDeleted() {
        return tag == 0;
    }

    int length() {
        return value.length;
    }
}
