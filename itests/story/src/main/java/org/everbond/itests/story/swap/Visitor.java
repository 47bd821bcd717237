package org.everbond.itests.story.swap;

import static org.everbond.itests.story.swap.Stage.check;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.AdapterState;
import org.everbond.adapter.Link;
import org.everbond.adapter.LinkStatus;
import org.everbond.crypto.DeviceAddress;
import org.everbond.security.PairingResult;

/** One who pairs with the gateway once, and comes again at the end. */
final class Visitor {
    private final Actor actor;
    private final Actor gateway;
    private final CompletableFuture<Boolean> answer = new CompletableFuture<>();
    private DeviceAddress identity;
    private Link link;
    private CompletionStage<PairingResult> pairing;
    private boolean acknowledged;

    Visitor(Actor actor, Actor gateway) {
        this.actor = actor;
        this.gateway = gateway;
    }

    void knock(Doorkeeper doorkeeper) throws Exception {
        actor.enter();
        identity = actor.adapter().status().identity().orElseThrow();
        doorkeeper.asks(identity, answer);
        link = Actor.get(actor.adapter().connect(gateway.adapter().status().identity().orElseThrow(), Stage.LONG));
        pairing = link.pair();
        gateway.await("the pairing with " + actor.name() + " has begun", () -> asked(PairingState.BEGUN) > 0);
    }

    /** The gateway's agent says yes. */
    void letIn() {
        answer.complete(true);
    }

    /** Both sides have bonded, and say so. */
    void isBonded() throws Exception {
        var result = Actor.get(pairing);
        check(result.bonding() != PairingResult.Bonding.NOT_BONDED, actor.name() + " is not bonded");
        gateway.await(actor.name() + " is bonded", () -> asked(PairingState.ENDED) > 0);
        acknowledged = asked(PairingState.BONDED) > 0;
        check(acknowledged, "the gateway says that the pairing with " + actor.name() + " failed: " + gateway.events());
        goes();
    }

    /**
     * The gateway says that the pairing has failed. The visitor need not know: it sends the last key PDU, after which SMP has no way
     * to tell it.
     */
    void isRefused() throws Exception {
        gateway.await("the pairing with " + actor.name() + " has ended", () -> asked(PairingState.ENDED) > 0);
        check(asked(PairingState.BONDED) == 0, "a bond was acknowledged that nobody has written");
        goes();
    }

    /** As whom the gateway knows it. */
    DeviceAddress identity() {
        return identity;
    }

    /** Whether the gateway has said that they are bonded. */
    boolean acknowledged() {
        return acknowledged;
    }

    Actor actor() {
        return actor;
    }

    private void goes() throws Exception {
        if (link.isOpen()) {
            Actor.get(link.disconnect());
        }
        gateway.await(actor.name() + " has gone",
                () -> gateway.adapter().linkStatus().stream().noneMatch(status -> status.peer().equals(identity)));
    }

    private long asked(PairingState state) {
        return switch (state) {
            case BEGUN -> gateway.count(AdapterEvent.PairingStarted.class, event -> with(event.link()));
            case BONDED -> gateway.count(AdapterEvent.Paired.class,
                    event -> with(event.link()) && event.result().bonding() != PairingResult.Bonding.NOT_BONDED);
            case ENDED -> asked(PairingState.BONDED) + gateway.count(AdapterEvent.PairingFailed.class, event -> with(event.link()));
        };
    }

    private boolean with(LinkStatus status) {
        return status.peer().equals(identity);
    }

    void comesAgain() throws Exception {
        gateway.until("the gateway advertises", status -> status.state() == AdapterState.UP && status.advertising());
        long pairings = actor.count(AdapterEvent.PairingStarted.class, event -> true);
        link = Actor.get(actor.adapter().connect(actor.adapter().bonds().get(0).id(), Stage.LONG));
        Actor.get(link.encrypt());
        check(actor.count(AdapterEvent.PairingStarted.class, event -> true) == pairings, actor.name() + " paired again");
        check(actor.count(AdapterEvent.BondLost.class, event -> true) == 0, actor.name() + " lost its bond");
        goes();
    }

    private enum PairingState {
        BEGUN,
        BONDED,
        ENDED
    }
}
