package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.Pair.JUST_WORKS;
import static org.everbond.security.Pair.OLD;
import static org.everbond.security.Pair.assertFails;

import java.time.Duration;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.junit.jupiter.api.Test;

/** Encryption with stored keys in both roles: who asks for it, and what it waits for. */
class StoredKeyTest extends KeyHolders {
    @Test
    void protectWaitsForTheStoreThenEncrypts() {
        centralHolds(OLD);
        peripheralHolds(OLD);
        pair.central.bonds.ready(false);
        var wire = pair.connect();
        var safe = pair.central.security.protect(wire.central);
        pair.run();
        assertThat(safe.toCompletableFuture()).isNotDone();
        pair.central.bonds.ready(true);
        pair.run();
        assertThat(safe.toCompletableFuture()).isCompleted();
        assertThat(wire.central.link().security()).contains(JUST_WORKS);
    }

    @Test
    void protectLetsNobodyThroughWhenTheStoreStaysAway() {
        pair.central.bonds.ready(false);
        var wire = pair.connect();
        var safe = pair.central.security.protect(wire.central);
        pair.advance(Duration.ofSeconds(21));
        assertFails(safe, "the store of bonds is not ready");
    }

    @Test
    void protectOfAPeerThatWasSetAsideFails() {
        pair.central.bonds.setAside(true);
        var wire = pair.connect();
        assertFails(pair.central.security.protect(wire.central), "set aside");
    }

    @Test
    void protectOfAStrangerIsDoneAtOnce() {
        var wire = pair.connect();
        assertThat(pair.central.security.protect(wire.central).toCompletableFuture()).isCompleted();
        assertThat(wire.central.sent).isEmpty();
    }

    @Test
    void protectWaitsForThePairingThatRuns() {
        var wire = pair.connect();
        pair.central.security.pair(wire.central);
        var safe = pair.central.security.protect(wire.central);
        assertThat(safe.toCompletableFuture()).isNotDone();
        pair.run();
        assertThat(safe.toCompletableFuture()).isCompleted();
        assertThat(wire.central.link().security()).contains(JUST_WORKS);
    }

    @Test
    void aSecurityRequestIsAnsweredByEncryptingNotByPairing() {
        centralHolds(OLD);
        peripheralHolds(OLD);
        pair.central.security.bondable(false);
        var wire = pair.connect();
        wire.inject(org.everbond.host.Role.CENTRAL, new byte[] {0x0b, 0x09});
        pair.run();
        assertThat(wire.central.keys).containsExactly(OLD);
        assertThat(wire.central.sent).isEmpty();
        assertThat(wire.central.link().security()).contains(JUST_WORKS);
    }

    @Test
    void aSecurityRequestThatComesWhileTheStoreIsNotReadyIsKeptAndThenAnsweredByEncrypting() {
        centralHolds(OLD);
        peripheralHolds(OLD);
        pair.central.security.bondable(false);
        pair.central.bonds.ready(false);
        var wire = pair.connect();
        wire.inject(org.everbond.host.Role.CENTRAL, new byte[] {0x0b, 0x09});
        pair.advance(Duration.ofSeconds(19));
        assertThat(wire.central.keys).isEmpty();
        assertThat(wire.central.sent).as("no answer that would cost the bond").isEmpty();

        pair.central.bonds.ready(true);
        pair.run();
        assertThat(wire.central.keys).containsExactly(OLD);
        assertThat(wire.central.link().security()).contains(JUST_WORKS);
    }

    @Test
    void aSecurityRequestIsNotKeptForEver() {
        centralHolds(OLD);
        peripheralHolds(OLD);
        pair.central.bonds.ready(false);
        var wire = pair.connect();
        wire.inject(org.everbond.host.Role.CENTRAL, new byte[] {0x0b, 0x09});
        pair.advance(Duration.ofSeconds(21));
        pair.central.bonds.ready(true);
        pair.run();
        assertThat(wire.central.keys).isEmpty();
        assertThat(wire.central.sent).isEmpty();

        wire.inject(org.everbond.host.Role.CENTRAL, new byte[] {0x0b, 0x09});
        pair.run();
        assertThat(wire.central.keys).containsExactly(OLD);
    }

    @Test
    void encryptWithoutABondSaysSo() {
        var wire = pair.connect();
        assertFails(pair.central.security.encrypt(wire.central), "no key is stored");
        assertFails(pair.peripheral.security.encrypt(wire.peripheral), "no key is stored");
    }

    @Test
    void aSecurityRequestThatNobodyAnswersFailsAfterAWhile() {
        peripheralHolds(OLD);
        Tester.in(pair.central);
        pair.run();
        var wire = Wire.connect(pair.central.identity, pair);
        var encrypted = pair.peripheral.security.encrypt(wire.peripheral);
        pair.advance(Duration.ofSeconds(31));
        assertFails(encrypted, "did not answer the Security Request");
    }

    @Test
    void aLegacyBondEncryptsAsCentralWithItsEdivAndRand() {
        var legacy = new BondSecurity(PairingMethod.UNKNOWN, false, false, 16);
        pair.central.bonds.put(pair.peripheral.identity, legacy, new BondKeys(OLD, 0x1234, 99, null, null, 0, null, 0));
        var tester = Tester.in(pair.peripheral);
        tester.ltk = OLD;
        pair.run();
        var wire = new Wire(pair.central, pair.peripheral, pair.central.identity, pair.peripheral.identity);
        var encrypted = pair.central.security.encrypt(wire.central);
        pair.run();
        assertThat(encrypted.toCompletableFuture()).isCompleted();
        assertThat(wire.central.link().security()).contains(legacy);
    }

    @Test
    void theBondIsKnownFromThePrivateAddressOnAir() {
        var irk = Key.of(new byte[] {4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4});
        var bond = pair.peripheral.bonds.put(pair.central.identity, JUST_WORKS, BondKeys.secureConnections(OLD, irk));
        pair.run();
        var onAir = org.everbond.crypto.RandomAddress.resolvable(irk, 12345);
        var wire = Wire.connect(onAir, pair);
        assertThat(wire.peripheral.link().bond()).contains(bond);
        assertThat(pair.peripheral.ports.port.resolve(onAir)).contains(pair.central.identity);
        assertThat(pair.peripheral.ports.port.resolve(DeviceAddress.parse("40:00:00:00:00:01/random"))).isEmpty();
        assertThat(pair.peripheral.bonds.connected).containsExactly(bond.id());
        wire.lose(0x13, 0x13);
        pair.run();
        assertThat(pair.peripheral.bonds.connected).isEmpty();
    }

    @Test
    void whatIsAskedOfAnEndedConnectionFailsWithASentence() {
        centralHolds(OLD);
        var wire = pair.connect();
        wire.lose(0x08, 0x08);
        pair.run();
        assertFails(pair.central.security.encrypt(wire.central), "the connection is over");
        assertFails(pair.central.security.protect(wire.central), "the connection is over");
        assertFails(pair.central.security.pair(wire.central), "the connection is over");
        assertThat(wire.central.link().bond()).isEmpty();
        assertThat(wire.central.link().security()).isEmpty();
    }
}
