package org.everbond.adapter.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.everbond.adapter.Link;
import org.everbond.gatt.GattClient;

/** What people do on one connection, while anything may go wrong. */
final class Meeting extends Visit {
    private enum Act {
        PAIR,
        ENCRYPT,
        READ,
        SUBSCRIBE,
        UNSUBSCRIBE,
        NOTIFY,
        WRITE_SIGNED,
        REPLAY,
        FORGE,
        ROTATE,
        CHANGE_IRK,
        FORGET_HERE,
        FORGET_BOTH,
        PAUSE
    }

    private static final List<UUID> VALUES = List.of(Lamp.NOTIFIED, Lamp.INDICATED);

    private final Random random;
    private final Map<String, List<GattClient.Subscription>> subscriptions = new HashMap<>();
    /** Whether people answer as they should. */
    private final boolean careful;

    Meeting(SimulatedStory story, SimulatedGateway central, SimulatedGateway peripheral, boolean careful) {
        super(story, central, peripheral);
        this.careful = careful;
        random = story.random;
    }

    void hold() {
        try {
            connect().ifPresent(this::actsOn);
        } catch (Over e) {
            story.note("%s: over", tie);
        }
    }

    private void actsOn(Link link) {
        for (var act : acts()) {
            if (!link.isOpen()) {
                return;
            }
            story.note("%s: %s", tie, act);
            story.tally.count("deeds", act.name().toLowerCase());
            act(act, link);
        }
    }

    /** Mostly what people do: pair if there is no bond, else use it. */
    private List<Act> acts() {
        var acts = new ArrayList<Act>();
        if (!tie.bonded && random.nextInt(8) != 0) {
            acts.add(Act.PAIR);
        } else if (tie.bonded && random.nextInt(8) == 0) {
            acts.add(Act.PAIR);
        } else if (tie.bonded && random.nextInt(4) == 0) {
            acts.add(random.nextBoolean() ? Act.WRITE_SIGNED : random.nextBoolean() ? Act.REPLAY : Act.FORGE);
        }
        if (tie.bonded && random.nextInt(4) != 0) {
            acts.add(Act.ENCRYPT);
        }
        for (int more = random.nextInt(4); more > 0; more--) {
            var all = Act.values();
            var act = all[random.nextInt(all.length)];
            // Forgetting ends what the story is about, and who has another IRK is a stranger behind private addresses.
            boolean rare = act == Act.FORGET_HERE || act == Act.FORGET_BOTH || act == Act.PAIR || act == Act.CHANGE_IRK;
            if (!rare || random.nextInt(4) == 0) {
                acts.add(act);
            }
        }
        return acts;
    }

    private void act(Act act, Link link) {
        var client = random.nextInt(3) == 0 ? peripheral : central;
        var server = otherThan(client);
        var linkOfClient = linkAt(client);
        switch (act) {
            case PAIR -> pair(link);
            case ENCRYPT -> linkOfClient.ifPresent(own -> ended(own.encrypt()));
            case READ -> linkOfClient.ifPresent(this::secret);
            case SUBSCRIBE -> linkOfClient.ifPresent(own -> subscribe(own, client));
            case UNSUBSCRIBE -> unsubscribe(client);
            case NOTIFY -> given(server.lamp.send(VALUES.get(random.nextInt(2)), "value of " + server.name));
            case WRITE_SIGNED -> linkOfClient.filter(own -> story.signedHandle != 0).ifPresent(this::writeSigned);
            case REPLAY -> replay(client, server);
            case FORGE -> forge(client, server);
            case ROTATE -> done(client.adapter().renewAddress());
            case CHANGE_IRK -> done(story.changeIrk(client));
            case FORGET_HERE -> forget(client);
            case FORGET_BOTH -> {
                forget(client);
                forget(server);
            }
            case PAUSE -> pause(Duration.ofMillis(random.nextInt(3000)));
        }
    }

    private void pair(Link link) {
        var plan = new Plan(story.world, random, central, peripheral, careful);
        tie.plan = plan;
        if (plan.way.ofCentral) {
            plan.dataOfCentral = ended(central.adapter().createOobData());
        }
        if (plan.way.ofPeripheral) {
            plan.dataOfPeripheral = ended(peripheral.adapter().createOobData());
        }
        var initiator = random.nextInt(4) == 0 ? linkAt(peripheral).orElse(link) : link;
        story.tally.count("pairings begun", (initiator == link ? "" : "by a Security Request, ") + plan.way);
        var result = ended(initiator.pair());
        story.note("%s: %s: %s", tie, plan, result);
        // What the other side may still be told of it.
        pause(Duration.ofMillis(random.nextInt(500)));
    }

    private static String name(SimulatedGateway client, UUID uuid) {
        return client.name + " " + uuid;
    }

    private void subscribe(Link link, SimulatedGateway client) {
        var uuid = VALUES.get(random.nextInt(2));
        var found = characteristic(link, uuid);
        if (found.isEmpty() || subscriptions.containsKey(name(client, uuid))) {
            return;
        }
        var side = story.ledger.side(otherThan(client), client);
        side.subscribed(uuid, Side.Subscribed.MAYBE);
        ended(link.gatt().subscribe(found.get(), value -> story.sank(side, value))).ifPresent(subscription -> {
            subscriptions.computeIfAbsent(name(client, uuid), name -> new ArrayList<>()).add(subscription);
            side.subscribed(uuid, Side.Subscribed.YES);
            story.subscriptionMustBeDurable(side);
        });
    }

    private void unsubscribe(SimulatedGateway client) {
        for (var uuid : VALUES) {
            var ending = subscriptions.remove(name(client, uuid));
            if (ending != null) {
                var side = story.ledger.side(otherThan(client), client);
                side.subscribed(uuid, Side.Subscribed.MAYBE);
                // The server hears of it when the last one ends.
                if (ending.stream().map(subscription -> done(subscription.end())).reduce(true, Boolean::logicalAnd)) {
                    boolean open = linkAt(client).isPresent();
                    side.subscribed(uuid, open ? Side.Subscribed.NO : Side.Subscribed.MAYBE);
                }
            }
        }
    }

    /** Somebody who has recorded signed writes says them again. */
    private void replay(SimulatedGateway client, SimulatedGateway server) {
        var recorded = story.ledger.recorded(story.ledger.side(server, client));
        server.watch.clearLinkWith(client).filter(handle -> !recorded.isEmpty()).ifPresent(handle -> {
            story.tally.count("signed writes", "replayed");
            server.controller.faults().inject(Watch.acl(handle, recorded.get(random.nextInt(recorded.size()))));
            pause(Duration.ofMillis(100));
        });
    }

    /** Somebody pretends to be the bonded peer: asks for the protected value, and says one, in clear. */
    private void forge(SimulatedGateway client, SimulatedGateway server) {
        var side = story.ledger.side(client, server);
        client.watch.clearLinkWith(server).filter(handle -> side.told != null && story.signedHandle != 0).ifPresent(handle -> {
            story.tally.count("signed writes", "forged values and requests beside them");
            client.controller.faults().inject(Watch.acl(handle, story.forgedNotification()));
            client.controller.faults().inject(Watch.acl(handle, story.readOfEverything()));
            pause(Duration.ofMillis(100));
        });
    }

    private void forget(SimulatedGateway gateway) {
        var former = String.valueOf(gateway.configuration.get("store"));
        boolean elsewhere = random.nextInt(3) == 0;
        if (elsewhere) {
            calmSwap(gateway, story.anotherPlace());
        }
        forgetThere(gateway);
        if (elsewhere) {
            // Where it was before the bond is still there, and forgotten all the same.
            calmSwap(gateway, former);
        }
    }

    private void calmSwap(SimulatedGateway gateway, String place) {
        story.note("swap of %s to %s", gateway.name, place);
        gateway.swap(place);
        pause(Duration.ofSeconds(1));
    }

    private void forgetThere(SimulatedGateway gateway) {
        var side = story.ledger.side(gateway, otherThan(gateway));
        tie.bonded = false;
        side.mayForget();
        for (var bond : gateway.adapter().bonds()) {
            if (side.peer.identity().filter(bond.identity()::equals).isPresent()) {
                boolean alone = done(gateway.adapter().forget(bond.id()));
                if (alone) {
                    story.note("%s has forgotten %s", gateway.name, bond.id());
                    story.tally.count("bonds", "forgotten");
                    side.forgets(bond.id());
                }
            }
        }
    }
}
