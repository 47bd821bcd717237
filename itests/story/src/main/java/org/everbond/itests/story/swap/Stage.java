package org.everbond.itests.story.swap;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.Link;
import org.everbond.adapter.LinkStatus;
import org.everbond.bonds.Bond;
import org.everbond.crypto.DeviceAddress;
import org.everbond.gatt.spi.GattService;
import org.everbond.hci.spi.HciTransportProvider;
import org.everbond.host.Advertising;
import org.everbond.itests.story.SecretService;
import org.everbond.security.PairingResult;
import org.everbond.security.spi.PairingAgent;
import org.everbond.tlv.spi.TlvBackend;

/**
 * Those who play: a gateway whose storage changes, a lamp that it is bonded with and reads all the time, and visitors, each of whom
 * pairs with the gateway once. Keeps the record of what was acknowledged, outside of all of them, and holds them to it.
 */
final class Stage implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(20);
    private static final Advertising ADVERTISING = new Advertising(new byte[] {2, 1, 6}, new byte[0], Duration.ofMillis(20));

    final Actor gateway;
    final Actor lamp;
    final Path folder;
    private final Ground ground;
    private final Wire wire = new Wire();
    private final List<AutoCloseable> offers = new ArrayList<>();
    private final List<Visitor> visitors = new ArrayList<>();
    private final Doorkeeper doorkeeper = new Doorkeeper();
    private final Set<DeviceAddress> forgotten = new LinkedHashSet<>();
    private Link link;
    private Reader reader;
    private int handle;
    private long reads;

    Stage(Ground ground, Path folder) {
        this.ground = ground;
        this.folder = folder;
        gateway = new Actor(ground, "gateway").with("bondable", "on").with("store", "file:" + folder.resolve("gateway.tlv"));
        lamp = new Actor(ground, "lamp").with("bondable", "on").with("store", "file:" + folder.resolve("lamp.tlv"));
    }

    /** Gateway and lamp are up, bonded, and the gateway reads. */
    Stage begin() throws Exception {
        offers.add(ground.offer(HciTransportProvider.class, wire, Map.of()));
        offers.add(ground.offer(GattService.class, new SecretService(), Map.of(Adapter.NAME, "lamp")));
        offers.add(ground.offer(PairingAgent.class, doorkeeper, Map.of(Adapter.NAME, "gateway")));
        gateway.enter();
        lamp.enter();
        bondWithTheLamp();
        Actor.get(gateway.adapter().advertise(ADVERTISING));
        return this;
    }

    /** A backend service for the gateway, until it is closed or all is over. */
    AutoCloseable offer(TlvBackend backend, int ranking) {
        var offer = ground.offer(TlvBackend.class, backend, Map.of(TlvBackend.STORE, "gateway", "service.ranking", ranking));
        offers.add(offer);
        return () -> {
            offers.remove(offer);
            offer.close();
        };
    }

    /** The gateway pairs with the lamp and reads it. */
    void bondWithTheLamp() throws Exception {
        Actor.get(lamp.adapter().advertise(ADVERTISING));
        link = Actor.get(gateway.adapter().connect(lamp.adapter().status().identity().orElseThrow(), LONG));
        Actor.get(link.pair());
        lamp.await("the lamp is paired", () -> lamp.count(AdapterEvent.Paired.class, event -> true) > 0);
        gateway.forgetEvents();
        lamp.forgetEvents();
        startReading();
    }

    private void startReading() throws Exception {
        if (handle == 0) {
            handle = Actor.get(link.gatt().discover()).stream()
                    .flatMap(service -> service.characteristics().stream())
                    .filter(characteristic -> characteristic.uuid().equals(SecretService.SECRET))
                    .findFirst()
                    .orElseThrow()
                    .valueHandle();
        }
        reader = new Reader(link, handle, SecretService.VALUE);
    }

    /** A visitor pairs and the lamp is read while something happens; in the end both have gone well. */
    void during(Ground.Step step) throws Exception {
        long before = reader.reads();
        var visitor = visitor();
        if (visitors.size() % 2 == 0) {
            visitor.letIn(); // its bond is written while the step is taken; every other time right after
        }
        step.take();
        visitor.letIn();
        visitor.isBonded();
        reader.goesOnTo(before + 3);
    }

    /** A visitor who has knocked: its pairing waits for {@link Visitor#letIn}. */
    Visitor visitor() throws Exception {
        var visitor = new Visitor(new Actor(ground, "visitor-" + (visitors.size() + 1)).with("store", "memory:"), gateway);
        visitors.add(visitor);
        visitor.knock(doorkeeper);
        return visitor;
    }

    /** The gateway forgets the last visitor who is bonded; empty when there is none. */
    void forgetAVisitor() throws Exception {
        for (int i = visitors.size() - 1; i >= 0; i--) {
            var visitor = visitors.get(i);
            var bond = gateway.adapter().bonds().stream().filter(each -> each.identity().equals(visitor.identity())).findFirst();
            if (bond.isPresent()) {
                Actor.get(gateway.adapter().forget(bond.get().id()));
                forgotten.add(visitor.identity());
                return;
            }
        }
    }

    /** What the gateway has acknowledged and nobody has forgotten; the addresses of peers as text, in order. */
    private TreeSet<String> expected() {
        var expected = new TreeSet<String>();
        expected.add(lamp.adapter().status().identity().orElseThrow().toString());
        visitors.stream()
                .filter(visitor -> visitor.acknowledged() && !forgotten.contains(visitor.identity()))
                .forEach(visitor -> expected.add(visitor.identity().toString()));
        return expected;
    }

    /** The gateway has every bond that it acknowledged, no other and none twice. */
    void nothingIsLost() {
        var present = gateway.adapter().bonds().stream().map(Bond::identity).map(DeviceAddress::toString).toList();
        check(new TreeSet<>(present).size() == present.size(), "bonds are there twice: " + present);
        check(new TreeSet<>(present).equals(expected()), "acknowledged is " + expected() + ", there is " + present);
    }

    /** Nobody has noticed anything. */
    void nobodyNoticed() {
        check(link.isOpen() && link.status().security().isPresent(), "the link to the lamp is open and encrypted: " + link.status());
        var present = link.status();
        check(gateway.count(AdapterEvent.Disconnected.class, event -> same(event.link(), present)) == 0, "the lamp was disconnected");
        check(gateway.count(AdapterEvent.EncryptionChanged.class, event -> same(event.link(), present) && event.security().isEmpty()) == 0,
                "the link to the lamp lost its encryption");
        check(gateway.count(AdapterEvent.PairingStarted.class, event -> same(event.link(), present)) == 0, "the lamp was paired again");
        for (var actor : List.of(gateway, lamp)) {
            check(actor.count(AdapterEvent.BondLost.class, event -> true) == 0, actor.name() + " tells of a lost bond");
        }
        check(wire.refusals() == 0, wire.refusals() + " LTK requests were answered in the negative");
        check(wire.keysMissing() == 0, wire.keysMissing() + " times 0x06 was heard");
        check(wire.encryptionsLost() == 0, wire.encryptionsLost() + " times encryption failed or ended");
    }

    private static boolean same(LinkStatus one, LinkStatus other) {
        return one.id() == other.id();
    }

    /** The gateway pairs with the lamp again, which would replace the bond. */
    CompletionStage<PairingResult> pairAgain() throws Exception {
        pause();
        return link.pair();
    }

    /** The lamp is connected anew, encrypted with the stored key, and read on; nobody pairs. */
    void reconnect() throws Exception {
        pause();
        connectAnew();
    }

    /** The same when it was not read any more. */
    void connectAnew() throws Exception {
        if (link.isOpen()) {
            Actor.get(link.disconnect());
        }
        lamp.await("the lamp is free", () -> lamp.adapter().links().isEmpty());
        goOn();
    }

    /** The lamp is read no more. */
    void pause() throws Exception {
        reader.close();
        reads += reader.reads();
    }

    /** The lamp is connected, encrypted with the stored key, and read. */
    void goOn() throws Exception {
        Actor.get(lamp.adapter().advertise(ADVERTISING));
        link = Actor.get(gateway.adapter().connect(bondWith(lamp.adapter().status().identity().orElseThrow()).id(), LONG));
        Actor.get(link.encrypt());
        startReading();
    }

    private Bond bondWith(DeviceAddress identity) {
        return gateway.adapter().bonds().stream().filter(bond -> bond.identity().equals(identity)).findFirst().orElseThrow(
                () -> new AssertionError("the gateway has no bond with " + identity));
    }

    /**
     * The end of a chapter: nothing was noticed or lost; all come again with their stored keys; and when the gateway has started anew on
     * the place that served last, all is there still.
     */
    void curtain() throws Exception {
        nobodyNoticed();
        nothingIsLost();
        reconnect();
        for (var visitor : visitors) {
            if (visitor.acknowledged() && !forgotten.contains(visitor.identity())) {
                visitor.comesAgain();
            }
        }
        nobodyNoticed();
        boolean durable = gateway.adapter().status().backend().durable();
        if (durable) {
            startAnew();
        }
        pause();
    }

    /** The gateway ends and starts on what its store has kept. */
    void startAnew() throws Exception {
        nobodyNoticed();
        gatewayLeaves();
        gateway.forgetEvents(); // numbers of links begin anew
        gateway.enter();
        nothingIsLost();
        Actor.get(gateway.adapter().advertise(ADVERTISING));
        goOn();
    }

    /** How often the lamp was read, and how many visitors were bonded. */
    String figures() {
        return visitors.stream().filter(visitor -> visitor.acknowledged()).count() + " bonded, " + reads + " reads";
    }

    /** Ends a link in order to start the gateway anew in the middle of a chapter. */
    void gatewayLeaves() throws Exception {
        pause();
        gateway.leave();
        lamp.await("the lamp is free", () -> lamp.adapter().links().isEmpty());
    }

    @Override
    public void close() throws Exception {
        for (var visitor : visitors) {
            visitor.actor().leave();
        }
        gateway.leave();
        lamp.leave();
        for (var offer : offers) {
            offer.close();
        }
        wire.close();
    }

    static void check(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
