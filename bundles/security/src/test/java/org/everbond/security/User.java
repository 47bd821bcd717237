package org.everbond.security;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.everbond.security.spi.PairingAgent;

/** A person with a device: reads what it shows, looks at the other one, and answers as a test wants. */
final class User implements PairingAgent {
    final IoCapability ioCapability;
    final List<String> heard = new ArrayList<>();
    /** The other device's user, whose display this one looks at. */
    User other;
    Optional<OobData> oobData = Optional.empty();
    /** The last passkey that was shown. */
    Integer shown;
    /** What can be read on the display now; null for nothing. */
    private Integer display;
    /** What is compared; null until then. */
    Integer number;
    boolean says = true;
    boolean authorizes = true;
    /** Shown instead of a random one. */
    Optional<Integer> agreed = Optional.empty();
    /** Typed whatever the other device shows. */
    Optional<Integer> types = Optional.empty();
    List<Keypress> keys = List.of();
    /** Open questions are answered only when a test does. */
    boolean slow;
    CompletableFuture<Boolean> confirmation;
    CompletableFuture<Optional<Integer>> entry;
    Consumer<Keypress> typed;

    User(IoCapability ioCapability) {
        this.ioCapability = ioCapability;
    }

    /** Two people who look at both devices. */
    static void give(Pair pair, IoCapability central, IoCapability peripheral) {
        var first = new User(central);
        var second = new User(peripheral);
        first.other = second;
        second.other = first;
        pair.central.agent = Optional.of(first);
        pair.peripheral.agent = Optional.of(second);
    }

    static User of(Device device) {
        return (User) device.agent.orElseThrow();
    }

    @Override
    public IoCapability ioCapability(PairingPeer peer) {
        return ioCapability;
    }

    @Override
    public CompletionStage<Boolean> authorize(PairingPeer peer) {
        return CompletableFuture.completedFuture(authorizes);
    }

    @Override
    public CompletionStage<Boolean> confirmJustWorks(PairingPeer peer) {
        heard.add("just works?");
        return answer();
    }

    @Override
    public CompletionStage<Boolean> confirmNumber(PairingPeer peer, int shownNumber) {
        heard.add("number?");
        number = shownNumber;
        return answer();
    }

    private CompletionStage<Boolean> answer() {
        confirmation = new CompletableFuture<>();
        if (!slow) {
            confirmation.complete(says);
        }
        return confirmation;
    }

    @Override
    public void displayPasskey(PairingPeer peer, int passkey) {
        heard.add("shows");
        shown = passkey;
        display = passkey;
        if (other.entry != null && !other.slow) {
            other.enter();
        }
    }

    @Override
    public CompletionStage<Optional<Integer>> requestPasskey(PairingPeer peer, Consumer<Keypress> consumer) {
        heard.add("passkey?");
        typed = consumer;
        entry = new CompletableFuture<>();
        if (!slow) {
            keys.forEach(consumer);
            enter();
        }
        return entry;
    }

    /** Types what the other device shows, once it does, or what is meant to be typed. */
    void enter() {
        var read = types.or(() -> Optional.ofNullable(other.display));
        if (!says || read.isPresent()) {
            entry.complete(says ? read : Optional.empty());
        }
    }

    @Override
    public void keypress(PairingPeer peer, Keypress keypress) {
        heard.add(keypress.name());
    }

    @Override
    public Optional<OobData> oobData(PairingPeer peer) {
        return oobData;
    }

    @Override
    public Optional<Integer> agreedPasskey(PairingPeer peer) {
        return agreed;
    }

    @Override
    public void cancelled(PairingPeer peer) {
        heard.add("cancelled");
        over();
    }

    @Override
    public void finished(PairingPeer peer) {
        heard.add("finished");
        over();
    }

    private void over() {
        display = null;
        entry = null;
    }
}
