package org.everbond.tlv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.UUID;
import org.everbond.tlv.spi.StoreHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagsTest {
    @ParameterizedTest
    @CsvSource({
        "534d4552, SMER", "534d4952, SMIR", "4254440f, BTD+15", "42544442, BTDB", "42544c03, BTL+3", "42544313, BTC+19",
        "47444202, GDB+2", "47430f01, GC+15+1", "50524f56, PROV", "4d469253, MFIS", "4d464e00, MFND", "4d4e0001, MN+1",
        "4d410102, MA+258", "4d568000, MV+32768", "4d500003, MP+3", "4d530004, MS+4", "4d420005, MB+5",
        "e0000000, store/0", "e1000000, transaction/0", "e2000fff, tombstone/4095", "e5000001, e5/1", "e8000000, bonds/0",
        "e9000003, companion/3", "ea000001, beyond/1", "00000000, 00000000", "ffffffff, ffffffff", "f0000000, f0000000"
    })
    void everyTagHasANameForPeople(String tag, String name) {
        assertThat(Tags.name(Integer.parseUnsignedInt(tag, 16))).isEqualTo(name);
    }

    @Test
    void keysAreKnownWhereverTheyAre() {
        for (int tag : new int[] {Tags.ER, Tags.IR, Tags.LE_DEVICE | 15, Tags.LINK_KEY, 0xe9000001, 0xef000000, Tags.MESH_PROVISIONING}) {
            assertThat(Tags.holdsKeys(tag)).as(Tags.name(tag)).isTrue();
        }
        assertThat(Tags.holdsKeys(Tags.CCC)).isFalse();
        assertThat(Tags.holdsKeys(Tags.TOMBSTONE)).isFalse();
    }

    @Test
    void aKeyIsForgottenWithItsBondAndNotWithAnIdleCompanion() {
        int companion = Tags.COMPANION | 6;
        assertThat(Tags.forgetsKeys(companion, tag -> tag == companion + 1)).isFalse();
        assertThat(Tags.forgetsKeys(companion + 1, tag -> tag == companion)).isFalse();
        assertThat(Tags.forgetsKeys(companion, tag -> false)).isTrue();
        assertThat(Tags.forgetsKeys(companion, tag -> tag == companion + 2)).isTrue();
        assertThat(Tags.forgetsKeys(Tags.LE_DEVICE | 14, tag -> true)).isTrue();
        assertThat(Tags.forgetsKeys(0xea000003, tag -> true)).isTrue();
        assertThat(Tags.forgetsKeys(Tags.CCC, tag -> false)).isFalse();
    }

    @Test
    void theStoresOwnRecordsAreReadBackAndDamageIsSeen() {
        var header = new StoreHeader(new StoreId(new UUID(1, 2), new UUID(3, 4)), 77);
        var octets = header.encode();
        assertThat(octets).hasSize(StoreHeader.LENGTH);
        assertThat(StoreHeader.decode(octets)).contains(header);
        octets[20] ^= 1;
        assertThat(StoreHeader.decode(octets)).isEmpty();

        var tombstone = new Tombstone(new UUID(5, 6), 9, 10);
        assertThat(Tombstone.decode(tombstone.encode())).contains(tombstone);
        assertThat(Tombstone.decode(new byte[33])).isEmpty();
        assertThat(Tombstone.decode(new byte[0])).isEmpty();
    }

    @Test
    void aValueHas1To2048Octets() {
        assertThatThrownBy(() -> new Transaction().put(1, new byte[0])).hasMessageContaining("1..2048");
        assertThatThrownBy(() -> new Transaction().put(Tags.ER, new byte[2049])).hasMessageContaining("SMER");
        assertThat(new Transaction().put(1, new byte[2048]).changes()).hasSize(1);
    }

    /** In flash one flipped bit makes {@code seal/0} of {@code store/0}; a store in clear must not be left alone for that. */
    @Test
    void aSealAloneAmongValuesInClearSealsNothing() {
        assertThat(Tags.areSealed(Set.of(Tags.SEAL, Tags.ER, Tags.LE_DEVICE | 15))).isFalse();
        assertThat(Tags.areSealed(Set.of(Tags.ER))).isFalse();
        assertThat(Tags.areSealed(Set.of())).isFalse();
        assertThat(Tags.areSealed(Set.of(Tags.SEAL))).isTrue();
        assertThat(Tags.areSealed(Set.of(Tags.SEAL_COPY, Tags.SEALED | 77))).isTrue();
        assertThat(Tags.areSealed(Set.of(Tags.SEAL, Tags.SEALED, Tags.ER))).as("another program has written into it").isTrue();
    }

    @Test
    void noFlippedBitMakesACopyOfWhatItIsACopyOf() {
        assertThat(Integer.bitCount(Tags.SEAL ^ Tags.SEAL_COPY)).isGreaterThan(1);
        assertThat(Integer.bitCount(Tags.STORE_HEADER ^ Tags.SEAL_COPY)).isGreaterThan(1);
    }
}
