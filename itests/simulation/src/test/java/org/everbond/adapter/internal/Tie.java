package org.everbond.adapter.internal;

/** Two gateways, and what there is between them. */
final class Tie {
    final Side one;
    final Side other;
    /** Whether both were told so of the same bond at a time, and neither has forgotten it since. */
    boolean bonded;

    /** What people have agreed on for the next pairing; always some. */
    Plan plan;

    Tie(Side one, Side other) {
        this.one = one;
        this.other = other;
    }

    boolean isOf(SimulatedGateway a, SimulatedGateway b) {
        return one.gateway == a && other.gateway == b || one.gateway == b && other.gateway == a;
    }

    boolean isAlive() {
        return one.gateway.isAlive() && other.gateway.isAlive();
    }

    @Override
    public String toString() {
        return one.gateway.name + " and " + other.gateway.name;
    }
}
