package org.everbond.security.internal.pairing;

/** It is our turn, and we wait for somebody here: the agent, a key pair, a DHKey. The peer has nothing to say. */
final class Waiting implements Quiet {
    private final Pairing pairing;

    Waiting(Pairing pairing) {
        this.pairing = pairing;
    }

    @Override
    public Pairing pairing() {
        return pairing;
    }
}
