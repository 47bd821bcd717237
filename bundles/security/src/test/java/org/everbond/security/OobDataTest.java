package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.everbond.security.SecureConnectionsTest.now;

import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Out of band data as octets, and the making of our own. */
class OobDataTest {
    private static final DeviceAddress ADDRESS = DeviceAddress.parse("C0:FF:EE:00:00:01/random");

    /** Values of the sample data (Vol 3, Part H, D.2). */
    private static final Key CONFIRM = key("f2c916f107a9bd1cf1eda1bea974872d");

    private static final Key RANDOM = key("d5cb8454d177733effffb2ec712baeab");

    private static final String OF_BOTH = "081b010000eeffc001" + "021c02"
            + "1122" + "2d8774a9bea1edf11cbda907f116c9f2" + "1123" + "abae2b71ecb2ffff3e7377d15484cbd5";

    private static Key key(String hex) {
        return Key.of(HexFormat.of().parseHex(hex));
    }

    @Test
    void valuesAreWrittenLeastSignificantOctetFirst() {
        var data = new OobData(
                Optional.of(ADDRESS), Optional.empty(), Optional.of(new OobData.SecureConnections(CONFIRM, RANDOM)));
        assertThat(HexFormat.of().formatHex(data.adStructures())).isEqualTo(OF_BOTH);
        assertThat(OobData.parse(OF_BOTH)).isEqualTo(data);
    }

    @Test
    void theTemporaryKeyOfLegacyPairingIsAStructureOfItsOwn() {
        var data = new OobData(Optional.empty(), Optional.of(RANDOM), Optional.empty());
        assertThat(HexFormat.of().formatHex(data.adStructures())).isEqualTo("1110abae2b71ecb2ffff3e7377d15484cbd5");
        assertThat(OobData.ofAdStructures(data.adStructures())).isEqualTo(data);
    }

    @Test
    void blanksOtherTypesAndPaddingDoNotMatter() {
        var spaced = "03:03 0F-18 " + OF_BOTH.toUpperCase(java.util.Locale.ROOT) + " 00 00 ff";
        assertThat(OobData.parse(spaced)).isEqualTo(OobData.parse(OF_BOTH));
    }

    @ParameterizedTest
    @CsvSource({
        "'', holds no value", "zz, not hexadecimal", "0, not hexadecimal", "11, longer than the data", "0110, TK Value does not have 16",
        "1110, longer than the data", "1110000102030405060708090a0b0c0d0e, longer than the data",
        "111000000000000000000000000000000000, TK Value is zero", "081b010000eeffc001, holds no value",
        "081b010000eeffc002, malformed", "071b010000eeffc0, malformed", "021c04, LE role", "031c0000, LE role",
        "1122abae2b71ecb2ffff3e7377d15484cbd5, one is missing", "1123abae2b71ecb2ffff3e7377d15484cbd5, one is missing",
        "1110abae2b71ecb2ffff3e7377d15484cbd51110abae2b71ecb2ffff3e7377d15484cbd5, comes twice"
    })
    void whatIsMalformedIsRefusedInWordsThatDoNotShowIt(String hex, String problem) {
        assertThatThrownBy(() -> OobData.parse(hex)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem)
                .hasMessageContaining(";")
                .hasMessageNotContaining("abae2b71")
                .hasNoCause();
    }

    @Test
    void noOctetsMakeAnythingButDataOrARefusal() {
        var random = new Random(1);
        int read = 0;
        for (int round = 0; round < 20_000; round++) {
            var octets = HexFormat.of().parseHex(OF_BOTH);
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
            }
            try {
                OobData.ofAdStructures(java.util.Arrays.copyOf(octets, random.nextInt(600)));
                read++;
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("cannot be used");
            }
        }
        assertThat(read).isPositive();
        assertThatThrownBy(() -> OobData.ofAdStructures(new byte[513])).hasMessageContaining("longer than 512");
    }

    @Test
    void nothingOfItIsShownInText() {
        assertThat(OobData.parse(OF_BOTH).toString()).isEqualTo("OobData[" + ADDRESS + "]");
        assertThat(OobData.parse(OF_BOTH).secureConnections().orElseThrow().toString()).doesNotContain("Key");
    }

    @Test
    void ourOwnDataIsNewEachTimeAndNamesOurAddress() {
        var pair = new Pair();
        var first = pair.central.security.createOobData();
        var second = pair.central.security.createOobData();
        pair.run();
        assertThat(now(first).address()).contains(pair.central.identity);
        assertThat(now(first).secureConnections()).isPresent().isNotEqualTo(now(second).secureConnections());
        pair.central.security.options(Device.accepting().with(options -> options.privacy(true)));
        var third = pair.central.security.createOobData();
        pair.run();
        assertThat(now(third).address()).isEmpty();
    }
}
