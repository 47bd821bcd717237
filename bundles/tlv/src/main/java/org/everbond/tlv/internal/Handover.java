package org.everbond.tlv.internal;

/**
 * The last step of a change of backends, in which the writer begins nothing: so long the old one waits, and then serves on. Guarded by
 * the front's monitor.
 */
final class Handover {
    private final long releaseNanos;
    private boolean held;
    /** {@code Long.MAX_VALUE} while the writer has to end first what it was doing. */
    private long until;

    Handover(long releaseNanos) {
        this.releaseNanos = releaseNanos;
    }

    /** The writer is to begin nothing any more. */
    void ask() {
        held = true;
        until = Long.MAX_VALUE;
    }

    /** The writer has ended what it was doing. */
    void begin(long now) {
        until = now + releaseNanos;
    }

    void end() {
        held = false;
    }

    boolean isHeld() {
        return held;
    }

    boolean isTooLate(long now) {
        return isTimed() && until - now <= 0;
    }

    /** Nanoseconds until it is. */
    long untilTooLate(long now) {
        return isTimed() ? Math.max(1, until - now) : Long.MAX_VALUE;
    }

    private boolean isTimed() {
        return held && until != Long.MAX_VALUE;
    }
}
