package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two gateways over BlueZ's controller emulator pair by every method, are both killed (-9), and encrypt with what they kept; tshark
 * reads what they have traced, in which no key is.
 */
class PairingMethodsIT {
    @TempDir
    Path folder;

    private final List<byte[]> keys = new ArrayList<>();

    /** What two people do to have their gateways paired by one method. */
    private enum Method {
        JUST_WORKS("just-works", 2) {
            @Override
            void pair(Pair pair) throws InterruptedException {
                agents(pair, "accept --io no-input-no-output", "accept --io no-input-no-output");
                begin(pair);
            }
        },
        NUMERIC_COMPARISON("numeric-comparison", 4) {
            @Override
            void pair(Pair pair) throws InterruptedException {
                agents(pair, "accept --io display-yes-no", "accept --io display-yes-no");
                begin(pair);
                var here = pair.central().event("pairing-question");
                var there = pair.peripheral().event("pairing-question");
                assertThat(here.get("question").getAsString()).isEqualTo("number");
                assertThat(here.get("number").getAsString()).matches("[0-9]{6}").isEqualTo(there.get("number").getAsString());
                pair.peripheral().run("agent yes --json");
                pair.central().run("agent yes --json");
            }
        },
        PASSKEY_TYPED_AT_THE_CENTRAL("passkey-entry", 4) {
            @Override
            void pair(Pair pair) throws InterruptedException {
                agents(pair, "accept --io keyboard-only", "accept --io display-only");
                begin(pair);
                type(pair.peripheral(), pair.central());
            }
        },
        PASSKEY_TYPED_AT_THE_PERIPHERAL("passkey-entry", 4) {
            @Override
            void pair(Pair pair) throws InterruptedException {
                agents(pair, "accept --io display-only", "accept --io keyboard-only");
                begin(pair);
                type(pair.central(), pair.peripheral());
            }
        },
        PASSKEY_TYPED_AT_BOTH("passkey-entry", 4) {
            @Override
            void pair(Pair pair) throws InterruptedException {
                agents(pair, "accept --io keyboard-only --passkey 012345", "accept --io keyboard-only");
                begin(pair);
                pair.peripheral().event("pairing-question");
                pair.peripheral().run("agent passkey 012345 --json");
            }
        },
        OUT_OF_BAND_TO_THE_CENTRAL("out-of-band", 4) {
            @Override
            void pair(Pair pair) throws InterruptedException {
                agents(pair, "accept", "accept");
                carry(pair.peripheral(), pair.central());
                begin(pair);
            }
        },
        OUT_OF_BAND_BOTH_WAYS("out-of-band", 4) {
            @Override
            void pair(Pair pair) throws InterruptedException {
                agents(pair, "accept", "accept");
                carry(pair.peripheral(), pair.central());
                carry(pair.central(), pair.peripheral());
                begin(pair);
            }
        },
        LEGACY_JUST_WORKS("just-works", 2) {
            @Override
            void pair(Pair pair) throws InterruptedException {
                JUST_WORKS.pair(pair);
            }
        },
        LEGACY_PASSKEY_TYPED_AT_THE_CENTRAL("passkey-entry", 2) {
            @Override
            void pair(Pair pair) throws InterruptedException {
                PASSKEY_TYPED_AT_THE_CENTRAL.pair(pair);
            }
        },
        LEGACY_PASSKEY_TYPED_AT_THE_PERIPHERAL("passkey-entry", 2) {
            @Override
            void pair(Pair pair) throws InterruptedException {
                PASSKEY_TYPED_AT_THE_PERIPHERAL.pair(pair);
            }
        },
        LEGACY_PASSKEY_TYPED_AT_BOTH("passkey-entry", 2) {
            @Override
            void pair(Pair pair) throws InterruptedException {
                PASSKEY_TYPED_AT_BOTH.pair(pair);
            }
        },
        LEGACY_OUT_OF_BAND("out-of-band", 3) {
            @Override
            void pair(Pair pair) throws InterruptedException {
                agents(pair, "accept", "accept");
                pair.central().run("oob peer " + TEMPORARY_KEY + " --json");
                pair.peripheral().run("oob peer " + TEMPORARY_KEY + " --json");
                begin(pair);
            }
        };

        /** TK as the AD structure of an NFC tag. */
        private static final String TEMPORARY_KEY = "1110" + "00112233445566778899aabbccddeeff";

        final String word;
        /** By the rules of today: a passkey of LE legacy pairing authenticates nobody. */
        final int level;

        Method(String word, int level) {
            this.word = word;
            this.level = level;
        }

        boolean isLegacy() {
            return name().startsWith("LEGACY_");
        }

        abstract void pair(Pair pair) throws InterruptedException;

        private static void agents(Pair pair, String central, String peripheral) throws InterruptedException {
            pair.central().run("agent " + central + " --json");
            pair.peripheral().run("agent " + peripheral + " --json");
        }

        private static void begin(Pair pair) throws InterruptedException {
            pair.central().run("pair --no-wait --json");
        }

        private static void type(Gateway shows, Gateway types) throws InterruptedException {
            var passkey = shows.event("pairing-passkey").get("passkey").getAsString();
            assertThat(types.event("pairing-question").get("question").getAsString()).isEqualTo("passkey");
            types.run("agent passkey " + passkey + " --json");
        }

        private static void carry(Gateway from, Gateway to) throws InterruptedException {
            to.run("oob peer " + from.one("oob create --json").get("oob").getAsString() + " --json");
        }
    }

    @Test
    void bondsOfEveryMethodOfSecureConnectionsSurviveAKillOfBothGateways() throws Exception {
        try (var air = BtvirtAir.start(folder.resolve("air")); var pair = Pair.on(folder, air.le(), air.le())) {
            tellTheStory(pair, Stream.of(Method.values()).filter(method -> !method.isLegacy()).toList());
        }
    }

    @Test
    void bondsOfEveryMethodOfLegacyPairingSurviveAKillOfBothGateways() throws Exception {
        try (var air = BtvirtAir.start(folder.resolve("air")); var pair = Pair.on(folder, air.le(), air.le())) {
            pair.central().with("pairing.legacy", "only");
            pair.peripheral().with("pairing.legacy", "accept");
            tellTheStory(pair, Stream.of(Method.values()).filter(Method::isLegacy).toList());
        }
    }

    private void tellTheStory(Pair pair, List<Method> methods) throws Exception {
        pair.up();
        for (var method : methods) {
            try {
                pairAndKill(pair, method);
            } catch (AssertionError e) {
                throw new AssertionError(method + ": " + e.getMessage(), e);
            }
        }
        pair.kill();
    }

    private void pairAndKill(Pair pair, Method method) throws Exception {
        pair.peripheral().run("bondable on --json");
        pair.connect();
        method.pair(pair);
        for (var gateway : List.of(pair.central(), pair.peripheral())) {
            assertMade(gateway.event("paired"), method);
            keys.addAll(StoreFile.read(gateway.store()).keys());
        }
        pair.kill();
        assertTraced(pair.central(), method);
        assertTraced(pair.peripheral(), method);

        pair.up();
        pair.connect();
        pair.encrypt();
        assertThat(pair.read(DemoService.ENCRYPTED)).isEqualTo("encrypted");
        if (method.level > 2) {
            assertThat(pair.read(DemoService.AUTHENTICATED)).isEqualTo("authenticated");
        } else {
            assertThat(pair.central().complaint("read " + DemoService.AUTHENTICATED + " --json")).isNotEmpty();
        }
        pair.nobodyPaired();
        for (var gateway : List.of(pair.central(), pair.peripheral())) {
            var bond = gateway.one("bonds --json");
            assertThat(bond.get("method").getAsString()).isEqualTo(method.word);
            gateway.run("forget " + bond.get("bond").getAsString() + " --json");
            gateway.event("disconnected");
        }
    }

    private static void assertMade(JsonObject result, Method method) {
        assertThat(result.get("bonded").getAsBoolean()).as("%s", result).isTrue();
        assertThat(result.get("method").getAsString()).isEqualTo(method.word);
        assertThat(result.get("secureConnections").getAsBoolean()).isEqualTo(!method.isLegacy());
        assertThat(result.get("authenticated").getAsBoolean()).isEqualTo(method.level > 2);
        assertThat(result.get("level").getAsInt()).isEqualTo(method.level);
        assertThat(result.get("keySize").getAsInt()).isEqualTo(16);
    }

    private void assertTraced(Gateway gateway, Method method) throws Exception {
        var trace = Trace.read(gateway.data().resolve("hci.btsnoop"));
        var lines = trace.select("_ws.malformed || btsmp");
        assertThat(lines).noneMatch(line -> line.contains("Malformed"));
        var pdus = method.isLegacy()
                ? List.of("Pairing Confirm", "Pairing Random", "Encryption Information")
                : List.of("Pairing Public Key", "Pairing DHKey Check");
        for (var pdu : pdus) {
            assertThat(lines.stream().filter(line -> line.contains(pdu))).as("%s in\n%s", pdu, lines).hasSize(2);
        }
        for (var key : keys) {
            assertThat(Octets.contains(trace.octets(), key) || Octets.contains(trace.octets(), Octets.reversed(key)))
                    .as("a key is in the trace %s", trace.file())
                    .isFalse();
        }
    }
}
