package org.everbond.security.internal.pairing;

import org.everbond.crypto.Toolbox;

/**
 * Who compares the numbers of the two devices (Vol 3, Part H, 2.3.5.6.2). Just Works is Numeric Comparison in which nobody does.
 */
interface NumericComparison {
    NumericComparison BY_NOBODY = (exchange, na, nb) -> Later.of(exchange.pairing(), true);

    NumericComparison BY_USER = (exchange, na, nb) -> {
        var own = exchange.own().publicKey().x();
        var peer = exchange.peer().x();
        boolean initiator = exchange.pairing().initiator();
        int number = Toolbox.sixDigits(Toolbox.g2(initiator ? own : peer, initiator ? peer : own, na, nb));
        return exchange.pairing().user().confirmNumber(number);
    };

    /**
     * Va = Vb = g2(PKax, PKbx, Na, Nb), of which people see six digits.
     *
     * @return done once they are held to be equal; the pairing fails when they are not
     */
    Later<Boolean> compare(SecureConnections exchange, byte[] na, byte[] nb);
}
