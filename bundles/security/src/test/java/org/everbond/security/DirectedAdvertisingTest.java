package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.everbond.bonds.PairingMethod;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.RandomAddress;
import org.everbond.hci.EventLoop;
import org.everbond.hci.HciCommand;
import org.everbond.hci.LeCommands;
import org.everbond.hci.OpCode;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.ControllerOptions.Quirk;
import org.everbond.hci.virtual.Faults.Verdict;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.hci.virtual.VirtualController;
import org.everbond.host.Advertisement;
import org.everbond.host.HostException;
import org.everbond.host.SecurityPort;
import org.everbond.tlv.memory.internal.MemoryBackendProvider;
import org.everbond.tlv.spi.TlvBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A bonded peripheral calls us back by directed advertising to a private address that it, or its controller, made from our IRK (Vol 6, Part
 * B, 4.3.3 and 6.2.2). It is heard and connected to, whether our controller can resolve that address or not; only the extended scanner
 * filter policies let such a PDU through.
 */
class DirectedAdvertisingTest {
    private static final int LOW_DUTY = 4;
    private static final Key NOBODYS = Key.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});

    private final EventLoop.OnThread airLoop = EventLoop.onThread("air");
    private final VirtualAir air = VirtualAir.on(airLoop);
    private final TlvBackend centralStore = new MemoryBackendProvider().create("central", Map.of());
    private final TlvBackend peripheralStore = new MemoryBackendProvider().create("peripheral", Map.of());
    private VirtualController peripheralController;

    @BeforeEach
    void bonded() throws Exception {
        try (var central = central(ControllerOptions.extended(), false); var peripheral = peripheral()) {
            peripheral.advertise();
            var link = central.connect(central.find());
            central.on(() -> central.security.pair(link));
            peripheral.next(SecurityEvent.Paired.class);
        }
    }

    @AfterEach
    void end() {
        airLoop.close();
    }

    private Gateway central(ControllerOptions controller, boolean privacy) throws Exception {
        return new Gateway("central", centralStore, air.controller(controller),
                Device.accepting().with(options -> options.privacy(privacy)));
    }

    private Gateway peripheral() throws Exception {
        peripheralController = air.controller(ControllerOptions.legacy());
        return new Gateway("peripheral", peripheralStore, peripheralController,
                Device.accepting().with(options -> options.privacy(true)));
    }

    private static DeviceAddress privateAddress(Gateway of) throws Exception {
        return RandomAddress.resolvable(irk(of), 0x123456);
    }

    private static Key irk(Gateway of) throws Exception {
        return of.on(() -> CompletableFuture.completedFuture(of.bonds.local().orElseThrow().irk()));
    }

    /** As a host would that does it: its own private address, the target in the commands. */
    private void advertiseTo(DeviceAddress target, Gateway peripheral) throws Exception {
        var onAir = peripheral.on(() -> CompletableFuture.completedFuture(
                ((SecurityPort) peripheral.security).ownAddress()));
        var parameters = ByteBuffer.allocate(15).order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0x20).putShort((short) 0x20).put((byte) LOW_DUTY).put((byte) 1).put((byte) target.type().value());
        var address = new byte[6];
        target.writeLittleEndian(address, 0);
        parameters.put(address).put((byte) 7).put((byte) 0);
        for (var command : new HciCommand[] {
            LeCommands.setAdvertisingEnable(false),
            LeCommands.setRandomAddress(onAir),
            new HciCommand(OpCode.LE_SET_ADVERTISING_PARAMETERS.value(), parameters.array()),
            LeCommands.setAdvertisingEnable(true)
        }) {
            peripheralController.receive(command.packet());
        }
    }

    static Stream<Arguments> controllers() {
        return Stream.of(ControllerOptions.legacy(), ControllerOptions.extended()).flatMap(options ->
                Stream.of(options, options.quirk(Quirk.NO_RESOLVING_LIST)).flatMap(each ->
                        Stream.of(Arguments.of(each, true), Arguments.of(each, false))));
    }

    @ParameterizedTest
    @MethodSource("controllers")
    void aBondedPeripheralThatCallsUsIsConnectedTo(ControllerOptions options, boolean privacy) throws Exception {
        try (var central = central(options, privacy); var peripheral = peripheral()) {
            var target = privateAddress(central);
            advertiseTo(target, peripheral);
            var link = central.connect(peripheral.address());
            assertThat(link.peerAddress().isResolvable()).isTrue();
            assertThat(link.ownAddress().isResolvable()).as("it takes no other address than one that it can resolve").isTrue();
            assertThat(central.on(() -> central.security.encrypt(link)).security().orElseThrow().method())
                    .isEqualTo(PairingMethod.JUST_WORKS);
            var there = peripheral.nextConnection();
            assertThat(there.peerAddress()).as("the same at both ends").isEqualTo(link.ownAddress());
            assertThat(peripheral.on(() -> CompletableFuture.completedFuture(peripheral.security.link(there).bond()))).isPresent();
        }
    }

    /** What uses the random address rests for the connection, and goes on after it. */
    @ParameterizedTest
    @MethodSource("controllers")
    void alsoWhileWeAdvertiseAndScan(ControllerOptions options, boolean privacy) throws Exception {
        try (var central = central(options, privacy); var peripheral = peripheral()) {
            central.advertise();
            var heard = new LinkedBlockingQueue<Advertisement>();
            central.on(() -> central.host.scan(true, false, heard::add));
            advertiseTo(privateAddress(central), peripheral);
            var report = heard.poll(10, TimeUnit.SECONDS);
            assertThat(report).as("the application hears it, too").isNotNull();
            assertThat(report.identity()).contains(peripheral.address());

            var link = central.connect(peripheral.address());
            assertThat(central.on(() -> central.security.encrypt(link)).security()).isPresent();
            try (var other = new Gateway("other", new MemoryBackendProvider().create("other", Map.of()),
                    air.controller(ControllerOptions.legacy()), Device.accepting())) {
                other.advertise();
                heard.clear();
                assertThat(heard.poll(10, TimeUnit.SECONDS)).as("the scan goes on").isNotNull();
                assertThat(other.find()).as("and so does advertising").isNotNull();
            }
        }
    }

    @Test
    void whoeverIsCalledByAnAddressThatIsNotOursIsNotHeard() throws Exception {
        try (var central = central(ControllerOptions.legacy(), false); var peripheral = peripheral()) {
            var heard = new LinkedBlockingQueue<Advertisement>();
            central.on(() -> central.host.scan(false, false, heard::add));
            var identity = peripheral.address();
            advertiseTo(RandomAddress.resolvable(NOBODYS, 5), peripheral);
            assertThat(central.failing(() -> central.host.connect(identity, Duration.ofMillis(500)))).isInstanceOf(HostException.class);

            var former = privateAddress(central);
            central.on(central.bonds::changeIrk);
            advertiseTo(former, peripheral);
            assertThat(central.failing(() -> central.host.connect(identity, Duration.ofMillis(500))))
                    .as("who holds our former IRK cannot find us any more").isInstanceOf(HostException.class);
            assertThat(heard).isEmpty();
        }
    }

    @Test
    void withoutTheExtendedFilterPoliciesEverythingIsAsItWas() throws Exception {
        var plain = ControllerOptions.legacy().quirk(Quirk.NO_EXTENDED_SCANNER_FILTER_POLICIES);
        try (var central = central(plain, false); var peripheral = peripheral()) {
            var identity = peripheral.address();
            advertiseTo(privateAddress(central), peripheral);
            assertThat(central.failing(() -> central.host.connect(identity, Duration.ofMillis(500)))).isInstanceOf(HostException.class);
            peripheralController.receive(LeCommands.setAdvertisingEnable(false).packet());
            peripheral.advertise();
            assertThat(central.connect(identity).isOpen()).isTrue();
        }
    }

    /** A feature bit that is not kept to. */
    @Test
    void aControllerThatRefusesThePolicyScansWithoutIt() throws Exception {
        var controller = air.controller(ControllerOptions.legacy());
        controller.faults().fromHost(packet -> packet.length == 11 && packet[1] == 0x0b && packet[2] == 0x20 && packet[10] == 2
                ? Verdict.replace(without(packet))
                : Verdict.pass(packet));
        try (var central = new Gateway("central", centralStore, controller, Device.accepting()); var peripheral = peripheral()) {
            peripheral.advertise();
            assertThat(central.find()).isNotNull();
            assertThat(central.connect(peripheral.address()).isOpen()).isTrue();
        }
    }

    /** With a value that no controller knows. */
    private static byte[] without(byte[] packet) {
        var changed = packet.clone();
        changed[10] = 9;
        return changed;
    }
}
