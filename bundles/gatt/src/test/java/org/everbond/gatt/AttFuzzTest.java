package org.everbond.gatt;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.everbond.gatt.internal.att.AttUuid;
import org.everbond.hci.virtual.SimulatedLoop;

/**
 * Whatever a peer sends, as a client of our server and as the server of our client: what a task throws comes out of the simulated
 * loop. The first octet of the input says what the link is, then come PDUs, each with its length in the octet before it.
 */
class AttFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void anyClientIsServedByTheRules(byte[] input) {
        new Bench(input).client();
    }

    @FuzzTest(maxDuration = "10m")
    void anyServerIsSurvived(byte[] input) {
        new Bench(input).server();
    }

    /** One device with a lamp, made anew for each input. */
    private static final class Bench {
        private final SimulatedLoop loop = new SimulatedLoop();
        private final Device device = new Device(loop);
        private final Lamp lamp = new Lamp();
        private final List<CompletionStage<?>> calls = new ArrayList<>();
        private final byte[] input;
        private final FakeConnection peer;
        private int at = 1;

        /** @param input first octet: bonded (bit 0), encrypted (1), authenticated (2) */
        Bench(byte[] input) {
            this.input = input;
            device.serve(lamp);
            int link = input.length == 0 ? 0 : input[0];
            peer = (link & 1) == 0 ? device.connect() : device.connect(Device.bond(2, Device.JUST_WORKS));
            if ((link & 2) != 0) {
                device.encrypted(peer, (link & 4) == 0 ? Device.JUST_WORKS : Device.NUMERIC);
            }
        }

        /** An empty PDU stands for a second that passes and values that are notified and indicated. */
        void client() {
            while (at < input.length && peer.open) {
                var pdu = next();
                peer.taken();
                if (pdu.length == 0) {
                    calls.add(lamp.notifier.send(Lamp.TICK, new byte[30]));
                    calls.add(lamp.notifier.send(Lamp.SECRET, new byte[] {4, 5}));
                    calls.add(lamp.notifier.send(Lamp.ALARM, new byte[3]));
                    loop.advance(Duration.ofSeconds(1));
                    assertThat(peer.sent).as("before encryption a bonded peer gets nothing that was not asked for")
                            .allMatch(sent -> peer.isEncrypted() || peer.link.bond.isEmpty());
                    continue;
                }
                boolean encrypted = peer.isEncrypted();
                device.onLoop(() -> peer.receive(pdu));
                AttRules.check(pdu, peer, encrypted, device.client(peer).mtu());
            }
            ends();
        }

        /** The first octet of each PDU says what our side asks for meanwhile. */
        void server() {
            var client = device.client(peer);
            while (at < input.length && peer.open) {
                var part = next();
                peer.taken();
                if (part.length == 0) {
                    loop.advance(Duration.ofSeconds(1));
                    continue;
                }
                ask(client, part[0] & 0xff);
                loop.runUntilIdle();
                long requests = requests();
                peer.taken();
                var pdu = Arrays.copyOfRange(part, 1, part.length);
                if (pdu.length > 0) {
                    device.onLoop(() -> peer.receive(pdu));
                    requests = requests();
                }
                assertThat(requests).as("one request is open at a time").isLessThanOrEqualTo(1);
                assertThat(peer.sent).allMatch(sent -> sent.length >= 1 && sent.length <= client.mtu());
                assertThat(peer.isEncrypted() || peer.link.bond.isEmpty() || requests == 0)
                        .as("before encryption a bonded server gets no request")
                        .isTrue();
            }
            ends();
        }

        private long requests() {
            return peer.sent.stream().filter(AttRules::isRequest).count();
        }

        private void ask(GattClient client, int what) {
            int handle = 1 + (what >> 3);
            switch (what & 7) {
                case 1 -> calls.add(client.discover().thenAccept(Bench::checkServices));
                case 2 -> calls.add(client.read(handle).thenAccept(value -> assertThat(value.length).isLessThanOrEqualTo(512)));
                case 3 -> calls.add(client.write(handle, new byte[handle]));
                case 4 -> calls.add(client.writeWithoutResponse(handle, new byte[handle]));
                case 5 -> calls.add(client.subscribe(
                        new RemoteService.Characteristic(Lamp.TICK, handle, handle + 1, Set.of(Property.NOTIFY, Property.INDICATE),
                                List.of(new RemoteService.Descriptor(AttUuid.CLIENT_CONFIGURATION, handle + 2))),
                        value -> assertThat(value.length).isLessThanOrEqualTo(514)));
                default -> {}
            }
        }

        /** Handles grow, and what is in something lies in it. */
        private static void checkServices(List<RemoteService> services) {
            int last = 0;
            for (var service : services) {
                assertThat(service.startHandle()).isGreaterThan(last);
                assertThat(service.endHandle()).isGreaterThanOrEqualTo(service.startHandle());
                last = service.startHandle();
                for (var characteristic : service.characteristics()) {
                    assertThat(characteristic.handle()).isGreaterThan(last);
                    assertThat(characteristic.valueHandle()).isGreaterThan(characteristic.handle());
                    last = characteristic.valueHandle();
                    for (var descriptor : characteristic.descriptors()) {
                        assertThat(descriptor.handle()).isGreaterThan(last);
                        last = descriptor.handle();
                    }
                    assertThat(last).isLessThanOrEqualTo(service.endHandle());
                }
                last = service.endHandle();
            }
        }

        private byte[] next() {
            int end = Math.min(input.length, at + 1 + (input[at] & 0xff));
            var part = Arrays.copyOfRange(input, at + 1, end);
            at = end;
            return part;
        }

        /** Whatever was begun comes to an end. */
        private void ends() {
            device.disconnect(peer);
            loop.advance(Duration.ofMinutes(2));
            assertThat(calls).allMatch(call -> call.toCompletableFuture().isDone());
        }
    }
}
