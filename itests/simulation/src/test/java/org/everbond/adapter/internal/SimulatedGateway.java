package org.everbond.adapter.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.AdapterState;
import org.everbond.bonds.keys.BondStore;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.faults.BtstackModel;
import org.everbond.faults.CrashDisk;
import org.everbond.gatt.spi.GattService;
import org.everbond.hci.spi.HciTransport;
import org.everbond.hci.spi.HciTransportProvider;
import org.everbond.hci.virtual.SimulatedLoop;
import org.everbond.hci.virtual.VirtualController;
import org.everbond.security.spi.PairingAgent;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.file.internal.FileBackendProvider;
import org.everbond.tlv.flash.internal.FlashBackendProvider;
import org.everbond.tlv.nvs.internal.NvsBackendProvider;
import org.everbond.tlv.spi.TlvBackendProvider;

/** A whole gateway in simulated time: a process that can be killed, a disk and a controller that outlive it. */
final class SimulatedGateway {
    private static final Path DATA = Path.of("/data");
    /** {@code BTD} and the slot. */
    private static final int LE_DEVICE_DB = 0x42544400;

    /** Behind seq_nr and address type. */
    private static final int ENTRY_ADDRESS = 8;

    /** Octets of an entry of a BTstack that was built with signed writes. */
    private static final int WITH_SIGNING_KEYS = 100;

    final String name;
    final VirtualController controller;
    /** What somebody outside has heard from all its processes. */
    final List<AdapterEvent> events = new ArrayList<>();

    /** Hears of every packet between host and controller. */
    BiConsumer<String, byte[]> packets = (way, packet) -> {};

    /** Sees them, too. */
    Watch watch = new Watch(this, Watch.Outside.NOBODY);

    /** Hears of each event at once. */
    Consumer<AdapterEvent> listener = event -> {};

    /** Puts a trace between host and transport. */
    UnaryOperator<HciTransport> traced = transport -> transport;

    /** Whether its controller is on USB, where events and data overtake each other. */
    boolean skewed;

    private final SimulatedLoop world;
    private final Strands strands;
    private final Random random;
    final Map<String, Object> configuration = new HashMap<>();
    final Lamp lamp = new Lamp();
    /** What it serves, from its next process on. */
    List<GattService> services = List.of(lamp);
    /** Who answers in its place, from its next process on. */
    List<PairingAgent> agents = List.of();

    /** The longest that an operation of its disk takes: some are memory cards. */
    private final int slowestMicros;

    private CrashDisk disk = new CrashDisk();
    private Strands.Process process;
    private Stack stack;
    private Environment environment;
    private List<TlvBackendProvider> stores = List.of();
    private Pipes pipes;
    private int boots;
    private Optional<DeviceAddress> identity = Optional.empty();

    SimulatedGateway(String name, SimulatedLoop world, Strands strands, VirtualController controller, Random random) {
        this.name = name;
        this.world = world;
        this.strands = strands;
        this.controller = controller;
        this.random = random;
        slowestMicros = random.nextInt(4) == 0 ? 30_000 : 3_000;
        configuration.putAll(Map.of("name", name, "transport", "air:controller"));
        configuration.putAll(Map.of("bondable", "on", "pairing.justWorks", "accept", "store", "file:a.tlv"));
    }

    void configure(String option, Object value) {
        configuration.put(option, value);
    }

    void boot() {
        boots++;
        process = strands.new Process();
        environment = new Environment();
        environment.transports().add(new Air(), Map.of());
        var ownDisk = new SimulatedDisk(disk, process, random, slowestMicros);
        var folder = new DataFolder(DATA);
        stores = List.of(
                new FileBackendProvider(ownDisk, folder),
                new FlashBackendProvider(ownDisk, folder),
                new NvsBackendProvider(ownDisk, folder));
        stores.forEach(provider -> environment.stores().add(provider, Map.of()));
        services.forEach(service -> environment.services().add(service, Map.of()));
        agents.forEach(agent -> environment.agents().add(agent, Map.of()));
        stack = new Stack(Settings.of(configuration), environment, ownDisk, DATA, new SimulatedThreads(world, process));
        stack.adapter().listen(event -> {
            events.add(event);
            listener.accept(event);
        });
        stack.start();
    }

    /** Grows with everything that its present process does. */
    long deeds() {
        return process == null ? 0 : process.deeds();
    }

    /** How often it was started. */
    int boots() {
        return boots;
    }

    /** The bundles of the storage are stopped, or started again. */
    void storesAreThere(boolean there) {
        if (isAlive()) {
            var all = environment.stores().all();
            process.work(() -> stores.stream().filter(provider -> all.contains(provider) != there).forEach(provider -> {
                if (there) {
                    environment.stores().add(provider, Map.of());
                } else {
                    environment.stores().remove(provider);
                }
            }));
        }
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    boolean isUp() {
        return isAlive() && adapter().status().state() == AdapterState.UP;
    }

    /** Its identity address, which stays the same through all its processes; empty before the first one has it. */
    Optional<DeviceAddress> identity() {
        if (identity.isEmpty() && isAlive()) {
            identity = adapter().status().identity();
        }
        return identity;
    }

    /** Whether it is in Secure Connections Only Mode: nothing below level 4 is good enough (Vol 3, Part C, 10.2.4). */
    boolean wantsLevel4Only() {
        return stack.settings().security().secureConnectionsOnly();
    }

    long now() {
        return world.nanoTime();
    }

    /** What another process would find if the power went now. */
    Afterlife afterPowerCut(Random choice) {
        return new Afterlife(disk, configuration, DATA, choice);
    }

    Adapter adapter() {
        return stack.adapter();
    }

    /** With their keys. */
    BondStore bonds() {
        return stack.bonds();
    }

    /** Whether it goes on air with private addresses. */
    boolean isPrivate() {
        return stack.settings().security().privacy();
    }

    /** A file of its disk. */
    byte[] file(String file) {
        return disk.get(DATA.resolve(file));
    }

    /** The file in which its store is now. */
    Path storeFile() {
        return Path.of(stack.store().tlv().backend().resource());
    }

    /** Where its bonds are, if that is a file that BTstack can read and write. */
    Optional<Path> sharedFile() {
        boolean shared = stack.store().tlv().backend().kind().equals("file") && stack.settings().slots() > 0;
        return Optional.of(storeFile()).filter(file -> shared && disk.get(file) != null);
    }

    CrashDisk disk() {
        return disk;
    }

    /** As by kill -9: what was written is in the page cache. */
    void kill() {
        process.kill();
        if (pipes != null) {
            pipes.close();
        }
        watch.over();
        controller.detach();
        disk.restart();
    }

    /** Of what was not flushed, anything may be there afterwards. */
    void cutPower() {
        kill();
        var choices = disk.survivors(random);
        disk = disk.afterPowerLoss(choices.get(random.nextInt(choices.size())));
    }

    /** Whether BTstack finds the bond with this peer and its LTK in our store; true where it is not one of its files, or is not shared. */
    boolean isKnownToBtstack(DeviceAddress peer, Version bond) {
        var backend = stack.store().tlv().backend();
        if (!backend.kind().equals("file") || stack.settings().slots() == 0) {
            return true;
        }
        return BtstackModel.open(disk.get(Path.of(backend.resource()))).live.entrySet().stream()
                .filter(record -> (record.getKey() & 0xffffff00) == LE_DEVICE_DB)
                .map(Map.Entry::getValue)
                .filter(entry -> DeviceAddress.of(peer.type(), Arrays.copyOfRange(entry, ENTRY_ADDRESS, ENTRY_ADDRESS + 6)).equals(peer))
                .anyMatch(entry -> (entry.length < WITH_SIGNING_KEYS ? bond.keysWithoutSigning() : bond.keys()).allMatch(key -> isIn(entry, key)));
    }

    private static boolean isIn(byte[] entry, Key key) {
        return IntStream.rangeClosed(0, entry.length - 16)
                .anyMatch(at -> Arrays.equals(key.octets(), Arrays.copyOfRange(entry, at, at + 16)));
    }

    /** The next operations of the disk fail. */
    void failDisk(CrashDisk.Fault fault, int after, int times) {
        disk.failing = disk.operations + after;
        disk.failures = times;
        disk.fault = fault;
    }

    void healDisk() {
        disk.failing = Integer.MAX_VALUE;
    }

    /** Changes {@code store=} while it runs; the next process reads the changed configuration, too, however far this one came. */
    void swap(String place) {
        reconfigure("store", place);
    }

    /** Changes an option while it runs. */
    void reconfigure(String option, Object value) {
        configuration.put(option, value);
        var changed = Settings.of(configuration);
        process.work(() -> stack.configure(changed));
    }

    @Override
    public String toString() {
        return name + (isAlive() ? " " + adapter().status() : " (dead)");
    }

    private final class Air implements HciTransportProvider {
        @Override
        public String scheme() {
            return "air";
        }

        @Override
        public HciTransport create(String place, Map<String, String> options) {
            return traced.apply(new Overheard(controller.transport()));
        }
    }

    /** A transport that somebody listens to, at the host's end of it. */
    private final class Overheard implements HciTransport {
        private final HciTransport transport;
        private final Pipes ways = new Pipes(world, random, skewed);

        Overheard(HciTransport transport) {
            this.transport = transport;
            pipes = ways;
        }

        @Override
        public void open(Receiver receiver) throws IOException {
            transport.open(new Receiver() {
                @Override
                public void received(byte[] packet) {
                    ways.carry(true, packet, arrived -> {
                        packets.accept("to host", arrived);
                        // Seen when the host sees it, which may be busy with what came before.
                        world.execute(() -> watch.toHost(arrived));
                        receiver.received(arrived);
                    });
                }

                @Override
                public void lost(IOException cause) {
                    receiver.lost(cause);
                }
            });
        }

        @Override
        public void send(byte[] packet) {
            packets.accept("from host", packet);
            watch.fromHost(packet);
            ways.carry(false, packet, transport::send);
        }

        @Override
        public void close() {
            ways.close();
            transport.close();
        }
    }
}
