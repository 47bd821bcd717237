package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.everbond.bonds.internal.Bench.address;
import static org.everbond.bonds.internal.Bench.irk;
import static org.everbond.bonds.internal.Bench.ltk;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.everbond.bonds.BondId;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.PrivacyMode;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.bonds.keys.NewBond;
import org.everbond.bonds.keys.PreviousLtk;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Records of our own: what is written is read, what is damaged is noticed, whatever the damage. */
class CodecsTest {
    private static final DeviceEntry ENTRY = DeviceEntry.of(
            new NewBond(
                    address(1),
                    Bench.NUMERIC,
                    new BondKeys(ltk(1, 1), 0x1234, 0xe0e1e2e3e4e5e6e7L, irk(1), irk(2), 3, irk(4), 0xffffffffL)),
            0xfffffffeL);

    private static Companion full(PairingMethod method) {
        return new Companion(
                new BondId(new UUID(-1, 5), 77),
                Tags.MAX_COUNT,
                Tags.beyond(9),
                ENTRY,
                method,
                12,
                34,
                true,
                "Näme",
                new Subscriptions(irk(3).octets(), Map.of(0xffff, 0xffff, 1, 2)),
                new PreviousLtk(ltk(1, 0), 0xabcd, -1, Bench.JUST_WORKS, new LegacyName(0xfedc, 0x8000_0000_0000_0016L)),
                new LegacyName(0x8001, 0x7fff_ffff_ffff_ff0fL),
                Map.of(200, new byte[] {1, 2}, 255, new byte[0]));
    }

    @ParameterizedTest
    @EnumSource(PairingMethod.class)
    void a_companion_is_read_as_it_was_written(PairingMethod method) throws Exception {
        var companion = full(method);
        var octets = CompanionCodec.encode(companion);
        assertThat(octets).hasSizeLessThan(2048);
        var read = CompanionCodec.decode(octets);
        assertThat(read)
                .usingRecursiveComparison()
                .ignoringFields("entry")
                .isEqualTo(companion);
        assertThat(read.entry()).isEqualTo(ENTRY);
        assertThat(CompanionCodec.encode(read)).as("fields of later versions, too").isEqualTo(octets);
    }

    @Test
    void a_privacy_mode_goes_along_into_another_store_and_one_of_a_later_version_is_kept() throws Exception {
        var network = full(PairingMethod.JUST_WORKS).withRevision(7).withPrivacyMode(Optional.of(PrivacyMode.NETWORK));
        assertThat(network.revision()).isEqualTo(8);
        assertThat(CompanionCodec.decode(CompanionCodec.encode(network)).bond().privacyMode()).contains(PrivacyMode.NETWORK);
        var brought = network.brought(new BondId(new UUID(1, 2), 3), Tags.beyond(1), ENTRY, 5);
        assertThat(brought.privacyMode()).contains(PrivacyMode.NETWORK);
        assertThat(brought.unknown()).as("and nothing else that this version does not know").hasSize(1);

        var octets = CompanionCodec.encode(network);
        var later = CompanionCodec.decode(octets).unknown();
        assertThat(later.get(15)).containsExactly(0);
        var companion = new Companion(
                network.id(), 1, network.place(), ENTRY, PairingMethod.JUST_WORKS, 1, 0, false, "", null, null, null,
                Map.of(15, new byte[] {2, 7}));
        var read = CompanionCodec.decode(CompanionCodec.encode(companion));
        assertThat(read.privacyMode()).isEmpty();
        assertThat(read.withPinned(true).unknown().get(15)).containsExactly(2, 7);
    }

    @Test
    void every_changed_bit_and_every_cut_is_noticed() {
        var octets = CompanionCodec.encode(full(PairingMethod.JUST_WORKS));
        for (int bit = 0; bit < octets.length * 8; bit++) {
            var damaged = octets.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> CompanionCodec.decode(damaged)).isInstanceOf(UnreadableException.class);
        }
        for (int length = 0; length < octets.length; length++) {
            var cut = Arrays.copyOf(octets, length);
            assertThatThrownBy(() -> CompanionCodec.decode(cut)).isInstanceOf(UnreadableException.class);
        }
    }

    @Test
    void numbers_that_could_not_be_counted_further_are_refused() {
        for (long revision : new long[] {0, -1, Tags.MAX_COUNT + 1, Long.MAX_VALUE}) {
            var octets = CompanionCodec.encode(full(PairingMethod.UNKNOWN).withRevision(revision));
            assertThatThrownBy(() -> CompanionCodec.decode(octets)).isInstanceOf(UnreadableException.class);
        }
    }

    @Test
    void nonsense_with_a_right_checksum_is_unreadable_and_nothing_worse() throws Exception {
        var random = new Random(3);
        var body = Sealed.open(CompanionCodec.encode(full(PairingMethod.JUST_WORKS)));
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            var mutated = Arrays.copyOf(body, i % 3 == 0 ? random.nextInt(body.length) : body.length);
            for (int change = 0; change < 3 && mutated.length > 0; change++) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            try {
                CompanionCodec.decode(Sealed.seal(mutated));
            } catch (UnreadableException e) {
                refused++;
            }
            try {
                IdentityRecord.decode(Sealed.seal(Arrays.copyOf(mutated, Math.min(mutated.length, 9))));
            } catch (UnreadableException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1000);
    }

    @Test
    void a_later_version_says_so() {
        var octets = Sealed.seal(new byte[0]);
        octets[0] = 2;
        var crc = new java.util.zip.CRC32C();
        crc.update(octets, 0, 1);
        java.nio.ByteBuffer.wrap(octets).putInt(1, (int) crc.getValue());
        assertThatThrownBy(() -> Sealed.open(octets)).hasMessageContaining("install a newer Everbond");
    }

    @Test
    void entries_of_random_octets_are_read_or_refused() throws Exception {
        var random = new Random(4);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            var value = new byte[random.nextInt(3) == 0 ? random.nextInt(130) : random.nextBoolean() ? 60 : 100];
            random.nextBytes(value);
            if (value.length > 56 && i % 2 == 0) {
                Arrays.fill(value, 4, 8, (byte) 0);
                value[56] = (byte) (random.nextInt(12) + 6);
            }
            try {
                DeviceEntry.decode(value);
                read++;
            } catch (UnreadableException e) {
                assertThat(e.getMessage()).startsWith("it");
            }
        }
        assertThat(read).isGreaterThan(1000);
    }

    @Test
    void an_entry_is_little_endian_with_keys_most_significant_first() {
        var octets = ENTRY.encode(DeviceEntry.SIGNED);
        assertThat(octets).startsWith(0xfe, 0xff, 0xff, 0xff, 1, 0, 0, 0, 0xc0, 0xff, 0xee, 0, 0, 1);
        assertThat(Arrays.copyOfRange(octets, 46, 60))
                .containsExactly(0x34, 0x12, 0xe0, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 16, 1, 0, 1);
        assertThat(Arrays.copyOfRange(octets, 76, 80)).containsExactly(3, 0, 0, 0);
        assertThat(Arrays.copyOfRange(octets, 96, 100)).containsExactly(0xff, 0xff, 0xff, 0xff);
        assertThat(ENTRY.encode(DeviceEntry.PLAIN)).isEqualTo(Arrays.copyOf(octets, 60));
    }

    @Test
    void an_identity_is_read_as_it_was_written() throws Exception {
        for (var origin : IdentityRecord.Origin.values()) {
            for (int i = 1; i <= 2; i++) {
                var record = new IdentityRecord(address(i), origin);
                assertThat(IdentityRecord.decode(record.encode())).isEqualTo(record);
            }
        }
        var none = new IdentityRecord(new DeviceAddress(AddressType.PUBLIC, 0), IdentityRecord.Origin.GENERATED);
        assertThatThrownBy(() -> IdentityRecord.decode(none.encode())).isInstanceOf(UnreadableException.class);
    }
}
