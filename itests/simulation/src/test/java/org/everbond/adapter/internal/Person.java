package org.everbond.adapter.internal;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.everbond.security.IoCapability;
import org.everbond.security.Keypress;
import org.everbond.security.OobData;
import org.everbond.security.PairingPeer;
import org.everbond.security.spi.PairingAgent;

/** Whoever is in front of a gateway and answers as was agreed on with the one at the other side, or not. */
final class Person implements PairingAgent {
    private final SimulatedGateway at;
    private final Function<PairingPeer, Plan> plans;

    Person(SimulatedGateway at, Function<PairingPeer, Plan> plans) {
        this.at = at;
        this.plans = plans;
    }

    @Override
    public IoCapability ioCapability(PairingPeer peer) {
        return plans.apply(peer).ioCapability(at);
    }

    @Override
    public CompletionStage<Boolean> authorize(PairingPeer peer) {
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletionStage<Boolean> confirmJustWorks(PairingPeer peer) {
        return plans.apply(peer).confirms(at);
    }

    @Override
    public CompletionStage<Boolean> confirmNumber(PairingPeer peer, int number) {
        return plans.apply(peer).confirms(at);
    }

    @Override
    public void displayPasskey(PairingPeer peer, int passkey) {
        plans.apply(peer).shows(passkey);
    }

    @Override
    public CompletionStage<Optional<Integer>> requestPasskey(PairingPeer peer, Consumer<Keypress> typed) {
        return plans.apply(peer).types(at);
    }

    @Override
    public Optional<OobData> oobData(PairingPeer peer) {
        return plans.apply(peer).data(at);
    }
}
