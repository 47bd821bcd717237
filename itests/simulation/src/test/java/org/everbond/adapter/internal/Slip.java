package org.everbond.adapter.internal;

/** How somebody answers who is asked while pairing. */
enum Slip {
    /** As one should. */
    NONE,
    REFUSES,
    /** Another number than is shown, data of another device. */
    WRONG,
    /** No number that could be shown. */
    OUT_OF_RANGE,
    /** When nobody waits for it any more. */
    TOO_LATE,
    NEVER,
    /** The agent throws. */
    THROWS,
    /** Its answer is a failure. */
    FAILS
}
