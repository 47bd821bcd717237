package org.everbond.gatt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.gatt.internal.att.AttUuid;
import org.everbond.hci.virtual.SimulatedLoop;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client against a server that the test plays octet by octet (Vol 3, Part F, 3.4; Part G, 4). */
class ClientTest {
    private final SimulatedLoop loop = new SimulatedLoop();
    private final Device device = new Device(loop);
    private FakeConnection server;
    private GattClient client;

    @BeforeEach
    void connect() {
        server = device.connect();
        client = device.client(server);
    }

    /** We sent this; the server says that. */
    private void answers(String expected, String answer) {
        loop.runUntilIdle();
        assertThat(server.taken()).containsExactly(expected.replace(" ", ""));
        device.onLoop(() -> server.receive(HexFormat.of().parseHex(answer.replace(" ", ""))));
    }

    private void exchangeMtu(String answer) {
        answers("020502", answer);
    }

    private static AttException failureOf(CompletionStage<?> stage) {
        var future = stage.toCompletableFuture();
        assertThat(future).isCompletedExceptionally();
        var failure = future.handle((value, e) -> e).join();
        assertThat(failure).isInstanceOf(AttException.class);
        return (AttException) failure;
    }

    @Test
    void theFirstRequestExchangesTheMtu() {
        var read = client.read(0x10);
        assertThat(client.mtu()).isEqualTo(23);
        exchangeMtu("03 f700");
        assertThat(client.mtu()).isEqualTo(247);
        answers("0a1000", "0b 0102");
        assertThat(device.get(read)).containsExactly(1, 2);
        client.read(0x11);
        answers("0a1100", "0b");
    }

    @Test
    void aServerWithoutMtuExchangeIsLeftAt23() {
        var read = client.read(0x10);
        exchangeMtu("01 02 0000 06");
        answers("0a1000", "0b 0102");
        assertThat(device.get(read)).containsExactly(1, 2);
        assertThat(client.mtu()).isEqualTo(23);
    }

    @Test
    void anMtuThatThePeerExchangedIsNotExchangedAgain() {
        device.exchange(server, "02 6400");
        client.read(0x10);
        answers("0a1000", "0b 0102");
        assertThat(client.mtu()).isEqualTo(100);
    }

    @Test
    void requestsGoOneAtATimeInOrder() {
        var one = client.read(1);
        var two = client.write(2, new byte[] {9});
        var three = client.read(3);
        exchangeMtu("03 1700");
        answers("0a0100", "0b 11");
        answers("12020009", "13");
        answers("0a0300", "01 0a 0300 02");
        assertThat(device.get(one)).containsExactly(0x11);
        assertThat(device.get(two)).isNull();
        assertThat(failureOf(three).error()).isEqualTo(2);
    }

    @Test
    void longValuesAreReadToTheirEnd() {
        var read = client.read(0x10);
        exchangeMtu("03 1700");
        answers("0a1000", "0b" + "11".repeat(22));
        answers("0c10001600", "0d" + "22".repeat(22));
        answers("0c10002c00", "0d 33");
        assertThat(device.get(read)).hasSize(45).endsWith(0x22, 0x33);
    }

    @Test
    void aValueIsReadByTheUuidOfItsCharacteristicWithoutDiscovery() {
        var read = client.read(AttUuid.DEVICE_NAME);
        exchangeMtu("03 1700");
        // Of several the first; those behind it have the same length.
        answers("08 0100 ffff 002a", "09 04 0300 4162 0900 4364");
        assertThat(device.get(read)).containsExactly('A', 'b');
        var nothing = client.read(AttUuid.DEVICE_NAME);
        answers("08 0100 ffff 002a", "01 08 0100 0a");
        assertThat(failureOf(nothing).error()).isEqualTo(0x0a);
    }

    @Test
    void whatFillsTheResponseIsReadByItsHandle() {
        var read = client.read(AttUuid.DEVICE_NAME);
        exchangeMtu("03 1700");
        answers("08 0100 ffff 002a", "09 15 0300" + "11".repeat(19));
        answers("0a0300", "0b" + "11".repeat(20));
        assertThat(device.get(read)).hasSize(20);
        var nowhere = client.read(AttUuid.DEVICE_NAME);
        answers("08 0100 ffff 002a", "09 15 0000" + "11".repeat(19));
        assertThat(failureOf(nowhere)).hasMessageContaining("handle 0 is out of range");
    }

    @Test
    void aValueThatJustFillsItsPduMayEndInAnError() {
        for (var error : List.of("0b", "07")) {
            var read = client.read(0x10);
            loop.runUntilIdle();
            if (server.sent.get(0)[0] == 2) {
                exchangeMtu("03 1700");
            }
            answers("0a1000", "0b" + "11".repeat(22));
            answers("0c10001600", "010c1000" + error);
            assertThat(device.get(read)).hasSize(22);
        }
    }

    @Test
    void aValueWithoutEndIsGivenUp() {
        var read = client.read(0x10);
        exchangeMtu("03 1700");
        loop.runUntilIdle();
        int answered = 0;
        while (!server.sent.isEmpty()) {
            var opcode = server.sent.get(0)[0];
            server.taken();
            device.onLoop(() -> server.receive(HexFormat.of().parseHex((opcode == 0x0a ? "0b" : "0d") + "11".repeat(22))));
            assertThat(++answered).isLessThan(30);
        }
        assertThat(failureOf(read)).hasMessageContaining("more than 512");
    }

    @Test
    void errorsAreSentencesWithACure() {
        var read = client.read(0x10);
        exchangeMtu("03 1700");
        answers("0a1000", "010a100005");
        assertThat(failureOf(read).error()).isEqualTo(5);
        assertThat(failureOf(read)).hasMessageContaining("pair or encrypt first").hasMessageContaining("0x0010");
        read = client.read(0x10);
        answers("0a1000", "010a10000f");
        assertThat(failureOf(read)).hasMessageContaining("pair or encrypt first");
        read = client.read(0x10);
        answers("0a1000", "010a100080");
        assertThat(failureOf(read).error()).isEqualTo(0x80);
    }

    @Test
    void whatCannotBeSentFailsAtOnce() {
        assertThat(failureOf(onLoop(() -> client.read(0))).error()).isEqualTo(1);
        assertThat(failureOf(onLoop(() -> client.read(0x10000))).error()).isEqualTo(1);
        assertThat(failureOf(onLoop(() -> client.write(1, new byte[513]))).error()).isEqualTo(0x0d);
        var tooLong = client.write(1, new byte[21]);
        exchangeMtu("03 1700");
        assertThat(failureOf(tooLong)).hasMessageContaining("1 octets more");
        assertThat(server.taken()).isEmpty();
    }

    @Test
    void noAnswerWithin30SecondsEndsTheBearer() {
        var one = client.read(0x10);
        var two = client.read(0x11);
        exchangeMtu("03 1700");
        loop.advance(Duration.ofSeconds(29));
        assertThat(server.open).isTrue();
        loop.advance(Duration.ofSeconds(2));
        assertThat(server.disconnectedWith).isEqualTo(0x13);
        assertThat(failureOf(one)).hasMessageContaining("did not answer within 30 s");
        assertThat(failureOf(two)).hasMessageContaining("did not answer within 30 s");
        assertThat(server.taken()).containsExactly("0a1000");
    }

    @Test
    void theEndOfTheConnectionFailsEverything() {
        var one = client.read(0x10);
        var two = client.discover();
        var three = client.writeWithoutResponse(0x10, new byte[1]);
        exchangeMtu("03 1700");
        device.disconnect(server);
        for (var stage : List.of(one, two, three, onLoop(() -> client.read(1)))) {
            assertThat(failureOf(stage).error()).isZero();
            assertThat(failureOf(stage)).hasMessageContaining("the connection has ended");
        }
        var late = onLoop(() -> device.client(server).read(1));
        assertThat(failureOf(late)).hasMessageContaining("the connection has ended");
    }

    @Test
    void anAnswerToAnotherRequestEndsTheBearer() {
        for (var wrong : List.of("13", "0d 00", "01 12 1000 05", "0b" + "00".repeat(600), "03 17", "01 0a 10")) {
            var link = device.connect();
            var read = device.client(link).read(0x10);
            loop.runUntilIdle();
            device.exchange(link, "03 1700");
            var pdu = HexFormat.of().parseHex(wrong.replace(" ", ""));
            device.onLoop(() -> link.receive(pdu));
            assertThat(link.disconnectedWith).as(wrong).isEqualTo(0x13);
            assertThat(failureOf(read)).hasMessageContaining("because of the peer");
        }
    }

    @Test
    void commandsGoAsFastAsTheControllerTakesThemAndPastAnOpenRequest() {
        client.read(0x10);
        exchangeMtu("03 1700");
        assertThat(server.taken()).containsExactly("0a1000");
        server.stalled = true;
        var written = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 1000; i++) {
            written.add(client.writeWithoutResponse(0x10, new byte[20]).toCompletableFuture());
        }
        loop.runUntilIdle();
        assertThat(server.queued).isLessThan(9 * 1024);
        assertThat(written.get(0)).isNotDone();
        device.onLoop(() -> {
            for (int i = 0; i < 1001; i++) {
                server.completeOne();
            }
        });
        assertThat(written).allMatch(CompletableFuture::isDone);
        assertThat(server.sent).hasSize(1000);
    }

    @Test
    void tooMuchThatWaitsIsRefused() {
        var all = new ArrayList<CompletionStage<byte[]>>();
        for (int i = 0; i < 5000; i++) {
            all.add(client.read(1));
        }
        loop.runUntilIdle();
        assertThat(failureOf(all.get(4999))).hasMessageContaining("operations wait");
        assertThat(all.get(0).toCompletableFuture()).isNotDone();
    }

    @Test
    void discoveryFindsServicesCharacteristicsAndDescriptors() {
        var discovery = client.discover();
        exchangeMtu("03 1700");
        answers("100100ffff0028", "11 06 0100 0500 0018 0600 0a00 00fe");
        answers("100b00ffff0028", "11 14 2000 ffff 44444444444433332222111100000000");
        answers("080200050003 28".replace(" ", ""), "09 07 0200 02 0300 002a 0400 20 0500 012a");
        answers("08070 00a00 0328", "09 07 0700 12 0800 01fe");
        answers("080900 0a00 0328", "010809000a");
        answers("082100ffff0328", "0108210 00a");
        answers("04 0900 0a00", "05 01 0900 0229 0a00 0129");
        var services = device.get(discovery);
        assertThat(services).extracting(RemoteService::uuid).containsExactly(
                AttUuid.of16(0x1800), AttUuid.of16(0xfe00), Lamp.TICK);
        var characteristic = services.get(1).characteristics().get(0);
        assertThat(characteristic.properties()).isEqualTo(Set.of(Property.READ, Property.NOTIFY));
        assertThat(characteristic.valueHandle()).isEqualTo(8);
        assertThat(characteristic.descriptors()).containsExactly(
                new RemoteService.Descriptor(AttUuid.CLIENT_CONFIGURATION, 9),
                new RemoteService.Descriptor(AttUuid.of16(0x2901), 10));
        assertThat(device.get(client.discover())).isEqualTo(services);
        assertThat(server.taken()).isEmpty();
    }

    @Test
    void discoveryEndsTheBearerOfAServerThatNeverEnds() {
        for (var nonsense : List.of(
                "11 06 0000 0500 0018",
                "11 06 0500 0400 0018",
                "11 06 0100 0500 0018 0500 0600 0118",
                "11 07 0100 0500 001800",
                "11 04 0100 0500")) {
            var link = device.connect();
            var discovery = device.client(link).discover();
            loop.runUntilIdle();
            device.exchange(link, "03 1700");
            device.exchange(link, nonsense);
            assertThat(link.disconnectedWith).as(nonsense).isEqualTo(0x13);
            assertThat(failureOf(discovery)).hasMessageContaining("the peer");
        }
    }

    @Test
    void discoveryEndsTheBearerOfAServerWhoseCharacteristicsOrDescriptorsDoNotGrow() {
        var service = "11 06 0100 0a00 00fe";
        var characteristic = "09 07 0200 02 0300 01fe";
        var noMore = "01 08 0400 0a";
        for (var answers : List.of(
                List.of(service, "09 07 0100 02 0300 01fe"),
                List.of(service, "09 07 0200 02 0200 01fe"),
                List.of(service, "09 07 0200 02 0b00 01fe"),
                List.of(service, "09 07 0300 02 0400 01fe 0200 02 0500 01fe"),
                List.of(service, "09 06 0200 02 0300 01"),
                List.of(service, characteristic, noMore, "05 01 0300 0229"),
                List.of(service, characteristic, noMore, "05 01 0500 0229 0400 0129"),
                List.of(service, characteristic, noMore, "05 01 0b00 0229"))) {
            var link = device.connect();
            var discovery = device.client(link).discover();
            loop.runUntilIdle();
            device.exchange(link, "03 1700");
            for (var answer : answers) {
                device.exchange(link, answer);
                if (answer.equals(service)) {
                    device.exchange(link, "01 10 0b00 0a");
                }
            }
            assertThat(link.disconnectedWith).as(answers.toString()).isEqualTo(0x13);
            assertThat(failureOf(discovery)).hasMessageContaining("the peer");
        }
    }

    @Test
    void discoveryRefusesMoreServicesThanAnyHonestServerHas() {
        var discovery = client.discover();
        exchangeMtu("03 1700");
        loop.runUntilIdle();
        int handle = 1;
        while (server.open && handle < 1000) {
            var answer = "1106%1$02x%2$02x%1$02x%2$02x0018".formatted(handle & 0xff, handle >> 8);
            device.exchange(server, answer);
            handle++;
        }
        assertThat(handle).isLessThan(520);
        assertThat(failureOf(discovery)).hasMessageContaining("more than 512 services");
    }

    private RemoteService.Characteristic characteristic(Property... properties) {
        return new RemoteService.Characteristic(
                Lamp.TICK, 0x0f, 0x10, Set.of(properties), List.of(new RemoteService.Descriptor(AttUuid.CLIENT_CONFIGURATION, 0x11)));
    }

    @Test
    void notificationsArriveFromTheMomentOfTheWriteToTheEndOfTheSubscription() throws Exception {
        var values = new ArrayList<byte[]>();
        var subscribing = client.subscribe(characteristic(Property.NOTIFY, Property.INDICATE), values::add);
        exchangeMtu("03 1700");
        loop.runUntilIdle();
        assertThat(server.taken()).containsExactly("1211000100");
        device.exchange(server, "1b 1000 01");
        device.exchange(server, "13");
        device.exchange(server, "1b 1000 02");
        device.exchange(server, "1b 1200 03");
        assertThat(values).containsExactly(new byte[] {1}, new byte[] {2});
        device.get(subscribing).close();
        loop.runUntilIdle();
        answers("1211000000", "13");
        device.exchange(server, "1b 1000 04");
        assertThat(values).hasSize(2);
    }

    @Test
    void indicationsAreConfirmedAlsoWhenNobodyWantsThem() {
        var values = new ArrayList<byte[]>();
        var subscribing = client.subscribe(characteristic(Property.INDICATE), values::add);
        exchangeMtu("03 1700");
        answers("1211000200", "13");
        device.get(subscribing);
        assertThat(device.exchange(server, "1d 1000 01")).containsExactly("1e");
        assertThat(device.exchange(server, "1d 1200 01")).containsExactly("1e");
        assertThat(values).hasSize(1);
    }

    @Test
    void aSinkThatThrowsLosesItsValueOnly() {
        var values = new ArrayList<byte[]>();
        var subscribing = client.subscribe(characteristic(Property.INDICATE), value -> {
            values.add(value);
            throw new IllegalStateException("broken sink");
        });
        exchangeMtu("03 1700");
        answers("1211000200", "13");
        device.get(subscribing);
        assertThat(device.exchange(server, "1d 1000 01")).containsExactly("1e");
        assertThat(device.exchange(server, "1d 1000 02")).containsExactly("1e");
        assertThat(values).hasSize(2);
    }

    @Test
    void subscribingFailsWhereItCannotWork() {
        var failed = onLoop(() -> client.subscribe(characteristic(Property.READ), value -> {}));
        assertThat(failureOf(failed)).hasMessageContaining("neither notify nor indicate");
        var none = new RemoteService.Characteristic(Lamp.TICK, 0x0f, 0x10, Set.of(Property.NOTIFY), List.of());
        assertThat(failureOf(onLoop(() -> client.subscribe(none, value -> {})))).hasMessageContaining("Configuration");
        var refused = client.subscribe(characteristic(Property.NOTIFY), value -> {
            throw new AssertionError("not subscribed");
        });
        exchangeMtu("03 1700");
        answers("1211000100", "0112110005");
        assertThat(failureOf(refused).error()).isEqualTo(5);
        device.exchange(server, "1b 1000 01");
    }

    private <T> CompletionStage<T> onLoop(java.util.function.Supplier<CompletionStage<T>> call) {
        var result = new ArrayList<CompletionStage<T>>();
        device.onLoop(() -> result.add(call.get()));
        return result.get(0);
    }
}
