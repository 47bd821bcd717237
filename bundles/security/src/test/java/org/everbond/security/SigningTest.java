package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.crypto.Key;
import org.everbond.crypto.Toolbox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signed data (Vol 3, Part C, 10.4; Vol 3, Part H, 2.4.5) between two bonded devices, and what a replay or a crash makes of it. */
class SigningTest {
    private static final BondSecurity JUST_WORKS = new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16);
    private static final Key LTK = key(1);
    private static final Key OF_CENTRAL = key(2);
    private static final Key OF_PERIPHERAL = key(3);
    /** A write of 0x2A to handle 0x0012. */
    private static final byte[] MESSAGE = {(byte) 0xd2, 0x12, 0x00, 0x2a};

    private final Pair pair = new Pair();
    private final Device central = pair.central;
    private final Device peripheral = pair.peripheral;
    private BondId atCentral;
    private BondId atPeripheral;

    private static Key key(int seed) {
        var octets = new byte[16];
        Arrays.fill(octets, (byte) seed);
        return Key.of(octets);
    }

    private void bond(Key ofCentral, Key ofPeripheral, long counter) {
        atCentral = central.bonds.put(
                peripheral.identity, JUST_WORKS, new BondKeys(LTK, 0, 0, null, ofPeripheral, counter, ofCentral, counter)).id();
        atPeripheral = peripheral.bonds.put(
                central.identity, JUST_WORKS, new BondKeys(LTK, 0, 0, null, ofCentral, counter, ofPeripheral, counter)).id();
    }

    private void bond() {
        bond(OF_CENTRAL, OF_PERIPHERAL, 0);
    }

    private CompletableFuture<byte[]> sign(Wire wire) {
        var signature = central.security.signing().sign(wire.central, MESSAGE).toCompletableFuture();
        pair.run();
        return signature.thenApply(SigningTest::signed);
    }

    private static byte[] signed(byte[] signature) {
        var signed = Arrays.copyOf(MESSAGE, MESSAGE.length + signature.length);
        System.arraycopy(signature, 0, signed, MESSAGE.length, signature.length);
        return signed;
    }

    /** What the central would send with this counter. */
    private static byte[] signed(long counter) {
        return signed(ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) counter)
                .put(Toolbox.signature(OF_CENTRAL, MESSAGE, (int) counter))
                .array());
    }

    private static long counter(byte[] signed) {
        return Integer.toUnsignedLong(
                ByteBuffer.wrap(signed).order(ByteOrder.LITTLE_ENDIAN).getInt(signed.length - DataSigning.LENGTH));
    }

    private CompletableFuture<Boolean> verify(Wire wire, byte[] signed) {
        var genuine = peripheral.security.signing().verify(wire.peripheral, signed).toCompletableFuture();
        pair.run();
        return genuine;
    }

    private long stored() {
        return peripheral.bonds.keys(atPeripheral).orElseThrow().remoteCounter();
    }

    @Test
    void whatOneSideSignsTheOtherVerifiesAndWritesDownFirst() {
        bond();
        var wire = pair.connect();
        for (long i = 0; i < 3; i++) {
            var signed = sign(wire).join();
            assertThat(counter(signed)).isEqualTo(i);
            assertThat(signed).isEqualTo(signed(i));
            assertThat(verify(wire, signed)).isCompletedWithValue(true);
            assertThat(stored()).isEqualTo(i + 1);
        }
        var back = peripheral.security.signing().sign(wire.peripheral, MESSAGE).toCompletableFuture();
        pair.run();
        assertThat(Arrays.copyOfRange(back.join(), 4, 12)).isEqualTo(Toolbox.signature(OF_PERIPHERAL, MESSAGE, 0));
    }

    /** SM/SIGN/BI-02-C: the same SignCounter again, and any before it. */
    @ParameterizedTest
    @ValueSource(longs = {0, 6, 7})
    void aSignCounterThatIsNotGreaterIsRefused(long counter) {
        bond();
        var wire = pair.connect();
        assertThat(verify(wire, signed(7))).isCompletedWithValue(true);
        assertThat(verify(wire, signed(counter))).isCompletedWithValue(false);
        assertThat(verify(wire, signed(1000))).as("any greater one will do").isCompletedWithValue(true);
    }

    /** SM/CEN/SIGN/BI-01-C. */
    @Test
    void oneBitOfMessageCounterOrMacWrongAndItIsRefused() {
        bond();
        var wire = pair.connect();
        var genuine = signed(5);
        for (int bit = 0; bit < genuine.length * 8; bit++) {
            var forged = genuine.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(verify(wire, forged)).isCompletedWithValue(false);
        }
        assertThat(peripheral.bonds.counterCommits).isZero();
        assertThat(verify(wire, genuine)).isCompletedWithValue(true);
        for (int length = 0; length <= DataSigning.LENGTH; length++) {
            assertThat(verify(wire, new byte[length])).isCompletedWithValue(false);
        }
    }

    @Test
    void withoutASigningKeyNothingIsSignedAndNothingVerifies() {
        bond(null, null, 0);
        var wire = pair.connect();
        assertThatThrownBy(() -> sign(wire).join()).hasMessageContaining("pair again");
        assertThat(verify(wire, signed(0))).isCompletedWithValue(false);
    }

    /** BTstack accepts what was signed with sixteen zeros from a peer that never gave a key. */
    @Test
    void aKeyOfZerosIsNone() {
        bond(Key.ZERO, Key.ZERO, 0);
        var wire = pair.connect();
        assertThatThrownBy(() -> sign(wire).join()).hasMessageContaining("pair again");
        var forged = signed(ByteBuffer.allocate(12).put(4, Toolbox.signature(Key.ZERO, MESSAGE, 0)).array());
        assertThat(verify(wire, forged)).isCompletedWithValue(false);
    }

    @Test
    void strangersSignNothing() {
        var wire = pair.connect();
        assertThatThrownBy(() -> sign(wire).join()).hasMessageContaining("pair again");
        assertThat(verify(wire, signed(0))).isCompletedWithValue(false);
    }

    /** An encrypted link carries no signatures (Vol 3, Part F, 3.3.1). */
    @Test
    void anEncryptedLinkNeedsNone() {
        bond();
        var wire = pair.connect();
        central.security.encrypt(wire.central);
        pair.run();
        assertThatThrownBy(() -> sign(wire).join()).hasMessageContaining("encrypted");
        assertThat(verify(wire, signed(0))).isCompletedWithValue(false);
    }

    @Test
    void ourCounterIsReservedInBlocksBeforeItIsUsed() {
        bond();
        var wire = pair.connect();
        central.gate.close();
        var first = sign(wire);
        assertThat(first).as("before the block is written").isNotDone();
        central.gate.open();
        pair.run();
        assertThat(counter(first.join())).isZero();
        for (int i = 1; i < 1000; i++) {
            assertThat(counter(sign(wire).join())).isEqualTo(i);
        }
        assertThat(central.bonds.counterCommits).isBetween(4, 6);
        assertThat(central.bonds.keys(atCentral).orElseThrow().localCounter()).isGreaterThanOrEqualTo(1000);
    }

    /** A store that another gateway has signed with meanwhile, or that was merged with one. */
    @Test
    void ourCounterGoesOnBehindWhatTheStoreHasSeenElsewhere() {
        bond();
        var wire = pair.connect();
        assertThat(counter(sign(wire).join())).isZero();
        central.bonds.saveCounters(atCentral, 0, 5000);
        pair.run();
        assertThat(counter(sign(wire).join())).isEqualTo(5000);
        assertThat(counter(sign(wire).join())).isEqualTo(5001);
        assertThat(central.bonds.keys(atCentral).orElseThrow().localCounter()).isGreaterThan(5001);
    }

    @Test
    void afterACrashOurCounterGoesOnBehindTheBlockAndNeverRepeats() {
        bond();
        var used = new HashSet<Long>();
        for (int crash = 0; crash < 5; crash++) {
            var wire = pair.connect();
            for (int i = 0; i < 100 * crash + 1; i++) {
                assertThat(used.add(counter(sign(wire).join()))).isTrue();
            }
            // The next block is being written when the power goes: it may be there or not.
            central.gate.close();
            central.security.signing().sign(wire.central, MESSAGE);
            if (crash % 2 == 0) {
                central.gate.drop();
            }
            central.gate.open();
            pair.run();
            central.start();
        }
    }

    @Test
    void whenTheStoreIsFullNothingIsSignedAndNothingAccepted() {
        bond();
        var wire = pair.connect();
        central.bonds.storage = MemoryBonds.Storage.FULL;
        peripheral.bonds.storage = MemoryBonds.Storage.FULL;
        assertThatThrownBy(() -> sign(wire).join()).hasMessageContaining("could not be written");
        assertThat(verify(wire, signed(3))).isCompletedWithValue(false);
        central.bonds.storage = MemoryBonds.Storage.DURABLE;
        peripheral.bonds.storage = MemoryBonds.Storage.DURABLE;
        assertThat(sign(wire)).isCompleted();
        assertThat(verify(wire, signed(3))).as("it may have been written all the same").isCompletedWithValue(false);
        assertThat(verify(wire, signed(4))).isCompletedWithValue(true);
    }

    @Test
    void theLastNumbersAreNeverUsed() {
        bond(OF_CENTRAL, OF_PERIPHERAL, 0xffff_fffdL);
        var wire = pair.connect();
        assertThat(counter(sign(wire).join())).isEqualTo(0xffff_fffdL);
        assertThat(counter(sign(wire).join())).isEqualTo(0xffff_fffeL);
        assertThatThrownBy(() -> sign(wire).join()).hasMessageContaining("used up");
        assertThat(verify(wire, signed(0xffff_fffeL))).isCompletedWithValue(true);
        assertThat(verify(wire, signed(0xffff_ffffL))).isCompletedWithValue(false);
        assertThat(verify(wire, signed(0))).isCompletedWithValue(false);
    }

    @Test
    void whatComesWhileTheDiskIsBusyIsWrittenTogetherAndDeliveredInOrder() {
        bond();
        var wire = pair.connect();
        var delivered = new ArrayList<Integer>();
        peripheral.gate.close();
        for (int i = 0; i < 20; i++) {
            int number = i;
            verify(wire, signed(i)).thenAccept(genuine -> delivered.add(genuine ? number : -1));
        }
        assertThat(delivered).as("before the disk has it").isEmpty();
        assertThat(verify(wire, signed(5))).as("a replay of what is not yet written").isCompletedWithValue(false);
        peripheral.gate.step();
        pair.run();
        assertThat(delivered).containsExactly(0);
        peripheral.gate.open();
        pair.run();
        assertThat(delivered).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19);
        assertThat(peripheral.bonds.counterCommits).isEqualTo(2);
    }

    @Test
    void aFloodIsBounded() {
        bond();
        var wire = pair.connect();
        peripheral.gate.close();
        var results = new ArrayList<CompletableFuture<Boolean>>();
        for (int i = 0; i < 1000; i++) {
            results.add(verify(wire, signed(i)));
        }
        peripheral.gate.open();
        pair.run();
        assertThat(results.stream().filter(CompletableFuture::join).count()).isEqualTo(257);
    }

    @Test
    void aBondForgottenMeanwhileDeliversNothing() {
        bond();
        var wire = pair.connect();
        peripheral.gate.close();
        var late = verify(wire, signed(0));
        peripheral.bonds.forget(atPeripheral);
        peripheral.gate.open();
        pair.run();
        assertThat(late).isCompletedWithValue(false);
        assertThat(verify(wire, signed(1))).isCompletedWithValue(false);
    }

    private enum Crash {
        BEFORE_RECEIVING,
        BEFORE_PERSISTING,
        BEFORE_DELIVERING,
        AFTER_DELIVERING
    }

    /** T-B12: a crash at every point between receive, persist and deliver; the recorded message is played again afterwards, twice. */
    @Test
    void b12_aMessageIsNeverDeliveredTwiceWhereverTheCrash() {
        for (var first : Crash.values()) {
            for (var second : Crash.values()) {
                for (var third : Crash.values()) {
                    var test = new SigningTest();
                    test.bond();
                    int delivered = 0;
                    for (var crash : List.of(first, second, third)) {
                        delivered += test.playedUntil(crash);
                        test.peripheral.start();
                    }
                    assertThat(delivered).as(first + ", " + second + ", " + third).isLessThanOrEqualTo(1);
                    var wire = test.pair.connect();
                    delivered += test.verify(wire, signed(9)).join() ? 1 : 0;
                    assertThat(delivered).isLessThanOrEqualTo(1);
                    assertThat(test.verify(wire, signed(10))).as("the next one is good").isCompletedWithValue(true);
                }
            }
        }
    }

    /** @return how often the message was delivered before the crash */
    private int playedUntil(Crash crash) {
        var wire = pair.connect();
        if (crash == Crash.BEFORE_RECEIVING) {
            return 0;
        }
        peripheral.gate.close();
        var genuine = verify(wire, signed(9));
        if (crash == Crash.BEFORE_PERSISTING) {
            assertThat(genuine.getNow(false)).as("delivered before it was written down").isFalse();
            peripheral.gate.drop();
        }
        peripheral.gate.open();
        pair.run();
        // What was written down and not handed on before the crash is lost, as a command may be.
        return crash == Crash.AFTER_DELIVERING && genuine.getNow(false) ? 1 : 0;
    }
}
