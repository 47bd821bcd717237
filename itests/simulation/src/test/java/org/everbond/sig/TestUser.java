package org.everbond.sig;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.everbond.security.IoCapability;
import org.everbond.security.Keypress;
import org.everbond.security.OobData;
import org.everbond.security.PairingPeer;
import org.everbond.security.spi.PairingAgent;

/** The person in front of the IUT (the upper tester's part). */
final class TestUser implements PairingAgent {
    IoCapability ioCapability = IoCapability.NO_INPUT_NO_OUTPUT;
    Optional<OobData> oobData = Optional.empty();
    /** What is typed when the IUT asks. */
    Optional<Integer> types = Optional.empty();
    /** All passkeys that were shown, in order. */
    final List<Integer> shown = new ArrayList<>();
    /** The number that was shown last to be compared. */
    Optional<Integer> number = Optional.empty();

    @Override
    public IoCapability ioCapability(PairingPeer peer) {
        return ioCapability;
    }

    @Override
    public CompletionStage<Boolean> confirmJustWorks(PairingPeer peer) {
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletionStage<Boolean> confirmNumber(PairingPeer peer, int comparing) {
        number = Optional.of(comparing);
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public void displayPasskey(PairingPeer peer, int passkey) {
        shown.add(passkey);
    }

    @Override
    public CompletionStage<Optional<Integer>> requestPasskey(PairingPeer peer, Consumer<Keypress> typed) {
        return CompletableFuture.completedFuture(types);
    }

    @Override
    public Optional<OobData> oobData(PairingPeer peer) {
        return oobData;
    }
}
