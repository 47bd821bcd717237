package org.everbond.agent.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.crypto.DeviceAddress;
import org.everbond.security.IoCapability;
import org.everbond.security.PairingPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent that answers by configuration only. */
class HeadlessAgentTest {
    private static final DeviceAddress SENSOR = DeviceAddress.parse("C0:FF:EE:00:00:02/random");
    private static final PairingPeer STRANGER = new PairingPeer("main", 1, SENSOR, Optional.empty(), false);
    private static final String OOB = "1122" + "ab".repeat(16) + "1123" + "cd".repeat(16);
    private static final String OOB_OF_SENSOR = "081b" + "020000eeffc0" + "01" + OOB;

    @TempDir
    Path folder;

    private AgentSettings settings(String... options) {
        Map<String, Object> properties = new HashMap<>(Map.of("service.pid", "org.everbond.agent~sensor"));
        for (int i = 0; i < options.length; i += 2) {
            properties.put(options[i], options[i + 1]);
        }
        return AgentSettings.of(properties, folder);
    }

    private HeadlessAgent agent(String... options) {
        return new HeadlessAgent(settings(options));
    }

    private static PairingPeer bonded(DeviceAddress onAir) {
        var bond = new Bond(
                new BondId(new UUID(1, 2), 7), SENSOR, new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16), true, "", 1, false);
        return new PairingPeer("main", 1, onAir, Optional.of(bond), false);
    }

    @Test
    void everyOptionIsInTheSample() throws IOException {
        try (var lines = Files.lines(Path.of("../../config/org.everbond.agent-sensor.cfg.sample"))) {
            assertThat(lines.filter(line -> line.matches("#?[a-zA-Z.]+=.*")).map(line -> line.replaceAll("^#|=.*", "")))
                    .containsExactlyInAnyOrderElementsOf(AgentSettings.known());
        }
    }

    @Test
    void aFileThatCannotBeReadMakesNoAgent() {
        assertThatThrownBy(() -> settings(".unreadable", "it is not in UTF-8")).hasMessage("it cannot be read (it is not in UTF-8); mend the file");
    }

    @Test
    void withoutOptionsItLetsPeersBeginAndRefusesTheRest() {
        var agent = agent();
        assertThat(agent.ioCapability(STRANGER)).isEqualTo(IoCapability.NO_INPUT_NO_OUTPUT);
        assertThat(agent.authorize(STRANGER)).isCompletedWithValue(true);
        assertThat(agent.authorize(bonded(SENSOR))).isCompletedWithValue(false);
        assertThat(agent.confirmJustWorks(STRANGER)).isCompletedWithValue(false);
        assertThat(agent.confirmNumber(STRANGER, 1)).isCompletedWithValue(false);
        assertThat(agent.requestPasskey(STRANGER, key -> {})).isCompletedWithValue(Optional.empty());
        assertThat(agent.oobData(STRANGER)).isEmpty();
        assertThat(settings().ranking()).isZero();
        assertThat(settings("peer", SENSOR.toString()).ranking()).isEqualTo(1);
    }

    @Test
    void eachAnswerIsConfigured() {
        var agent = agent("justWorks", "accept", "number", "accept", "authorize", "refuse", "replace", "accept");
        assertThat(agent.confirmJustWorks(STRANGER)).isCompletedWithValue(true);
        assertThat(agent.confirmNumber(STRANGER, 1)).isCompletedWithValue(true);
        assertThat(agent.authorize(STRANGER)).isCompletedWithValue(false);
        assertThat(agent.authorize(bonded(SENSOR))).isCompletedWithValue(true);
        assertThat(agent.ioCapability(STRANGER)).isEqualTo(IoCapability.DISPLAY_YES_NO);
        assertThat(agent("io", "display-only", "passkey", "000001").ioCapability(STRANGER)).isEqualTo(IoCapability.DISPLAY_ONLY);
        assertThat(agent("number", "accept", "passkey", "000001").ioCapability(STRANGER)).isEqualTo(IoCapability.KEYBOARD_DISPLAY);
    }

    @Test
    void aPasskeyMayBeInTheConfigurationOrInAFileThatChanges() throws Exception {
        assertThat(agent("passkey", "012345").requestPasskey(STRANGER, key -> {})).isCompletedWithValue(Optional.of(12_345));
        assertThat(agent("passkey", "012345").agreedPasskey(STRANGER)).contains(12_345);
        assertThat(agent().agreedPasskey(STRANGER)).isEmpty();
        var agent = agent("passkey.file", "sensor.passkey");
        assertThat(agent.ioCapability(STRANGER)).isEqualTo(IoCapability.KEYBOARD_ONLY);
        assertThat(agent.requestPasskey(STRANGER, key -> {})).as("not there yet").isCompletedWithValue(Optional.empty());
        Files.writeString(folder.resolve("sensor.passkey"), "000007\n");
        assertThat(agent.requestPasskey(STRANGER, key -> {})).isCompletedWithValue(Optional.of(7));
        Files.writeString(folder.resolve("sensor.passkey"), "1000000");
        assertThat(agent.requestPasskey(STRANGER, key -> {})).isCompletedWithValue(Optional.empty());
        Files.write(folder.resolve("sensor.passkey"), new byte[5000]);
        assertThat(agent.requestPasskey(STRANGER, key -> {})).isCompletedWithValue(Optional.empty());
    }

    @Test
    void outOfBandDataMayBeInTheConfigurationOrInAFile() throws Exception {
        assertThat(agent("oob", OOB).oobData(STRANGER).orElseThrow().secureConnections()).isPresent();
        var agent = agent("oob.file", "sensor.oob");
        assertThat(agent.oobData(STRANGER)).as("not there yet").isEmpty();
        Files.writeString(folder.resolve("sensor.oob"), OOB_OF_SENSOR);
        assertThat(agent.oobData(STRANGER).orElseThrow().address()).contains(SENSOR);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "peer | C0:FF | peer=C0:FF:",
        "ranking | high | ranking=high is out of range; use -1000..1000",
        "ranking | 1001 | ranking=1001 is out of range",
        "number | yes | number=yes is not known; use refuse or accept",
        "io | telepathy | io=telepathy is not known; use one of display-only",
    })
    void aWrongValueIsNamedWithWhatIsAllowed(String key, String value, String sentence) {
        assertThatThrownBy(() -> settings(key, value)).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"271828x", "2718281", "27182"})
    void noMessageRepeatsASecret(String wrong) {
        assertThatThrownBy(() -> settings("passkey", wrong)).message().contains("six digits").doesNotContain(wrong);
        assertThatThrownBy(() -> settings("oob", "zz" + wrong)).message().startsWith("oob: ").doesNotContain(wrong);
        assertThatThrownBy(() -> settings("passkey", "271828", "passkey.file", "f")).message().contains("both").doesNotContain("271828");
        assertThat(settings("passkey", "271828", "oob", OOB).toString()).doesNotContain("271828", "abab", "cdcd");
    }

    @Test
    void aFileThatOthersMayReadIsTold() throws Exception {
        var file = folder.resolve("sensor.passkey");
        Files.writeString(file, "000007");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(settings("passkey.file", file.toString()).passkey().orElseThrow().isOpenToOthers()).isFalse();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(settings("passkey.file", file.toString()).passkey().orElseThrow().isOpenToOthers()).isTrue();
    }

    @Test
    void misspeltOptionsAreFound() {
        assertThat(AgentSettings.unknown(Map.of("pasword", "x", "service.pid", "p", "passkey.file", "f"))).containsExactly("pasword");
    }
}
