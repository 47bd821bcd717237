package org.everbond.hci.virtual.internal;

/** Legacy and extended advertising, scanning and initiating commands do not mix between two Resets (Vol 4, Part E, 3.1.1). */
final class CommandFamily {
    private enum Family {
        NONE,
        LEGACY,
        EXTENDED
    }

    private Family used = Family.NONE;

    /** A legacy command was given. */
    void legacy() {
        use(Family.LEGACY);
    }

    /** An extended command was given. */
    void extended() {
        use(Family.EXTENDED);
    }

    private void use(Family family) {
        Baseband.need(used == Family.NONE || used == family);
        used = family;
    }

    void reset() {
        used = Family.NONE;
    }
}
