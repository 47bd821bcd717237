package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.everbond.hci.virtual.Faults;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 in the middle: gateways die at the n-th HCI packet of a pairing, a pairing again, or a subscription. Which moments, and which
 * of the two, comes from a seed; -Dkill.rounds and -Dkill.seed choose more, or the same again. What a kill cannot prove are flushes: the
 * page cache survives it.
 */
class KillIT {
    private static final String CENTRAL = "00:11:22:33:44:01";
    private static final String PERIPHERAL = "00:11:22:33:44:02";
    private static final int ROUNDS = Integer.getInteger("kill.rounds", 6);
    private static final int PACKETS_OF_A_PAIRING = 46;
    private static final int ATTEMPTS = 3;
    private static final int PACKETS_OF_A_SUBSCRIPTION = 10;

    private static final String SUBSCRIBE = "subscribe " + DemoService.WRITE_NOTIFY;

    private final long seed = Long.getLong("kill.seed", new Random().nextLong() >>> 16);
    private final Random random = new Random(seed);

    @TempDir
    Path folder;

    @BeforeEach
    void tellTheSeed() {
        System.out.println("KillIT: " + ROUNDS + " rounds each with -Dkill.seed=" + seed);
    }

    private enum Victim {
        CENTRAL,
        PERIPHERAL,
        BOTH
    }

    @Test
    void aBondThatWasReportedIsThereAfterAKillInItsPairing() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (var air = new ServedAir(Files.createDirectories(folder.resolve("s" + round)));
                    var pair = pair(air, folder.resolve("first" + round))) {
                pair.up();
                pair.willing();
                pair.connect();
                var reported = killWhilePairing(air, pair);

                pair.up();
                assertReportedBondsAreThere(pair, reported);
                boolean bothBonded = bonds(pair.central()) == 1 && bonds(pair.peripheral()) == 1;
                if (bothBonded) {
                    reconnect(pair);
                    pair.nobodyPaired();
                } else {
                    pair.willing();
                    pair.connect();
                    pair.pairWhenAllowed();
                }
                assertThat(pair.read(DemoService.ENCRYPTED)).isEqualTo("encrypted");
                assertThat(bonds(pair.central())).isEqualTo(1);
                assertThat(bonds(pair.peripheral())).isEqualTo(1);
            } catch (AssertionError | Exception e) {
                throw new AssertionError("round " + round + ", -Dkill.seed=" + seed, e);
            }
        }
    }

    @Test
    void anOldBondOutlivesAKillInThePairingThatReplacesIt() throws Exception {
        try (var air = new ServedAir(folder); var pair = pair(air, folder)) {
            pair.up();
            pair.willing();
            pair.connect();
            pair.pair();
            for (int round = 0; round < ROUNDS; round++) {
                var reported = killWhilePairing(air, pair);

                pair.up();
                assertReportedBondsAreThere(pair, reported);
                assertThat(bonds(pair.central())).as("bonds of the central, round %d, -Dkill.seed=%d", round, seed).isEqualTo(1);
                assertThat(bonds(pair.peripheral())).as("bonds of the peripheral, round %d, -Dkill.seed=%d", round, seed).isEqualTo(1);
                reconnect(pair);
                assertThat(pair.read(DemoService.ENCRYPTED)).isEqualTo("encrypted");
                pair.nobodyPaired();
                pair.willing();
            }
        }
    }

    @Test
    void aSubscriptionThatWasConfirmedIsThereAfterAKill() throws Exception {
        try (var air = new ServedAir(folder); var pair = pair(air, folder)) {
            pair.up();
            pair.willing();
            pair.connect();
            pair.pair();
            boolean on = false;
            for (int round = 0; round < ROUNDS; round++) {
                boolean wanted = !on;
                pair.read(DemoService.OPEN); // discovers, which is not what is to be interrupted
                if (!wanted) {
                    pair.central().run(SUBSCRIBE + " --json"); // again, by this process: nothing new for the peripheral
                }
                boolean confirmed = killWhileSubscribing(air, pair, wanted);

                pair.up();
                reconnect(pair);
                on = isNotified(pair, "round-" + round);
                if (confirmed) {
                    assertThat(on).as("subscription after round %d, -Dkill.seed=%d", round, seed).isEqualTo(wanted);
                }
                pair.nobodyPaired();
            }
        }
    }

    /** @return whether the central was told that it is subscribed, or not any more, before one of them was killed */
    private boolean killWhileSubscribing(ServedAir air, Pair pair, boolean on) throws Exception {
        arm(air, pair, PACKETS_OF_A_SUBSCRIPTION);
        boolean confirmed = !pair.central()
                .runOrDie(SUBSCRIBE + (on ? "" : " off") + " --json")
                .isEmpty();
        pair.kill();
        System.out.printf("  subscription %s: %s%n", on ? "on" : "off", confirmed ? "confirmed" : "interrupted");
        return confirmed;
    }

    private static Pair pair(ServedAir air, Path folder) throws Exception {
        return Pair.on(folder, air.serve("c", CENTRAL), air.serve("p", PERIPHERAL));
    }

    /** From now on, counts HCI packets, and kills somebody at a random one. Returns what will happen. */
    private String arm(ServedAir air, Pair pair, int packets) {
        var victim = Victim.values()[random.nextInt(Victim.values().length)];
        // Half of them late, where the bonds are written.
        int moment = random.nextBoolean() ? 1 + random.nextInt(packets) : packets - random.nextInt(packets / 4);
        var left = new AtomicInteger(moment);
        Faults.PacketRule countdown = packet -> {
            if (left.decrementAndGet() == 0) {
                if (victim != Victim.PERIPHERAL) {
                    pair.central().destroy();
                }
                if (victim != Victim.CENTRAL) {
                    pair.peripheral().destroy();
                }
            }
            return Faults.Verdict.pass(packet);
        };
        for (var address : List.of(CENTRAL, PERIPHERAL)) {
            air.controller(address).faults().toHost(countdown);
            air.controller(address).faults().fromHost(countdown);
        }
        return victim + " killed at packet " + moment;
    }

    /**
     * Pairs and kills at a random packet, or afterwards when it takes fewer. Both are dead in the end.
     *
     * @return what the two reported of it before: the result at the central, the event at the peripheral
     */
    private List<JsonObject> killWhilePairing(ServedAir air, Pair pair) throws Exception {
        int pairedBefore = pair.peripheral().events("paired").size();
        var plan = arm(air, pair, PACKETS_OF_A_PAIRING);
        var reported = new ArrayList<>(pair.central().runOrDie("pair --json"));
        pair.kill();
        var paired = pair.peripheral().events("paired");
        reported.addAll(paired.subList(pairedBefore, paired.size()));
        System.out.printf("  pairing: %s, %d reported%n", plan, reported.size());
        return reported;
    }

    private static void assertReportedBondsAreThere(Pair pair, List<JsonObject> reported) throws Exception {
        for (var report : reported) {
            assertThat(report.get("bonded").getAsBoolean()).isTrue();
            var side = report.has("event") ? pair.peripheral() : pair.central();
            assertThat(side.run("bonds --json"))
                    .as("bonds of the side that reported %s", report)
                    .anySatisfy(bond -> assertThat(bond.get("bond")).isEqualTo(report.get("bond")));
        }
    }

    /**
     * Connects and encrypts with a stored key. One side may have the old key where the other has the new one already: then the first
     * attempt ends the link, and a later one is made with the key before.
     */
    private static void reconnect(Pair pair) throws Exception {
        var failures = new ArrayList<String>();
        while (failures.size() < ATTEMPTS) {
            pair.connect();
            var encrypted = pair.central().runOrFail("encrypt --json");
            if (!encrypted.has("error")) {
                assertThat(encrypted.get("encrypted").getAsBoolean()).isTrue();
                return;
            }
            failures.add(encrypted.get("error").getAsString());
            pair.central().event("disconnected");
        }
        throw pair.peripheral().failure("does not encrypt with the central's stored keys: " + failures);
    }

    private static int bonds(Gateway gateway) throws Exception {
        return gateway.run("bonds --json").size();
    }

    /** Whether the peripheral notifies a write; seen in the HCI trace of the central, whose shell did not subscribe. */
    private static boolean isNotified(Pair pair, String value) throws Exception {
        int handle = pair.central().one("write " + DemoService.WRITE_NOTIFY + " " + value + " --json").get("handle").getAsInt();
        pair.read(DemoService.OPEN); // a notification would have come before the response
        var notification = new byte[3 + value.length()];
        notification[0] = 0x1b; // Handle Value Notification
        notification[1] = (byte) handle;
        notification[2] = (byte) (handle >> 8);
        System.arraycopy(value.getBytes(StandardCharsets.US_ASCII), 0, notification, 3, value.length());
        pair.kill();
        boolean notified = Octets.contains(Files.readAllBytes(pair.central().data().resolve("hci.btsnoop")), notification);
        pair.up();
        reconnect(pair);
        return notified;
    }
}
