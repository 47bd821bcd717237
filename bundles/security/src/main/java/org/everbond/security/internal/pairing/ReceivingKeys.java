package org.everbond.security.internal.pairing;

import org.everbond.security.internal.pdu.Pdu;

/** The link is encrypted and the peer distributes its keys, in the order of the specification. */
record ReceivingKeys(Pairing pairing, KeyExchange exchange) implements Quiet {
    @Override
    public void encryptionInformation(Pdu.EncryptionInformation pdu) {
        exchange.received(pdu, keys -> keys.take(pdu));
    }

    @Override
    public void centralIdentification(Pdu.CentralIdentification pdu) {
        exchange.received(pdu, keys -> keys.take(pdu));
    }

    @Override
    public void identityInformation(Pdu.IdentityInformation pdu) {
        exchange.received(pdu, keys -> keys.take(pdu));
    }

    @Override
    public void identityAddressInformation(Pdu.IdentityAddressInformation pdu) {
        exchange.received(pdu, keys -> keys.take(pdu));
    }

    @Override
    public void signingInformation(Pdu.SigningInformation pdu) {
        exchange.received(pdu, keys -> keys.take(pdu));
    }
}
