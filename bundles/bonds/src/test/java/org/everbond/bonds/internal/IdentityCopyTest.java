package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.everbond.bonds.keys.BondContents;
import org.everbond.bonds.keys.BondImport;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.Toolbox;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.spi.Merge;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What all bonds depend on is there twice, in formats without checksums too: root keys, identity address and changed IRK. A damaged or lost one
 * is restored and told of, those that BTstack made anew count.
 */
class IdentityCopyTest {
    private static final DeviceAddress CONTROLLER = DeviceAddress.parse("00:1B:DC:07:32:EF");
    private static final BondImport.Options TAKING = new BondImport.Options(
            false, false, BondImport.Identity.TAKE, java.util.Optional.empty(), java.util.Optional.empty(), 0);

    private final Bench bench = paired();

    private static Bench paired() {
        var bench = Bench.fresh();
        bench.pair(1);
        bench.done(bench.bonds.changeIrk());
        return bench;
    }

    private TestStore with(int tag, byte[] value) {
        var store = bench.store.restarted();
        if (value == null) {
            store.values.remove(tag);
        } else {
            store.values.put(tag, value);
        }
        return store;
    }

    private Bench isRestored(TestStore store, String when) {
        var again = Bench.on(store);
        assertThat(again.bonds.local()).as(when).isEqualTo(bench.bonds.local());
        assertThat(again.bonds.list()).as(when).hasSize(1);
        assertThat(again.bonds.warnings()).as(when).anyMatch(text -> text.contains("second copy"));
        assertThat(store.values).as(when).containsAllEntriesOf(again.store.values);
        for (int tag : new int[] {Tags.ER, Tags.IR, Tags.IDENTITY, Tags.OWN_IRK, Tags.IDENTITY_COPY}) {
            assertThat(store.get(tag)).as(when + ": " + Tags.name(tag)).isEqualTo(bench.store.get(tag));
        }
        assertThat(again.restarted().bonds.warnings()).as(when + ", afterwards").noneMatch(text -> text.contains("second copy"));
        return again;
    }

    @Test
    void aFlippedBitOfAnyOfThemIsMendedAndTold() {
        for (int tag : new int[] {Tags.ER, Tags.IR, Tags.IDENTITY, Tags.OWN_IRK, Tags.IDENTITY_COPY}) {
            for (int bit = 0; bit < bench.store.get(tag).length * 8; bit += 3) {
                var damaged = bench.store.get(tag);
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                isRestored(with(tag, damaged), Tags.name(tag) + ", bit " + bit);
            }
        }
    }

    @Test
    void aLostOneIsRestoredWhetherOrNotTheStoreTellsOfDamage() {
        for (int tag : new int[] {Tags.ER, Tags.IR, Tags.IDENTITY, Tags.OWN_IRK}) {
            isRestored(with(tag, null), Tags.name(tag));
            var told = with(tag, null);
            told.setAside.add("at offset 190 21 octets are damaged");
            isRestored(told, Tags.name(tag) + ", told");
        }
        var all = with(Tags.ER, null);
        all.values.keySet().removeAll(List.of(Tags.IR, Tags.IDENTITY, Tags.OWN_IRK));
        isRestored(all, "all of them");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0xff})
    void aRootKeyOfWhichASectorIsErasedIsRestored(int erased) {
        for (int from = 0; from < 16; from++) {
            for (int tag : new int[] {Tags.ER, Tags.IR}) {
                var damaged = bench.store.get(tag);
                Arrays.fill(damaged, from, 16, (byte) erased);
                if (!Arrays.equals(damaged, bench.store.get(tag))) {
                    isRestored(with(tag, damaged), Tags.name(tag) + " from octet " + from);
                }
            }
        }
    }

    @Test
    void upToEightDamagedOctetsAreDamageMoreAreAnotherKey() {
        var eight = bench.store.get(Tags.ER);
        for (int i = 0; i < 16; i += 2) {
            eight[i] ^= 0x55;
        }
        isRestored(with(Tags.ER, eight), "eight octets");
        var nine = eight.clone();
        nine[1] ^= 0x55;
        assertThat(Bench.on(with(Tags.ER, nine)).bonds.local().orElseThrow().er()).isEqualTo(Key.of(nine));
    }

    /** BTstack makes root keys where it finds none. */
    @Test
    void rootKeysThatAnotherProgramHasMadeCountAndAreCopied() {
        var store = with(Tags.ER, Bench.key(1, 1, 1).octets());
        store.values.put(Tags.IR, Bench.key(2, 2, 2).octets());
        var again = Bench.on(store);
        assertThat(again.bonds.local().orElseThrow().er()).isEqualTo(Bench.key(1, 1, 1));
        assertThat(again.bonds.local().orElseThrow().ir()).isEqualTo(Bench.key(2, 2, 2));
        assertThat(again.bonds.warnings()).anyMatch(text -> text.contains("other root keys"));
        assertThat(store.get(Tags.ER)).isEqualTo(Bench.key(1, 1, 1).octets());
        store.values.get(Tags.ER)[3] ^= 4;
        var later = Bench.on(store.restarted());
        assertThat(later.bonds.local().orElseThrow().er()).as("the copy is of the new ones").isEqualTo(Bench.key(1, 1, 1));
    }

    @Test
    void ofACopyOfOtherRootKeysNothingIsTaken() {
        var store = with(Tags.ER, Bench.key(1, 1, 1).octets());
        store.values.put(Tags.IR, Bench.key(2, 2, 2).octets());
        store.values.remove(Tags.IDENTITY);
        store.values.remove(Tags.OWN_IRK);
        var again = Bench.on(store);
        assertThat(again.bonds.identityAddress()).as("waits for an address").isEmpty();
        again.done(again.bonds.adoptIdentity(CONTROLLER));
        assertThat(again.bonds.local().orElseThrow().irk()).isEqualTo(Toolbox.irk(Bench.key(2, 2, 2)));
        assertThat(again.restarted().bonds.local()).isEqualTo(again.bonds.local());
    }

    @Test
    void aStoreWithoutACopyGetsOneAndSaysNothing() {
        var store = with(Tags.IDENTITY_COPY, null);
        var again = Bench.on(store);
        assertThat(again.bonds.warnings()).isEmpty();
        assertThat(store.get(Tags.IDENTITY_COPY)).isEqualTo(bench.store.get(Tags.IDENTITY_COPY));
    }

    @Test
    void aChangedIrkIsCopied() {
        bench.done(bench.bonds.changeIrk());
        isRestored(with(Tags.OWN_IRK, null), "changed twice");
    }

    /** As in a sealed flash image: the values are gone and nothing tells of it. */
    @Test
    void whereABondWasMadeHereNoRootKeysAreInvented() {
        var store = with(Tags.ER, null);
        store.values.keySet().removeAll(List.of(Tags.IDENTITY, Tags.OWN_IRK, Tags.IDENTITY_COPY));
        var again = Bench.on(store);
        assertThat(again.bonds.ready()).isFalse();
        assertThat(again.bonds.reason()).contains("root keys", "are lost", "put back a copy");
        assertThat(store.get(Tags.ER)).isNull();
    }

    @Test
    void aStoreThatIsFullServesWithoutACopy() {
        var store = with(Tags.IDENTITY_COPY, null);
        store.failure = new TlvException(TlvException.Reason.FULL, "full");
        var again = Bench.on(store);
        assertThat(again.bonds.ready()).isTrue();
        store.failure = null;
        again.pair(2);
        assertThat(again.bonds.list()).hasSize(2);
        assertThat(Bench.on(store.restarted()).store.get(Tags.IDENTITY_COPY)).as("at the next start").isNotNull();
    }

    /** Whatever survives of a new store's first transactions. */
    @Test
    void ofATornCreationEachPartLeadsToOneIdentity() {
        var fresh = Bench.fresh();
        var created = new HashMap<>(fresh.store.values);
        var tags = List.copyOf(created.keySet());
        for (int survives = 0; survives < 1 << tags.size(); survives++) {
            var store = new TestStore();
            for (int i = 0; i < tags.size(); i++) {
                if ((survives >> i & 1) == 1) {
                    store.values.put(tags.get(i), created.get(tags.get(i)));
                }
            }
            boolean copied = store.values.containsKey(Tags.IDENTITY_COPY);
            store.load();
            var torn = Bench.on(store);
            assertThat(torn.bonds.ready()).isTrue();
            if (copied) {
                assertThat(torn.bonds.local()).isEqualTo(fresh.bonds.local());
            }
            torn.pair(1);
            assertThat(torn.restarted().bonds.local()).isEqualTo(torn.bonds.local());
        }
    }

    @Test
    void anImportedIdentityIsNotUndoneByTheCopyOfTheOneBefore() {
        var stranger = Bench.fresh();
        stranger.pair(2);
        bench.done(bench.bonds.bring(content(stranger), TAKING, true));
        assertThat(bench.bonds.local().orElseThrow().er()).isEqualTo(stranger.bonds.local().orElseThrow().er());
        assertThat(bench.restarted().bonds.local()).isEqualTo(bench.bonds.local());
        var nameless = Bench.fresh();
        nameless.pair(3);
        nameless.store.values.keySet().removeAll(List.of(Tags.IDENTITY, Tags.IDENTITY_COPY));
        bench.done(bench.bonds.bring(content(nameless), TAKING, true));
        assertThat(bench.store.get(Tags.IDENTITY)).as("it is not recorded, so that the controller's counts").isNull();
        assertThat(bench.restarted().bonds.identityAddress()).isEmpty();
    }

    @Test
    void aDamagedRootKeyIsNoOtherIdentityInAMerge() {
        var damaged = bench.store.restarted();
        damaged.values.get(Tags.IR)[5] ^= 8;
        damaged.values.get(Tags.ER)[1] ^= 1;
        var merge = new BondMerge(BondOptions.DEFAULT);
        for (boolean left : new boolean[] {true, false}) {
            var ours = content(left ? damaged : bench.store);
            var theirs = content(left ? bench.store : damaged);
            var merged = (Merge.Merged) merge.merge(ours, theirs, new UUID(9, 9));
            for (int tag : new int[] {Tags.ER, Tags.IR, Tags.IDENTITY, Tags.OWN_IRK, Tags.IDENTITY_COPY}) {
                assertThat(merged.values().get(tag)).as(Tags.name(tag)).isEqualTo(bench.store.get(tag));
            }
        }
    }

    @Test
    void theCopyOfWhoeverGivesWayIsNotLeftBehind() {
        var empty = Bench.fresh();
        var merge = new BondMerge(BondOptions.DEFAULT);
        for (boolean left : new boolean[] {true, false}) {
            var ours = content(left ? empty.store : bench.store);
            var theirs = content(left ? bench.store : empty.store);
            var merged = (Merge.Merged) merge.merge(ours, theirs, new UUID(9, 9));
            assertThat(merged.values().get(Tags.IDENTITY_COPY)).isEqualTo(bench.store.get(Tags.IDENTITY_COPY));
        }
    }

    @Test
    void whoeverOnlyLooksIsTold() {
        var damaged = bench.store.restarted();
        damaged.values.get(Tags.IR)[5] ^= 8;
        damaged.values.remove(Tags.IDENTITY);
        var seen = BondContents.of("store", content(damaged));
        assertThat(seen.identityAddress()).isEqualTo(bench.bonds.identityAddress());
        assertThat(seen.damage()).anyMatch(text -> text.contains("root key IR was damaged")).anyMatch(text -> text.contains("identity address was lost"));
        assertThat(seen.warnings()).noneMatch(text -> text.contains("second copy"));
    }

    @Test
    void hostileCopiesAreNone() {
        var random = new Random(1);
        for (int length = 0; length < 120; length++) {
            var body = new byte[length];
            random.nextBytes(body);
            var store = with(Tags.IDENTITY_COPY, Sealed.seal(body));
            var again = Bench.on(store);
            assertThat(again.bonds.local().map(local -> local.identityAddress()))
                    .as("length " + length).isEqualTo(bench.bonds.local().map(local -> local.identityAddress()));
            assertThat(again.bonds.local().orElseThrow().er()).isEqualTo(bench.bonds.local().orElseThrow().er());
            assertThat(store.get(Tags.IDENTITY_COPY)).isEqualTo(bench.store.get(Tags.IDENTITY_COPY));
        }
    }

    @Test
    void itIsNeverShown() {
        var copy = new IdentityCopy(new byte[16], new byte[16], new byte[0], new byte[0]);
        assertThat(copy).hasToString("IdentityCopy[hidden]");
        assertThat(new Transaction().put(Tags.IDENTITY_COPY, copy.encode()).toString()).doesNotContain("0000");
    }

    private static Merge.Content content(Bench of) {
        return content(of.store);
    }

    private static Merge.Content content(TestStore store) {
        return new Merge.Content(new StoreId(new UUID(7, 7), new UUID(8, 8)), 5, store.values, List.of(), List.of());
    }
}
