package org.everbond.adapter.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.AdapterState;
import org.everbond.bonds.keys.BondStore;
import org.everbond.crypto.DeviceAddress;
import org.everbond.faults.BtstackModel;
import org.everbond.faults.CrashDisk;
import org.everbond.gatt.Access;
import org.everbond.gatt.CharacteristicDefinition;
import org.everbond.gatt.GattPeer;
import org.everbond.gatt.Property;
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

/** A whole gateway in simulated time: a process that can be killed, a disk and a controller that outlive it. */
final class SimulatedGateway {
    static final UUID SERVICE = UUID.fromString("A5A5A5A5-FFFF-9999-1111-5A5A5A5A5A5A");
    static final UUID SECRET = UUID.fromString("00000000-1111-2222-3333-444444444444");
    private static final Path DATA = Path.of("/data");
    /** {@code BTD} and the slot. */
    private static final int LE_DEVICE_DB = 0x42544400;

    /** Behind seq_nr and address type. */
    private static final int ENTRY_ADDRESS = 8;

    final String name;
    final VirtualController controller;
    /** What somebody outside has heard from all its processes. */
    final List<AdapterEvent> events = new ArrayList<>();

    /** Hears of every packet between host and controller. */
    BiConsumer<String, byte[]> packets = (way, packet) -> {};

    /** Sees them, too. */
    Watch watch;

    private final SimulatedLoop world;
    private final Strands strands;
    private final Random random;
    final Map<String, Object> configuration = new HashMap<>();
    /** What it serves, from its next process on. */
    List<GattService> services = List.of(new Secret());
    /** Who answers in its place, from its next process on. */
    List<PairingAgent> agents = List.of();

    private CrashDisk disk = new CrashDisk();
    private Strands.Process process;
    private Stack stack;

    SimulatedGateway(String name, SimulatedLoop world, Strands strands, VirtualController controller, Random random) {
        this.name = name;
        this.world = world;
        this.strands = strands;
        this.controller = controller;
        this.random = random;
        configuration.putAll(Map.of("name", name, "transport", "air:controller"));
        configuration.putAll(Map.of("bondable", "on", "pairing.justWorks", "accept", "store", "file:a.tlv"));
    }

    void configure(String option, Object value) {
        configuration.put(option, value);
    }

    void boot() {
        process = strands.new Process();
        var environment = new Environment();
        environment.transports().add(new Air(), Map.of());
        var ownDisk = new SimulatedDisk(disk, process, random);
        var folder = new DataFolder(DATA);
        environment.stores().add(new FileBackendProvider(ownDisk, folder), Map.of());
        environment.stores().add(new FlashBackendProvider(ownDisk, folder), Map.of());
        environment.stores().add(new NvsBackendProvider(ownDisk, folder), Map.of());
        services.forEach(service -> environment.services().add(service, Map.of()));
        agents.forEach(agent -> environment.agents().add(agent, Map.of()));
        stack = new Stack(Settings.of(configuration), environment, ownDisk, DATA, new SimulatedThreads(world, process));
        stack.adapter().listen(events::add);
        stack.start();
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    boolean isUp() {
        return isAlive() && adapter().status().state() == AdapterState.UP;
    }

    Adapter adapter() {
        return stack.adapter();
    }

    /** With their keys. */
    BondStore bonds() {
        return stack.bonds();
    }

    /** A file of its disk. */
    byte[] file(String file) {
        return disk.get(DATA.resolve(file));
    }

    /** As by kill -9: what was written is in the page cache. */
    void kill() {
        process.kill();
        controller.detach();
        disk.restart();
    }

    /** Of what was not flushed, anything may be there afterwards. */
    void cutPower() {
        kill();
        var choices = disk.survivors(random);
        disk = disk.afterPowerLoss(choices.get(random.nextInt(choices.size())));
    }

    /** Whether BTstack finds a bond with this peer in our store; true where it is not one of its files, or is not shared. */
    boolean isKnownToBtstack(DeviceAddress peer) {
        var backend = stack.store().tlv().backend();
        if (!backend.kind().equals("file") || stack.settings().slots() == 0) {
            return true;
        }
        return BtstackModel.open(disk.get(Path.of(backend.resource()))).live.entrySet().stream()
                .filter(record -> (record.getKey() & 0xffffff00) == LE_DEVICE_DB)
                .map(record -> ByteBuffer.wrap(record.getValue(), ENTRY_ADDRESS, 6))
                .anyMatch(entry -> ((entry.getShort() & 0xffffL) << 32 | entry.getInt() & 0xffffffffL) == peer.value());
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
        configuration.put("store", place);
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
            return new Overheard(controller.transport());
        }
    }

    /** A transport that somebody listens to. */
    private final class Overheard implements HciTransport {
        private final HciTransport transport;

        Overheard(HciTransport transport) {
            this.transport = transport;
        }

        @Override
        public void open(Receiver receiver) throws IOException {
            transport.open(new Receiver() {
                @Override
                public void received(byte[] packet) {
                    packets.accept("to host", packet);
                    watch.toHost(packet);
                    receiver.received(packet);
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
            transport.send(packet);
        }

        @Override
        public void close() {
            transport.close();
        }
    }

    private static final class Secret implements GattService {
        @Override
        public UUID uuid() {
            return SERVICE;
        }

        @Override
        public List<CharacteristicDefinition> characteristics() {
            return List.of(new CharacteristicDefinition(
                    SECRET, Set.of(Property.READ, Property.NOTIFY), Access.ENCRYPTED, Access.NONE));
        }

        @Override
        public CompletionStage<byte[]> read(GattPeer peer, UUID characteristic) {
            return CompletableFuture.completedFuture("encrypted".getBytes(UTF_8));
        }

        @Override
        public CompletionStage<Void> write(GattPeer peer, UUID characteristic, byte[] value) {
            return CompletableFuture.failedFuture(new IllegalStateException("not writable"));
        }
    }
}
