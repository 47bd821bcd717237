package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.host.Role;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * THREATS A19: the peer rejects a key (Pairing Failed, Key Rejected) at any moment of phase 3. As long as <em>bonded</em> was not said here
 * the bond is withdrawn, be it durable already; afterwards the bond is kept and told as lost, since the word was given (P1).
 */
class RejectedKeyTest {
    private static final byte[] KEY_REJECTED = {0x05, 0x0f};
    private static final int ENC = 1;
    private static final int ID = 2;

    /** @param keys that the tester distributes */
    private record Story(Role role, boolean secureConnections, int keys, boolean hadBond) {
        String features() {
            return String.format(
                    "0%d0300%s10%02x%02x",
                    role == Role.CENTRAL ? 2 : 1,
                    secureConnections ? "09" : "01",
                    role == Role.CENTRAL ? ENC | ID : keys,
                    role == Role.CENTRAL ? keys : ENC | ID);
        }

        BondKeys old(Device device) {
            return secureConnections
                    ? BondKeys.secureConnections(Pair.OLD, null)
                    : new BondKeys(
                            LegacyTester.key(1), 1, 1, null, null, 0, null, 0,
                            device.bonds.local().orElseThrow().legacyName(1, 1, 16, false));
        }
    }

    static Stream<Arguments> aRejectedKeyWithdrawsTheBondUnlessItWasPromised() {
        var stories = new ArrayList<Arguments>();
        for (var role : Role.values()) {
            for (boolean secureConnections : new boolean[] {true, false}) {
                for (int keys : new int[] {0, ID, ENC | ID}) {
                    for (boolean hadBond : new boolean[] {false, true}) {
                        stories.add(Arguments.of(new Story(role, secureConnections, keys, hadBond)));
                    }
                }
            }
        }
        return stories.stream();
    }

    @ParameterizedTest
    @MethodSource
    void aRejectedKeyWithdrawsTheBondUnlessItWasPromised(Story story) {
        int durable = 0;
        int moment = 0;
        while (true) {
            var tester = inPhase3(story);
            var device = tester.device;
            var present = device.bonds.list();
            for (int i = 0; i < moment && !device.gate.next().isEmpty(); i++) {
                device.gate.step();
                tester.pair.run();
            }
            boolean promised = !device.heard(SecurityEvent.Paired.class).isEmpty();
            boolean committed = device.bonds.commits > 0 && !device.gate.passed.isEmpty() && device.gate.passed.contains("commit");
            durable += committed && !promised ? 1 : 0;
            tester.wire.inject(story.role(), KEY_REJECTED);
            device.gate.open();
            tester.pair.advance(Duration.ofSeconds(1));
            if (promised) {
                for (int i = 0; i < 100; i++) {
                    tester.wire.inject(story.role(), KEY_REJECTED);
                }
                tester.pair.run();
                assertKept(story, device, tester);
                break;
            }
            assertWithdrawn(story, device, present, tester);
            moment++;
        }
        // A responder whose initiator distributes keys has sent its own by then: its word comes with the commit.
        boolean hasSent = story.role() == Role.PERIPHERAL && story.keys() != 0;
        assertThat(durable > 0).as("moments between our commit and our last key PDU").isEqualTo(!hasSent);
    }

    /** All but phase 3 is over, the keys of the tester are on their way, and nothing gets in any more. */
    private static LegacyTester inPhase3(Story story) {
        var tester = new LegacyTester(new Pair(), story.role());
        var device = tester.device;
        if (story.hadBond()) {
            var security = new BondSecurity(PairingMethod.JUST_WORKS, story.secureConnections(), false, 16);
            device.bonds.put(tester.other().identity, security, story.old(device));
        }
        device.security.listen(event -> {
            if (event instanceof SecurityEvent.EncryptionChanged changed && changed.security().isPresent()) {
                device.gate.close();
            }
        });
        tester.connect();
        if (!story.secureConnections()) {
            assertThat(tester.features(story.features())).isTrue();
            assertThat(tester.authenticate()).isTrue();
        } else if (story.role() == Role.CENTRAL) {
            tester.pair.pair(tester.wire);
            assertThat(tester.raw.respond(tester.wire, story.features())).isTrue();
        } else {
            tester.raw.pairAsCentral(tester.wire, story.features());
        }
        tester.distribute(story.secureConnections() ? story.keys() & ID : story.keys());
        return tester;
    }

    private static void assertWithdrawn(
            Story story, Device device, List<org.everbond.bonds.Bond> present, LegacyTester tester) {
        assertThat(device.heard(SecurityEvent.PairingFailed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.cause().byPeer()).isTrue();
            assertThat(failed.cause().reason()).isEqualTo(0x0f);
        });
        assertThat(device.heard(SecurityEvent.Paired.class)).isEmpty();
        assertThat(device.heard(SecurityEvent.BondLost.class)).isEmpty();
        assertThat(device.bonds.list().stream().map(bond -> bond.id())).containsExactlyElementsOf(
                present.stream().map(bond -> bond.id()).toList());
        assertThat(device.bonds.list().stream().findFirst().flatMap(bond -> device.bonds.keys(bond.id())))
                .isEqualTo(story.hadBond() ? Optional.of(story.old(device)) : Optional.empty());
        assertThat(tester.wire.isOpen()).as("a link with the key of a failed pairing").isFalse();
        assertThat(tester.deviceEnd().sentHex()).as("no answer to Pairing Failed").noneMatch(pdu -> pdu.startsWith("05"));
    }

    private static void assertKept(Story story, Device device, LegacyTester tester) {
        assertThat(device.heard(SecurityEvent.Paired.class)).hasSize(1);
        assertThat(device.heard(SecurityEvent.PairingFailed.class)).isEmpty();
        assertThat(device.heard(SecurityEvent.BondLost.class)).singleElement().satisfies(lost -> {
            assertThat(lost.cause()).isEqualTo(
                    story.hadBond() ? SecurityEvent.BondLost.Cause.KEYS_DIFFER : SecurityEvent.BondLost.Cause.PEER_FORGOT);
            assertThat(lost.bond()).contains(device.bonds.list().get(0));
        });
        assertThat(device.bonds.keys(device.bonds.list().get(0).id()).orElseThrow()).isNotEqualTo(Pair.OLD);
        assertThat(tester.wire.isOpen()).isTrue();
    }

}
