package org.everbond.tlv.flash.internal;

/**
 * One entry of a bank.
 *
 * @param at where its tag is
 * @param tag 0 when it is deleted
 */
record Entry(int at, int tag, byte[] value) {
    boolean isDeleted() {
        return tag == 0;
    }

    int length() {
        return value.length;
    }
}
