package org.everbond.gatt.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.everbond.crypto.OctetOrder;
import org.everbond.gatt.Access;
import org.everbond.gatt.CharacteristicDefinition;
import org.everbond.gatt.Property;
import org.everbond.gatt.internal.att.AttUuid;
import org.junit.jupiter.api.Test;

/** Database Hash (Vol 3, Part G, 7.3). */
class DatabaseHashTest {
    private static Attribute declaration(int handle, int type, String value) {
        return new Attribute.Declaration(handle, AttUuid.of16(type), HexFormat.of().parseHex(value));
    }

    private static Attribute.Value value(int handle, int type) {
        return new Attribute.Value(
                handle,
                new CharacteristicDefinition(AttUuid.of16(type), Set.of(Property.READ), Access.OPEN, Access.NONE),
                () -> new byte[] {(byte) handle},
                null);
    }

    private static Attribute configuration(int handle, Attribute.Value of) {
        return new Attribute.Configuration(handle, of);
    }

    /** The example database of Vol 3, Part G, Appendix B, with the values that do not count in between. */
    @Test
    void theExampleOfTheSpecification() {
        var serviceChanged = value(0x08, 0x2A05);
        var glucose = value(0x12, 0x2A18);
        var database = List.of(
                declaration(0x01, 0x2800, "0018"),
                declaration(0x02, 0x2803, "0a0300002a"),
                value(0x03, 0x2A00),
                declaration(0x04, 0x2803, "020500012a"),
                value(0x05, 0x2A01),
                declaration(0x06, 0x2800, "0118"),
                declaration(0x07, 0x2803, "200800052a"),
                serviceChanged,
                configuration(0x09, serviceChanged),
                declaration(0x0a, 0x2803, "0a0b00292b"),
                value(0x0b, 0x2B29),
                declaration(0x0c, 0x2803, "020d002a2b"),
                value(0x0d, 0x2B2A),
                declaration(0x0e, 0x2800, "0818"),
                declaration(0x0f, 0x2802, "140016000f18"),
                declaration(0x10, 0x2803, "a21100182a"),
                value(0x11, 0x2A18),
                configuration(0x12, glucose),
                declaration(0x13, 0x2900, "0000"),
                declaration(0x14, 0x2801, "0f18"),
                declaration(0x15, 0x2803, "021600192a"),
                value(0x16, 0x2A19));
        assertThat(DatabaseHash.of(database))
                .isEqualTo(HexFormat.of().parseHex("F1CA2D48ECF58BAC8A8830BBB9FBA990"));
    }

    @Test
    void onAirItIsANumberLikeAnyOther() {
        var table = new AttributeTable();
        new BuiltInServices(table);
        var served = table.all().stream()
                .filter(attribute -> attribute.type().equals(AttUuid.DATABASE_HASH))
                .map(attribute -> ((Attribute.Value) attribute).own().get())
                .findFirst()
                .orElseThrow();
        assertThat(served).isEqualTo(OctetOrder.reversed(table.hash()));
    }

    @Test
    void itChangesWithTheTableAndComesBackWithIt() {
        var table = new AttributeTable();
        new BuiltInServices(table);
        var empty = table.hash();
        var lamp = new ServiceLayout(AttUuid.of16(0xFE00), List.of(), null);
        var handles = table.add(lamp);
        assertThat(table.hash()).isNotEqualTo(empty);
        table.remove(handles);
        assertThat(table.hash()).isEqualTo(empty);
    }

    @Test
    void handlesAreUsedAgainOnlyByTheSameServiceUntilThereAreNoOthers() {
        var table = new AttributeTable();
        var one = new ServiceLayout(AttUuid.of16(1), List.of(), null);
        var two = new ServiceLayout(AttUuid.of16(2), List.of(), null);
        var first = table.add(one);
        table.remove(first);
        assertThat(table.add(two).start()).isEqualTo(first.end() + 1);
        assertThat(table.add(one)).isEqualTo(first);
        assertThat(table.add(one).start()).isGreaterThan(first.end());
        var big = new ServiceLayout(
                AttUuid.of16(3),
                java.util.stream.IntStream.range(0, 32_000)
                        .mapToObj(i -> new ServiceLayout.Characteristic(value(1, i).definition(), null))
                        .collect(Collectors.toList()),
                null);
        var large = table.add(big);
        table.remove(large);
        var next = new ServiceLayout(AttUuid.of16(4), big.characteristics(), null);
        assertThat(table.add(next).start()).isEqualTo(large.start());
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> table.add(big)).hasMessageContaining("64001");
    }
}
