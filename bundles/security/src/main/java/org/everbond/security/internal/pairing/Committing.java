package org.everbond.security.internal.pairing;

/** The bond is on its way to stable storage. */
record Committing(Pairing pairing, boolean keysSent, LinkKeys keys) implements Concluding {
    @Override
    public String toString() {
        return "Committing[keysSent=" + keysSent + "]";
    }
}
