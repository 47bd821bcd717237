package org.everbond.security.internal;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.keys.Lookup;
import org.everbond.host.Connection;
import org.everbond.security.PairingException;
import org.everbond.security.PairingResult;
import org.everbond.security.SecureLink;

/** The security of one link. */
final class LinkSecurity implements SecureLink {
    private final AdapterSecurity adapter;
    private final Surroundings surroundings;
    private final Connection connection;

    LinkSecurity(AdapterSecurity adapter, Surroundings surroundings, Connection connection) {
        this.adapter = adapter;
        this.surroundings = surroundings;
        this.connection = connection;
    }

    static LinkSecurity ended(AdapterSecurity adapter, Surroundings surroundings, Connection connection) {
        return new LinkSecurity(adapter, surroundings, connection);
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public Optional<Bond> bond() {
        var lookup = surroundings.bonds().lookup(connection.peerAddress());
        return lookup.result() == Lookup.Result.FOUND ? Optional.of(lookup.bond()) : Optional.empty();
    }

    @Override
    public Optional<BondSecurity> security() {
        return Optional.empty();
    }

    @Override
    public boolean isPairing() {
        return false;
    }

    CompletionStage<PairingResult> pair() {
        return CompletableFuture.failedFuture(new PairingException("pairing is not available", 0, false));
    }

    CompletionStage<SecureLink> encrypt() {
        return CompletableFuture.failedFuture(new PairingException("no key is stored for this peer", 0, false));
    }

    CompletionStage<SecureLink> protect() {
        return bond().isEmpty() ? CompletableFuture.completedFuture(this) : encrypt();
    }

    void received(byte[] sdu) {}

    void longTermKeyRequested(long rand, int ediv) {
        connection.disconnect(0x13);
    }

    void encryptionChanged(int status, boolean on) {}

    void disconnected(int reason) {}

    void bondsChanged() {}
}
