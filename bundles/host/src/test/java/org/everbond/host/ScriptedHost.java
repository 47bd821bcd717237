package org.everbond.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.AclPacket;
import org.everbond.hci.OpCode;
import org.everbond.hci.virtual.SimulatedLoop;
import org.junit.jupiter.api.BeforeEach;

/** A host that is started on a controller in the hand of the test. */
class ScriptedHost {
    /** LE Connection Complete: handle 0x40, peripheral, peer C0:FF:EE:00:00:01/random. */
    static final String CONNECTED = "043e1301004000010101 0000eeffc0 1800 0000 c800 00";
    /** As central. */
    static final String CONNECTED_AS_CENTRAL = "043e1301004000000101 0000eeffc0 1800 0000 c800 00";
    static final DeviceAddress PEER = DeviceAddress.parse("C0:FF:EE:00:00:01/random");

    final SimulatedLoop loop = new SimulatedLoop();
    final Upper upper = new Upper();
    final ScriptedController controller = new ScriptedController(loop);
    final Host host = Host.create(loop, HostOptions.DEFAULT);

    @BeforeEach
    void start() {
        upper.attachTo(host);
        controller.host = host;
        startAgain();
    }

    void startAgain() {
        var started = host.start(controller).toCompletableFuture();
        assertThat(loop.runUntil(started::isDone, Duration.ofMinutes(1))).as("the start ends").isTrue();
        started.join();
        controller.commands.clear();
    }

    void inject(String... packets) {
        for (var packet : packets) {
            controller.inject(packet);
        }
        loop.runUntilIdle();
    }

    static String connected(int handle) {
        return CONNECTED.replace("0040", "00" + String.format("%02x", handle));
    }

    static String acl(int handle, int boundary, String data) {
        return HexFormat.of().formatHex(
                new AclPacket(handle, boundary, 0, HexFormat.of().parseHex(data.replace(" ", ""))).packet());
    }

    List<String> sent() {
        return controller.data.stream().map(packet -> HexFormat.of().formatHex(packet, 5, packet.length)).toList();
    }

    void connectAsCentral() {
        controller.on(OpCode.LE_CREATE_CONNECTION, command -> List.of(
                controller.commandStatus(command.opCode(), 0), CONNECTED_AS_CENTRAL));
        host.connect(PEER, Duration.ofSeconds(5));
        loop.runUntilIdle();
        assertThat(upper.connections).hasSize(1);
    }
}
