package org.everbond.gatt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.everbond.hci.virtual.SimulatedLoop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * 105,000 PDUs of a hostile peer, half of them nearly right. What a task throws comes out of the simulated loop and
 * fails the test; what the bearer answers is held against the rules.
 */
class HostilePeerTest {
    private static final int PDUS = 35_000;
    private static final List<String> SEEDS = List.of(
            "010a100005", "020502", "030001", "040100ffff", "050110000229", "06010000ff002800fe", "0701000500",
            "080100ffff0328", "0907020002030000 2a".replace(" ", ""), "0a1000", "0b010203", "0c10000000", "0d0102",
            "0e10000300", "0f0102", "100100ffff0028", "1106010005000018", "1210000102", "12130 00100".replace(" ", ""),
            "1219000100", "12160 00200".replace(" ", ""), "13", "16100000000102", "17100000000102", "1801", "1800", "19",
            "1b100001", "1d100001", "1e", "5215000102", "d21500010000000000000000000000", "2010000300", "7f");

    private final SimulatedLoop loop = new SimulatedLoop();
    private final Device device = new Device(loop);
    private final Lamp lamp = new Lamp();
    private final List<CompletionStage<?>> calls = new ArrayList<>();
    private Random random;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nothingThatAPeerSendsThrowsOrBreaksTheRules(long seed) {
        random = new Random(seed);
        device.serve(lamp);
        var peer = newPeer();
        int connections = 1;
        for (int i = 0; i < PDUS; i++) {
            if (!peer.open) {
                peer = newPeer();
                connections++;
            }
            use(peer);
            var pdu = pdu();
            peer.taken();
            boolean encrypted = peer.isEncrypted();
            var link = peer;
            device.onLoop(() -> link.receive(pdu));
            AttRules.check(pdu, peer, encrypted, device.client(link).mtu());
            lamp.told.clear();
        }
        device.disconnect(peer);
        loop.advance(Duration.ofMinutes(2));
        assertThat(calls).allMatch(call -> call.toCompletableFuture().isDone());
        // A bearer that ends at every second PDU would test little.
        assertThat(connections).isLessThan(PDUS / 4);
    }

    private FakeConnection newPeer() {
        var peer = random.nextBoolean() ? device.connect() : device.connect(Device.bond(2, Device.JUST_WORKS));
        if (random.nextBoolean()) {
            device.encrypted(peer, random.nextBoolean() ? Device.JUST_WORKS : Device.NUMERIC);
        }
        return peer;
    }

    /** Our own side does things meanwhile. */
    private void use(FakeConnection peer) {
        var client = device.client(peer);
        switch (random.nextInt(40)) {
            case 0 -> calls.add(client.discover());
            case 1 -> calls.add(client.read(1 + random.nextInt(0x20)));
            case 2 -> calls.add(client.write(1 + random.nextInt(0x20), new byte[random.nextInt(30)]));
            case 3 -> calls.add(client.writeWithoutResponse(1 + random.nextInt(0x20), new byte[random.nextInt(30)]));
            case 4 -> calls.add(lamp.notifier.send(Lamp.TICK, new byte[random.nextInt(30)]));
            case 5 -> calls.add(lamp.notifier.send(Lamp.ALARM, new byte[random.nextInt(30)]));
            case 6 -> loop.advance(Duration.ofMillis(random.nextInt(2000)));
            default -> {}
        }
    }

    private byte[] pdu() {
        if (random.nextInt(10) == 0) {
            var octets = new byte[1 + random.nextInt(random.nextInt(20) == 0 ? 600 : 40)];
            random.nextBytes(octets);
            return octets;
        }
        var octets = HexFormat.of().parseHex(SEEDS.get(random.nextInt(SEEDS.size())));
        if (random.nextBoolean()) {
            return octets;
        }
        var mutated = Arrays.copyOf(octets, Math.max(1, octets.length + random.nextInt(-2, 3)));
        for (int i = random.nextInt(3); i >= 0; i--) {
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
        }
        return mutated;
    }
}
