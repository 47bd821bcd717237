package org.everbond.tlv.file.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.everbond.faults.BtstackModel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files written by BTstack, and what BTstack itself reads in them. */
class GoldenFilesTest {
    private static final Pattern LIVE = Pattern.compile(
            "\"tag\": \"([0-9a-f]{8})\",\\s*\"len\": (\\d+),\\s*\"get\": \\d+,\\s*\"value\": \"([0-9a-f]*)\"");

    @ParameterizedTest
    @ValueSource(strings = {
        "5bonds-history", "5bonds-signed", "btdb-collision", "ccc-dbhash", "ccc-stale-after-eviction", "ccc", "edge-values",
        "empty", "er-ir-1bond-legacy", "er-ir-1bond", "er-ir-only", "history-256", "link-keys"
    })
    void aSoundFileHoldsWhatBtstackReads(String name) throws IOException {
        var contents = LogReader.read(file(name + ".tlv"));
        assertThat(hex(contents.values())).isEqualTo(stated(name + ".tlv.json"));
        assertThat(contents.damage()).isEmpty();
        assertThat(contents.torn()).isFalse();
        assertThat(contents.id()).isNull();
        assertThat(contents.sequence()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "recover-delete-of-unknown", "recover-max-length", "recover-status-byte-nonzero", "recover-trailing-garbage",
        "recover-truncated-5bonds", "recover-truncated-entry-header", "recover-truncated-value"
    })
    void ofADamagedFileNoLessIsReadThanBtstackReads(String name) throws IOException {
        var contents = LogReader.read(file(name + ".tlv"));
        assertThat(hex(contents.values())).isEqualTo(stated(name + ".json"));
        assertThat(contents.damage()).isEmpty();
        assertThat(contents.torn()).isEqualTo(name.contains("trunc") || name.contains("trail"));
    }

    @ParameterizedTest
    @CsvSource({"recover-short-header, 7", "recover-zero-bytes, 0"})
    void aFileTornWhileItWasMadeIsAnEmptyStore(String name, int length) throws IOException {
        var contents = LogReader.read(file(name + ".tlv"));
        assertThat(file(name + ".tlv")).hasSize(length);
        assertThat(contents.values()).isEmpty();
        assertThat(contents.damage()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = "recover-bad-magic")
    void behindABrokenMagicTheBondsAreFoundThatBtstackLoses(String name) throws IOException {
        var contents = LogReader.read(file(name + ".tlv"));
        assertThat(stated(name + ".json")).isEmpty();
        assertThat(hex(contents.values())).isEqualTo(stated("er-ir-1bond.tlv.json"));
        assertThat(contents.damage()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "recover-bad-magic", "recover-short-header", "recover-trailing-garbage", "recover-truncated-5bonds",
        "recover-truncated-entry-header", "recover-truncated-value", "recover-zero-bytes", "recover-max-length"
    })
    void theModelOfBtstackRecoversAsBtstackDoes(String name) throws IOException {
        var before = file(name + ".tlv");
        assertThat(BtstackModel.open(before).fileAfterOpen(before)).isEqualTo(file(name + ".after-open.tlv"));
    }

    static byte[] file(String name) throws IOException {
        try (var in = GoldenFilesTest.class.getResourceAsStream("/btstack/" + name)) {
            assertThat(in).as("golden file " + name).isNotNull();
            return in.readAllBytes();
        }
    }

    private static Map<String, String> stated(String sidecar) throws IOException {
        var values = new LinkedHashMap<String, String>();
        var json = new String(file(sidecar), StandardCharsets.UTF_8);
        var live = LIVE.matcher(json.substring(json.indexOf("live_tags_newest_first")));
        while (live.find()) {
            // A value of no octets is a deletion when the file is opened again.
            if (!live.group(2).equals("0")) {
                values.put(live.group(1), live.group(3));
            }
        }
        return values;
    }

    private static Map<String, String> hex(Map<Integer, byte[]> values) {
        var hex = new LinkedHashMap<String, String>();
        values.forEach((tag, value) -> hex.put(String.format("%08x", tag), HexFormat.of().formatHex(value)));
        return hex;
    }
}
