package org.everbond.gatt.internal.att;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntPredicate;
import org.everbond.gatt.internal.att.AttResponse.FindInformation.Information;
import org.everbond.gatt.internal.att.AttResponse.HandleRange;
import org.everbond.gatt.internal.att.AttResponse.ReadByGroupType.Group;
import org.everbond.gatt.internal.att.AttResponse.ReadByType.Data;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layouts and lengths of every PDU (Vol 3, Part F, 3.4). */
class AttCodecTest {
    private static final UUID WIDE = UUID.fromString("00000000-1111-2222-3333-444444444444");
    private static final byte[] VALUE = {9, 8};

    record Layout(AttPdu pdu, String octets) {}

    static List<Layout> layouts() {
        return List.of(
                new Layout(new AttResponse.Error(0x0a, 0x1234, 5), "010a341205"),
                new Layout(new AttRequest.ExchangeMtu(517), "020502"),
                new Layout(new AttResponse.ExchangeMtu(23), "031700"),
                new Layout(new AttRequest.FindInformation(1, 0xffff), "040100ffff"),
                new Layout(
                        new AttResponse.FindInformation(List.of(
                                new Information(1, AttUuid.PRIMARY_SERVICE), new Information(2, AttUuid.CHARACTERISTIC))),
                        "0501" + "01000028" + "02000328"),
                new Layout(
                        new AttResponse.FindInformation(List.of(new Information(1, WIDE))),
                        "0502" + "0100" + "44444444444433332222111100000000"),
                new Layout(
                        new AttRequest.FindByTypeValue(1, 2, AttUuid.PRIMARY_SERVICE, VALUE), "06010002000028" + "0908"),
                new Layout(
                        new AttResponse.FindByTypeValue(List.of(new HandleRange(1, 2), new HandleRange(3, 4))),
                        "07" + "01000200" + "03000400"),
                new Layout(new AttRequest.ReadByType(1, 2, AttUuid.CHARACTERISTIC), "08010002000328"),
                new Layout(
                        new AttRequest.ReadByType(1, 2, WIDE), "0801000200" + "44444444444433332222111100000000"),
                new Layout(
                        new AttResponse.ReadByType(List.of(new Data(1, VALUE), new Data(2, VALUE))),
                        "0904" + "01000908" + "02000908"),
                new Layout(new AttRequest.Read(0x1234), "0a3412"),
                new Layout(new AttResponse.Read(VALUE), "0b0908"),
                new Layout(new AttRequest.ReadBlob(1, 22), "0c01001600"),
                new Layout(new AttResponse.ReadBlob(VALUE), "0d0908"),
                new Layout(new AttRequest.ReadMultiple(List.of(1, 2)), "0e01000200"),
                new Layout(new AttResponse.ReadMultiple(VALUE), "0f0908"),
                new Layout(new AttRequest.ReadByGroupType(1, 2, AttUuid.PRIMARY_SERVICE), "10010002000028"),
                new Layout(
                        new AttResponse.ReadByGroupType(List.of(new Group(1, 2, VALUE), new Group(3, 4, VALUE))),
                        "1106" + "010002000908" + "030004000908"),
                new Layout(new AttRequest.Write(1, VALUE), "1201000908"),
                new Layout(new AttResponse.Write(), "13"),
                new Layout(new AttRequest.PrepareWrite(1, 2, VALUE), "16010002000908"),
                new Layout(new AttResponse.PrepareWrite(1, 2, VALUE), "17010002000908"),
                new Layout(new AttRequest.ExecuteWrite(1), "1801"),
                new Layout(new AttResponse.ExecuteWrite(), "19"),
                new Layout(new AttPdu.HandleValueNotification(1, VALUE), "1b01000908"),
                new Layout(new AttPdu.HandleValueIndication(1, VALUE), "1d01000908"),
                new Layout(new AttPdu.HandleValueConfirmation(), "1e"),
                new Layout(new AttPdu.WriteCommand(1, VALUE), "5201000908"));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void aPduIsWhatTheSpecificationPrintsAndComesBack(Layout layout) {
        var octets = HexFormat.of().parseHex(layout.octets());
        assertThat(AttEncoder.encode(layout.pdu())).isEqualTo(octets);
        assertThat(AttCodec.decode(octets)).usingRecursiveComparison().isEqualTo(layout.pdu());
    }

    /** For each known opcode, which numbers of octets behind it are right for a PDU of zeros behind a length octet of ones. */
    private static Map<Integer, IntPredicate> lengths() {
        var lengths = new TreeMap<Integer, IntPredicate>();
        lengths.put(0x01, n -> n == 4);
        lengths.put(0x02, n -> n == 2);
        lengths.put(0x03, n -> n == 2);
        lengths.put(0x04, n -> n == 4);
        lengths.put(0x05, n -> n > 1 && (n - 1) % 4 == 0);
        lengths.put(0x06, n -> n >= 6);
        lengths.put(0x07, n -> n > 0 && n % 4 == 0);
        lengths.put(0x08, n -> n == 6 || n == 20);
        lengths.put(0x09, n -> false);
        lengths.put(0x0a, n -> n == 2);
        lengths.put(0x0b, n -> true);
        lengths.put(0x0c, n -> n == 4);
        lengths.put(0x0d, n -> true);
        lengths.put(0x0e, n -> n >= 4 && n % 2 == 0);
        lengths.put(0x0f, n -> true);
        lengths.put(0x10, n -> n == 6 || n == 20);
        lengths.put(0x11, n -> false);
        lengths.put(0x12, n -> n >= 2);
        lengths.put(0x13, n -> n == 0);
        lengths.put(0x16, n -> n >= 4);
        lengths.put(0x17, n -> n >= 4);
        lengths.put(0x18, n -> n == 1);
        lengths.put(0x19, n -> n == 0);
        lengths.put(0x1b, n -> n >= 2);
        lengths.put(0x1d, n -> n >= 2);
        lengths.put(0x1e, n -> n == 0);
        lengths.put(0x52, n -> n >= 2);
        lengths.put(0xd2, n -> n >= 14);
        return lengths;
    }

    @Test
    void everyOpcodeHasItsLengthsAndNoOthers() {
        var lengths = lengths();
        for (int opcode = 0; opcode <= 0xff; opcode++) {
            for (int n = 0; n <= 516; n++) {
                var octets = new byte[1 + n];
                octets[0] = (byte) opcode;
                if (n > 0) {
                    octets[1] = 1;
                }
                var pdu = AttCodec.decode(octets);
                Class<?> expected = !lengths.containsKey(opcode)
                        ? AttPdu.Unknown.class
                        : lengths.get(opcode).test(n) ? AttPdu.class : AttPdu.Malformed.class;
                boolean malformed = pdu instanceof AttPdu.Malformed;
                if (pdu.opcode() != opcode || !expected.isInstance(pdu) || malformed != (expected == AttPdu.Malformed.class)) {
                    fail("opcode %02x with %d octets is read as %s".formatted(opcode, n, pdu));
                }
            }
            assertThat(AttCodec.decode(with(opcode, 517)))
                    .isInstanceOf(lengths.containsKey(opcode) ? AttPdu.Malformed.class : AttPdu.Unknown.class);
        }
        assertThat(AttCodec.decode(new byte[0])).isInstanceOf(AttPdu.Malformed.class);
    }

    private static byte[] with(int opcode, int length) {
        var octets = new byte[1 + length];
        octets[0] = (byte) opcode;
        return octets;
    }

    @Test
    void whatCanBeReadIsWrittenTheSame() {
        var random = new Random(20_260_101);
        int read = 0;
        for (int i = 0; i < 200_000; i++) {
            var seed = HexFormat.of().parseHex(layouts().get(random.nextInt(layouts().size())).octets());
            var octets = Arrays.copyOf(seed, Math.max(1, seed.length + random.nextInt(-3, 4)));
            octets[random.nextInt(octets.length)] = (byte) random.nextInt();
            var pdu = AttCodec.decode(octets);
            if (!(pdu instanceof AttPdu.Malformed) && !(pdu instanceof AttPdu.Unknown)) {
                read++;
                assertThat(AttEncoder.encode(pdu)).hasSameSizeAs(octets);
            }
        }
        assertThat(read).isGreaterThan(50_000);
    }

    @Test
    void uuidsHaveAShortFormOnlyOnTheBluetoothBase() {
        assertThat(AttUuid.of16(0x2A00)).hasToString("00002a00-0000-1000-8000-00805f9b34fb");
        assertThat(AttUuid.is16(AttUuid.of16(0xffff))).isTrue();
        assertThat(AttUuid.is16(WIDE)).isFalse();
        assertThat(AttUuid.is16(UUID.fromString("00012a00-0000-1000-8000-00805f9b34fb"))).isFalse();
        assertThat(AttUuid.tail(AttUuid.octets(WIDE), 0)).isEqualTo(WIDE);
        assertThat(AttUuid.tail(new byte[4], 0)).isNull();
    }
}
