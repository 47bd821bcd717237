package org.everbond.gatt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.gatt.internal.att.AttUuid;
import org.everbond.hci.virtual.SimulatedLoop;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two devices, each server and client, on one connection. */
class BackToBackTest {
    private final SimulatedLoop loop = new SimulatedLoop();
    private final Device lampSide = new Device(loop);
    private final Device phoneSide = new Device(loop);
    private final Lamp lamp = new Lamp();
    private FakeConnection[] ends;
    private GattClient phone;

    @BeforeEach
    void connect() {
        lampSide.serve(lamp);
        ends = Device.connect(lampSide, phoneSide);
        phone = phoneSide.client(ends[1]);
    }

    private RemoteService.Characteristic find(UUID uuid) {
        return phoneSide.get(phone.discover()).stream()
                .flatMap(service -> service.characteristics().stream())
                .filter(characteristic -> characteristic.uuid().equals(uuid))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatIsServedIsWhatIsDiscovered() {
        var services = phoneSide.get(phone.discover());
        assertThat(services).extracting(RemoteService::uuid).containsExactly(
                AttUuid.GAP_SERVICE, AttUuid.GATT_SERVICE, Lamp.SERVICE);
        var served = lamp.characteristics();
        var found = services.get(2).characteristics();
        assertThat(found).hasSameSizeAs(served);
        for (int i = 0; i < served.size(); i++) {
            assertThat(found.get(i).uuid()).isEqualTo(served.get(i).uuid());
            assertThat(found.get(i).properties()).isEqualTo(served.get(i).properties());
        }
        assertThat(phone.mtu()).isEqualTo(517);
    }

    @Test
    void valuesOfEveryLengthGoAndComeBack() {
        var random = new Random(1);
        int handle = find(Lamp.OPEN).valueHandle();
        for (int length : new int[] {0, 1, 19, 20, 21, 22, 23, 24, 100, 511, 512}) {
            var value = new byte[length];
            random.nextBytes(value);
            phoneSide.get(phone.write(handle, value));
            assertThat(lamp.values.get(Lamp.OPEN)).isEqualTo(value);
            assertThat(phoneSide.get(phone.read(handle))).isEqualTo(value);
        }
    }

    @Test
    void longValuesAreReadOverTheSmallestMtu() {
        lampSide.exchange(ends[0], "02 1700");
        var value = new byte[512];
        new Random(2).nextBytes(value);
        lamp.values.put(Lamp.OPEN, value);
        var small = new FakeConnection[] {ends[0], ends[1]};
        phoneSide.onLoop(() -> small[1].receive(new byte[] {2, 23, 0}));
        assertThat(phone.mtu()).isEqualTo(23);
        assertThat(phoneSide.get(phone.read(0x10))).isEqualTo(value);
    }

    @Test
    void bothSidesAskAtTheSameTime() {
        var otherLamp = new Lamp();
        phoneSide.serve(otherLamp);
        var reads = new ArrayList<CompletableFuture<byte[]>>();
        for (int i = 0; i < 50; i++) {
            reads.add(phone.read(0x10).toCompletableFuture());
            reads.add(lampSide.client(ends[0]).read(0x10).toCompletableFuture());
        }
        assertThat(reads).allSatisfy(read -> assertThat(phoneSide.get(read)).containsExactly(1, 2, 3));
        assertThat(ends[0].open).isTrue();
    }

    @Test
    void notificationsAndIndicationsArriveInOrder() {
        var ticks = new ArrayList<Byte>();
        var alarms = new ArrayList<Byte>();
        phoneSide.get(phone.subscribe(find(Lamp.TICK), value -> ticks.add(value[0])));
        phoneSide.get(phone.subscribe(find(Lamp.ALARM), value -> alarms.add(value[0])));
        var expected = new ArrayList<Byte>();
        for (byte i = 0; i < 100; i++) {
            expected.add(i);
            lamp.notifier.send(Lamp.TICK, new byte[] {i});
            lamp.notifier.send(Lamp.ALARM, new byte[] {i});
        }
        loop.runUntilIdle();
        assertThat(ticks).isEqualTo(expected);
        assertThat(alarms).isEqualTo(expected);
    }

    @Test
    void twoSubscribersShareOneSubscription() throws Exception {
        var one = new ArrayList<byte[]>();
        var two = new ArrayList<byte[]>();
        var tick = find(Lamp.TICK);
        var first = phoneSide.get(phone.subscribe(tick, one::add));
        var second = phoneSide.get(phone.subscribe(tick, two::add));
        first.close();
        first.close();
        loop.runUntilIdle();
        assertThat(phoneSide.get(lamp.notifier.send(Lamp.TICK, new byte[] {1}))).isEqualTo(1);
        loop.runUntilIdle();
        assertThat(one).isEmpty();
        assertThat(two).hasSize(1);
        second.close();
        loop.runUntilIdle();
        assertThat(lamp.told).containsExactly("subscribed TICK", "unsubscribed TICK");
    }

    @Test
    void serviceChangedMakesTheClientDiscoverAgain() {
        assertThat(phoneSide.get(phone.discover())).hasSize(3);
        var remove = lampSide.serve(new Lamp());
        loop.runUntilIdle();
        assertThat(phoneSide.get(phone.discover())).hasSize(4);
        remove.run();
        assertThat(phoneSide.get(phone.discover())).hasSize(3);
    }

    @Test
    void theServersErrorReachesTheCaller() {
        int secret = find(Lamp.SECRET).valueHandle();
        assertThatThrownBy(() -> phoneSide.get(phone.read(secret)))
                .cause()
                .isInstanceOfSatisfying(AttException.class, e -> assertThat(e.error()).isEqualTo(5));
        lampSide.encrypted(ends[0], Device.JUST_WORKS);
        phoneSide.encrypted(ends[1], Device.JUST_WORKS);
        assertThat(phoneSide.get(phone.read(secret))).containsExactly(4, 5);
    }

    @Test
    void aServerThatIsSlowIsWaitedForAndOneThatIsSilentNot() {
        var slow = new CompletableFuture<byte[]>();
        lamp.nextRead = slow;
        var read = phone.read(0x10).toCompletableFuture();
        loop.advance(Duration.ofSeconds(20));
        slow.complete(new byte[] {6});
        assertThat(phoneSide.get(read)).containsExactly(6);
        assertThat(List.of(ends[0].open, ends[1].open)).containsOnly(true);
    }

    /** Threat C5: after each task of the loop; what was begun ends, nothing of it goes on, and the next connection serves. */
    @Test
    void c5_aLinkMayEndAtAnyMomentOfAnything() {
        int moments = 0;
        for (boolean cut = true; cut; moments++) {
            var begun = beginEverything();
            int tasks = moments;
            var passed = new int[1];
            // Looked at before each task.
            cut = loop.runUntil(() -> passed[0]++ == tasks, Duration.ofSeconds(1));
            lampSide.disconnect(ends[0]);
            phoneSide.disconnect(ends[1]);
            ends[0].taken();
            ends[1].taken();
            loop.advance(Duration.ofMinutes(2));
            assertThat(begun).as("cut after %d tasks", moments).allMatch(each -> each.toCompletableFuture().isDone());
            assertThat(ends[0].sent).isEmpty();
            assertThat(ends[1].sent).isEmpty();

            ends = Device.connect(lampSide, phoneSide);
            phone = phoneSide.client(ends[1]);
            assertThat(phoneSide.get(phone.read(0x10))).isNotNull();
        }
        System.out.println("links cut at any moment: " + moments + " moments");
        assertThat(moments).isGreaterThan(50);
    }

    private List<CompletionStage<?>> beginEverything() {
        var tick = new RemoteService.Characteristic(
                Lamp.TICK, 0x17, 0x18, Set.of(Property.NOTIFY), List.of(new RemoteService.Descriptor(AttUuid.CLIENT_CONFIGURATION, 0x19)));
        var alarm = new RemoteService.Characteristic(
                Lamp.ALARM, 0x14, 0x15, Set.of(Property.INDICATE), List.of(new RemoteService.Descriptor(AttUuid.CLIENT_CONFIGURATION, 0x16)));
        var begun = new ArrayList<CompletionStage<?>>();
        begun.add(phone.discover());
        begun.add(phone.write(0x10, new byte[100]));
        begun.add(phone.read(0x10));
        begun.add(phone.read(0x12));
        begun.add(phone.subscribe(tick, value -> {}));
        begun.add(phone.subscribe(alarm, value -> {}).thenCompose(on -> lamp.notifier.send(Lamp.ALARM, new byte[5])));
        begun.add(lamp.notifier.send(Lamp.TICK, new byte[30]));
        begun.add(phone.writeWithoutResponse(0x15, new byte[3]));
        return begun;
    }
}
