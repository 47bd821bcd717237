package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.Pair.JUST_WORKS;
import static org.everbond.security.Pair.NUMERIC;
import static org.everbond.security.Pair.OLD;
import static org.everbond.security.Pair.assertFails;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.SecurityLevel;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.host.Role;
import org.everbond.security.SecurityEvent.BondLost;
import org.everbond.security.SecurityOptions.Lost;
import org.everbond.security.SecurityOptions.Replace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What may become of a bond: replaced, repaired, too weak for the mode; and pairings that make none. */
class BondPolicyTest {
    private static final Key OTHER = Key.of(new byte[] {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7});
    private static final BondSecurity LEVEL_3 = new BondSecurity(PairingMethod.OUT_OF_BAND, false, true, 16);

    private final Pair pair = new Pair();

    private Device device(Role role) {
        return pair.device(role);
    }

    private Device other(Role role) {
        return pair.other(role);
    }

    private Wire connected() {
        pair.run();
        var wire = new Wire(pair.central, pair.peripheral, pair.central.identity, pair.peripheral.identity);
        pair.run();
        return wire;
    }

    private void bonded(Role role, BondSecurity security) {
        device(role).bonds.put(other(role).identity, security, BondKeys.secureConnections(OLD.shortened(security.keySize()), null));
    }

    private void options(Role role, java.util.function.Consumer<SecurityOptions.Builder> change) {
        device(role).security.options(Device.accepting().with(change));
    }

    private void users(IoCapability io) {
        User.give(pair, io, io);
    }

    // B2.

    private enum Agreed {
        YES,
        NO,
        NOBODY
    }

    static Stream<Arguments> b2_everyOldAndNewLevelAndPolicy() {
        var cells = new ArrayList<Arguments>();
        for (var role : Role.values()) {
            for (var old : List.of(JUST_WORKS, LEVEL_3, NUMERIC)) {
                for (boolean numeric : new boolean[] {false, true}) {
                    for (var policy : Replace.values()) {
                        for (var agreed : Agreed.values()) {
                            if (!(numeric && agreed == Agreed.NOBODY)) {
                                cells.add(Arguments.of(role, old, numeric, policy, agreed));
                            }
                        }
                    }
                }
            }
        }
        return cells.stream();
    }

    @ParameterizedTest
    @MethodSource
    void b2_everyOldAndNewLevelAndPolicy(Role role, BondSecurity old, boolean numeric, Replace policy, Agreed agreed) {
        bonded(role, old);
        options(role, options -> options.replace(policy));
        users(numeric ? IoCapability.DISPLAY_YES_NO : IoCapability.NO_INPUT_NO_OUTPUT);
        User.of(device(role)).authorizes = agreed == Agreed.YES;
        if (agreed == Agreed.NOBODY) {
            device(role).agent = Optional.empty();
        }
        pair.pair(connected());

        boolean allowed = policy == Replace.SAME_OR_STRONGER || policy == Replace.ASK && agreed == Agreed.YES;
        boolean weaker = old == NUMERIC && !numeric || old == LEVEL_3 && !numeric;
        var bond = device(role).bonds.byIdentity(other(role).identity).orElseThrow();
        assertThat(device(role).bonds.ltkOf(bond.identity()).equals(Optional.of(OLD))).isEqualTo(!allowed || weaker);
        if (allowed && !weaker) {
            assertThat(bond.security().level()).isEqualTo(numeric ? SecurityLevel.SECURE : SecurityLevel.ENCRYPTED);
        } else {
            assertThat(bond.security()).isEqualTo(old);
            assertThat(device(role).heard(SecurityEvent.PairingFailed.class)).hasSize(1);
            assertThat(device(role).bonds.commits).isZero();
        }
    }

    /** The peer tells only in phase 3 whose bond it would replace. */
    @ParameterizedTest
    @EnumSource(Agreed.class)
    void b2_aBondThatIsNamedAtTheEndIsAskedAboutThen(Agreed agreed) {
        bonded(Role.PERIPHERAL, JUST_WORKS);
        options(Role.PERIPHERAL, options -> options.replace(Replace.ASK));
        users(IoCapability.NO_INPUT_NO_OUTPUT);
        List<Optional<DeviceAddress>> askedAbout = new ArrayList<>();
        pair.peripheral.agent = agreed == Agreed.NOBODY ? Optional.empty() : Optional.of(new org.everbond.security.spi.PairingAgent() {
            @Override
            public IoCapability ioCapability(PairingPeer peer) {
                return IoCapability.NO_INPUT_NO_OUTPUT;
            }

            @Override
            public java.util.concurrent.CompletionStage<Boolean> authorize(PairingPeer peer) {
                askedAbout.add(peer.bond().map(bond -> bond.identity()));
                return java.util.concurrent.CompletableFuture.completedFuture(peer.bond().isEmpty() || agreed == Agreed.YES);
            }

            @Override
            public java.util.concurrent.CompletionStage<Boolean> confirmJustWorks(PairingPeer peer) {
                return java.util.concurrent.CompletableFuture.completedFuture(true);
            }
        });
        pair.run();
        // An address that the old bond, which has no IRK, cannot resolve.
        var wire = Wire.connect(DeviceAddress.parse("4C:11:22:33:44:55/random"), pair);
        pair.run();
        pair.pair(wire);

        boolean replaced = agreed == Agreed.YES;
        assertThat(pair.peripheral.bonds.ltkOf(pair.central.identity).equals(Optional.of(OLD))).isEqualTo(!replaced);
        assertThat(pair.peripheral.bonds.list()).hasSize(1);
        if (agreed != Agreed.NOBODY) {
            assertThat(askedAbout).containsExactly(Optional.empty(), Optional.of(pair.central.identity));
        }
    }

    // B6: the peer lost its key.

    @Test
    void b6_aLostBondIsRepairedByPolicyAndThenTheLinkIsEncrypted() {
        bonded(Role.CENTRAL, NUMERIC);
        options(Role.CENTRAL, options -> options.lost(Lost.REPAIR));
        pair.central.security.bondable(false);
        users(IoCapability.DISPLAY_YES_NO);
        var wire = connected();
        var encrypted = pair.central.security.encrypt(wire.central);
        pair.run();

        assertThat(encrypted.toCompletableFuture()).isCompletedWithValue(wire.central.link());
        assertThat(wire.central.link().level()).isEqualTo(SecurityLevel.SECURE);
        assertThat(pair.central.heard(BondLost.class)).singleElement()
                .satisfies(lost -> assertThat(lost.cause()).isEqualTo(BondLost.Cause.PEER_FORGOT));
        assertThat(pair.central.bonds.ltkOf(pair.peripheral.identity)).isPresent().isNotEqualTo(Optional.of(OLD));
    }

    @Test
    void b6_aRepairIsNeverWeaker() {
        bonded(Role.CENTRAL, NUMERIC);
        options(Role.CENTRAL, options -> options.lost(Lost.REPAIR));
        users(IoCapability.NO_INPUT_NO_OUTPUT);
        var wire = connected();
        var encrypted = pair.central.security.encrypt(wire.central);
        pair.run();

        assertFails(encrypted, "weaker than bond");
        assertThat(pair.central.bonds.list()).singleElement().satisfies(bond -> assertThat(bond.security()).isEqualTo(NUMERIC));
        assertThat(pair.central.bonds.ltkOf(pair.peripheral.identity)).contains(OLD);
        assertThat(wire.central.link().security()).isEmpty();
    }

    /** A key that differs is what an impostor looks like: told, never repaired by itself. */
    @Test
    void b6_aDifferentKeyIsNotRepaired() {
        bonded(Role.CENTRAL, JUST_WORKS);
        bonded(Role.PERIPHERAL, JUST_WORKS);
        pair.central.bonds.forget(pair.central.bonds.list().get(0).id());
        pair.central.bonds.put(pair.peripheral.identity, JUST_WORKS, BondKeys.secureConnections(OTHER, null));
        options(Role.CENTRAL, options -> options.lost(Lost.REPAIR));
        var wire = connected();
        wire.likeBtvirt = true;
        pair.central.security.encrypt(wire.central);
        pair.advance(Duration.ofMinutes(1));
        assertThat(pair.central.heard(BondLost.class)).singleElement()
                .satisfies(lost -> assertThat(lost.cause()).isEqualTo(BondLost.Cause.KEYS_DIFFER));
        assertThat(pair.central.heard(SecurityEvent.PairingStarted.class)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Lost.class)
    void b6_aPeerThatPairsAnewIsLetInByPolicyOnly(Lost policy) {
        bonded(Role.PERIPHERAL, JUST_WORKS);
        options(Role.PERIPHERAL, options -> options.lost(policy));
        pair.peripheral.security.bondable(false);
        var wire = connected();
        pair.pair(wire);
        assertThat(pair.peripheral.bonds.ltkOf(pair.central.identity).equals(Optional.of(OLD))).isEqualTo(policy == Lost.REPORT);
        assertThat(wire.peripheral.sentHex().contains("0505")).isEqualTo(policy == Lost.REPORT);
        // A stranger gets in either way only while bondable.
        var stranger = new Device("stranger", pair.loop, "C0:FF:EE:00:00:07/random", 7);
        pair.run();
        var other = Wire.connect(stranger, pair.peripheral);
        pair.run();
        stranger.security.pair(other.central);
        pair.run();
        assertThat(other.peripheral.sentHex()).containsExactly("0505");
    }

    // Secure Connections Only Mode and minimum levels with stored keys.

    @Test
    void secureConnectionsOnlyModeKeepsWeakerKeysFromTheController() {
        for (var weak : List.of(JUST_WORKS, LEVEL_3, new BondSecurity(PairingMethod.NUMERIC_COMPARISON, true, true, 10))) {
            var fresh = new BondPolicyTest();
            fresh.bonded(Role.CENTRAL, weak);
            fresh.options(Role.CENTRAL, options -> options.secureConnectionsOnly(true));
            var wire = fresh.connected();
            var encrypted = fresh.pair.central.security.encrypt(wire.central);
            fresh.pair.run();
            assertFails(encrypted, "Secure Connections Only Mode");
            assertThat(wire.central.keys).isEmpty();
            assertThat(fresh.pair.central.bonds.list()).as("kept").hasSize(1);
            assertRefused(fresh.pair.central, "Secure Connections Only Mode");
        }
    }

    /** Nobody here asked for encryption, so that nobody waits for an exception. */
    @Test
    void secureConnectionsOnlyModeTellsWhyASecurityRequestIsNotFollowed() {
        bonded(Role.CENTRAL, JUST_WORKS);
        options(Role.CENTRAL, options -> options.secureConnectionsOnly(true));
        pair.central.security.bondable(false);
        var wire = connected();
        for (int i = 0; i < 100; i++) {
            wire.inject(Role.CENTRAL, new byte[] {0x0b, 0x01});
        }
        pair.run();
        assertThat(wire.central.keys).isEmpty();
        var told = pair.central.heard(SecurityEvent.EncryptionRefused.class);
        assertThat(told.get(0).explanation()).contains("Secure Connections Only Mode");
        assertThat(told).as("of a hundred requests").hasSize(16);
    }

    private static void assertRefused(Device device, String sentence) {
        assertThat(device.heard(SecurityEvent.EncryptionRefused.class)).singleElement().satisfies(refused -> {
            assertThat(refused.bond()).contains(device.bonds.list().get(0));
            assertThat(refused.explanation()).contains(sentence, "security.scOnlyMode");
        });
    }

    @Test
    void secureConnectionsOnlyModeClosesTheLinkOfAWeakerKeyWithoutTellingThePeerThatItsBondIsDead() {
        bonded(Role.CENTRAL, JUST_WORKS);
        bonded(Role.PERIPHERAL, JUST_WORKS);
        options(Role.PERIPHERAL, options -> options.secureConnectionsOnly(true));
        var wire = connected();
        pair.central.security.encrypt(wire.central);
        pair.run();
        assertThat(wire.isOpen()).isFalse();
        assertThat(wire.central.reason).isEqualTo(0x13);
        assertThat(wire.peripheral.refused).isFalse();
        assertThat(wire.peripheral.keys).isEmpty();
        assertThat(pair.central.heard(BondLost.class)).isEmpty();
        assertRefused(pair.peripheral, "the link was closed, and the bond is kept");
        assertThat(pair.peripheral.bonds.list()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void aBondOfLevelFourWorksInSecureConnectionsOnlyMode(Role role) {
        bonded(Role.CENTRAL, NUMERIC);
        bonded(Role.PERIPHERAL, NUMERIC);
        options(role, options -> options.secureConnectionsOnly(true));
        var wire = connected();
        pair.central.security.encrypt(wire.central);
        pair.run();
        assertThat(wire.end(role).link().level()).isEqualTo(SecurityLevel.SECURE);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void aBondBelowTheMinimumLevelOfNewOnesWorksOn(Role role) {
        bonded(Role.CENTRAL, JUST_WORKS);
        bonded(Role.PERIPHERAL, JUST_WORKS);
        options(role, options -> options.minimumLevel(SecurityLevel.SECURE));
        var wire = connected();
        pair.central.security.encrypt(wire.central);
        pair.run();
        assertThat(wire.end(role).link().level()).isEqualTo(SecurityLevel.ENCRYPTED);
    }

    // Pairings that make no bond, and several at once.

    @Test
    void aPairingThatOneSideDoesNotWantToBondStoresNothing() {
        var attacker = Tester.in(pair.central);
        var wire = connected();
        assertThat(attacker.authenticateAsCentral(wire, "01030008100000")).isTrue();
        wire.central.encrypt(attacker.ltk, 0, 0);
        pair.run();
        assertThat(pair.peripheral.heard(SecurityEvent.Paired.class)).singleElement().satisfies(
                paired -> assertThat(paired.result().bonding()).isEqualTo(PairingResult.Bonding.NOT_BONDED));
        assertThat(pair.peripheral.bonds.commits).isZero();
        assertThat(pair.peripheral.bonds.failedAttempts()).isEmpty();
        assertThat(wire.peripheral.link().level()).isEqualTo(SecurityLevel.ENCRYPTED);
        assertThat(wire.peripheral.link().bond()).isEmpty();
    }

    @Test
    void severalPairingsAtOnceOnDifferentLinksDoNotMeet() {
        List<Device> centrals = new ArrayList<>();
        List<Wire> wires = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            centrals.add(new Device("central" + i, pair.loop, "C0:FF:EE:00:01:0" + i + "/random", 40 + i));
        }
        pair.run();
        centrals.forEach(central -> wires.add(Wire.connect(central, pair.peripheral)));
        pair.run();
        // All begin before any of them gets an answer.
        for (int i = 0; i < 5; i++) {
            centrals.get(i).security.pair(wires.get(i).central);
        }
        pair.run();

        assertThat(pair.peripheral.bonds.list()).hasSize(5);
        var keys = new HashSet<Object>();
        for (int i = 0; i < 5; i++) {
            var ltk = pair.peripheral.bonds.ltkOf(centrals.get(i).identity);
            assertThat(ltk).isPresent().isEqualTo(centrals.get(i).bonds.ltkOf(pair.peripheral.identity));
            keys.add(ltk);
            assertThat(wires.get(i).peripheral.link().bond().orElseThrow().identity()).isEqualTo(centrals.get(i).identity);
        }
        assertThat(keys).hasSize(5);
        assertThat(pair.peripheral.heard(SecurityEvent.PairingFailed.class)).isEmpty();
    }

    @Test
    void aPairingThatFailsBesideOthersCostsThemNothing() {
        users(IoCapability.NO_INPUT_NO_OUTPUT);
        var good = connected();
        var stranger = new Device("stranger", pair.loop, "C0:FF:EE:00:00:07/random", 7);
        pair.run();
        var attacker = Tester.in(stranger);
        var bad = new Wire(stranger, pair.peripheral, stranger.identity, pair.peripheral.identity);
        pair.run();
        pair.central.security.pair(good.central);
        attacker.send(bad.central, "01030009100202");
        attacker.send(bad.central, new byte[65]);
        attacker.send(bad.central, "0508");
        pair.run();
        assertThat(pair.peripheral.bonds.list()).singleElement()
                .satisfies(bond -> assertThat(bond.identity()).isEqualTo(pair.central.identity));
        assertThat(pair.peripheral.heard(SecurityEvent.Paired.class)).hasSize(1);
    }
}
