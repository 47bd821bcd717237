package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.SecurityLevel;
import org.everbond.security.SecurityOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static Map<String, Object> configuration(String... more) {
        Map<String, Object> properties = new HashMap<>(
                Map.of("service.pid", "org.everbond.adapter~roof", "transport", "serial:/dev/ttyUSB0"));
        for (int i = 0; i < more.length; i += 2) {
            properties.put(more[i], more[i + 1]);
        }
        return properties;
    }

    @Test
    void oneLineMakesAnAdapterWithSafeDefaults() {
        var settings = Settings.of(configuration());
        assertThat(settings.name()).isEqualTo("roof");
        assertThat(settings.store()).hasToString("file:roof.tlv");
        assertThat(settings.bondable()).isEqualTo(Bondable.OFF);
        assertThat(settings.security()).isEqualTo(SecurityOptions.DEFAULT);
        assertThat(settings.storeWait()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void theEntrySizeIsThatOfTheStoreUnlessConfigured() {
        assertThat(Settings.of(configuration()).entrySize()).isZero();
        assertThat(Settings.of(configuration("btstack.entrySize", "60")).entrySize()).isEqualTo(60);
        assertThat(Settings.of(configuration("btstack.entrySize", "60")).needsNewStack(Settings.of(configuration()), true)).isTrue();
    }

    @Test
    void valuesOfFilesAreTextAndOfProgramsAreTyped() {
        assertThat(Settings.of(configuration("bond.minimumLevel", "4")).security().minimumLevel())
                .isEqualTo(SecurityLevel.SECURE);
        Map<String, Object> typed = configuration();
        typed.put("bond.minimumLevel", 3);
        typed.put("privacy", true);
        assertThat(Settings.of(typed).security().minimumLevel()).isEqualTo(SecurityLevel.AUTHENTICATED);
        assertThat(Settings.of(typed).security().privacy()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "bond.minimumKeySize | 6 | bond.minimumKeySize=6 is out of range; use 7..16",
        "bond.minimumLevel | high | bond.minimumLevel=high is out of range; use 2..4",
        "store.wait | 21 | store.wait=21 is out of range; use 0..20",
        "btstack.entrySize | 80 | btstack.entrySize=80 is not known; use as-found or 60 or 100",
        "bondable | maybe | bondable=maybe is not known; use off, on, or the seconds of a window, 1..86400",
        "bondable | 0 | bondable=0 is not known",
        "bondable | 86401 | bondable=86401 is not known",
        "pairing.methods | passkey | pairing.methods=passkey is not known; use some of ",
        "privacy | yes | privacy=yes is not known; use true or false",
        "identity | C0:FF | identity=C0:FF: 'C0:FF' is not a device address",
        "name | a b | name=a b is no adapter name",
        "bond.replace | always | bond.replace=always is not known; use same-or-stronger or ask or never",
        "bond.lost | forget | bond.lost=forget is not known; use report or repair",
        "pairing.legacy | true | pairing.legacy=true is not known; use refuse or accept",
        "pairing.debugKeys | on | pairing.debugKeys=on is not known; use true or false",
        "pairing.firstWait | 0 | pairing.firstWait=0 is out of range; use 1..3600",
        "security.rules | 4.2 | security.rules=4.2 is not known; use 6.2 or 5.4",
        "device.appearance | 65536 | device.appearance=65536 is out of range; use 0..65535",
    })
    void aWrongValueIsNamedWithWhatIsAllowed(String key, String value, String sentence) {
        assertThatThrownBy(() -> Settings.of(configuration(key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(sentence);
    }

    @Test
    void eachOptionOfThePolicyIsTakenOver() {
        var policy = Settings.of(configuration(
                        "pairing.legacy", "accept", "security.rules", "5.4", "bond.replace", "ask", "bond.lost", "repair",
                        "pairing.fixedPasskey", "012345", "pairing.debugKeys", "true", "pairing.signing", "true",
                        "pairing.firstWait", "7", "bond.minimumKeySize", "9"))
                .security();
        assertThat(Settings.of(configuration("bondable", "60")).bondable()).isEqualTo(new Bondable(false, Duration.ofSeconds(60)));
        assertThat(Settings.of(configuration("pairing.methods", "numeric-comparison, out-of-band")).security().methods())
                .containsExactlyInAnyOrder(PairingMethod.NUMERIC_COMPARISON, PairingMethod.OUT_OF_BAND);
        assertThatThrownBy(() -> Settings.of(configuration("pairing.methods", "just-works", "bond.minimumLevel", "3")))
                .hasMessageContaining("contradicts bond.minimumLevel=3");
        assertThat(policy.legacy()).isTrue();
        assertThat(policy.rules()).isEqualTo(SecurityOptions.Rules.CORE_5_4);
        assertThat(policy.replace()).isEqualTo(SecurityOptions.Replace.ASK);
        assertThat(policy.lost()).isEqualTo(SecurityOptions.Lost.REPAIR);
        assertThat(policy.fixedPasskey()).hasValue(12_345);
        assertThat(policy.debugKeys()).isTrue();
        assertThat(policy.signing()).isTrue();
        assertThat(policy.firstWait()).isEqualTo(Duration.ofSeconds(7));
        assertThat(Settings.of(configuration("security.scOnlyMode", "true")).security().secureConnectionsOnly()).isTrue();
        assertThatThrownBy(() -> Settings.of(configuration("security.scOnlyMode", "true", "pairing.legacy", "accept")))
                .hasMessageContaining("contradicts");
    }

    @ParameterizedTest
    @CsvSource({"12345", "1234567", "12345a", "-12345", "123 456"})
    void aWrongPasskeyIsNotRepeated(String passkey) {
        assertThatThrownBy(() -> Settings.of(configuration("pairing.fixedPasskey", passkey)))
                .hasMessage("pairing.fixedPasskey is no passkey; use six digits, 000000 to 999999");
    }

    @Test
    void theFixedPasskeyIsNeverShown() {
        var settings = Settings.of(configuration("pairing.fixedPasskey", "271828"));
        assertThat(settings.toString()).doesNotContain("271828");
        assertThat(SecuritySettings.weaknesses(settings.security(), Bondable.OFF)).singleElement().asString()
                .contains("pairing.fixedPasskey").doesNotContain("271828");
        Map<String, Object> typed = configuration();
        typed.put("pairing.fixedPasskey", 42);
        assertThat(Settings.of(typed).security().fixedPasskey()).hasValue(42);
    }

    @Test
    void whatIsWeakIsTold() {
        assertThat(SecuritySettings.weaknesses(SecurityOptions.DEFAULT, Bondable.OFF)).isEmpty();
        assertThat(SecuritySettings.weaknesses(SecurityOptions.DEFAULT, new Bondable(true, Duration.ZERO))).isEmpty();
        var weak = Settings.of(configuration(
                "pairing.legacy", "accept", "pairing.debugKeys", "true", "bond.minimumKeySize", "7", "bond.lost", "repair",
                "bondable", "on", "pairing.justWorks", "accept"));
        assertThat(SecuritySettings.weaknesses(weak.security(), weak.bondable()))
                .hasSize(5)
                .allSatisfy(sentence -> assertThat(sentence).containsAnyOf("=true:", "=accept:", "=7:", "=repair:"));
        var window = Settings.of(configuration("bondable", "60", "pairing.justWorks", "accept"));
        assertThat(SecuritySettings.weaknesses(window.security(), window.bondable()))
                .singleElement().asString().contains("bondable=60", "after each start");
    }

    @Test
    void aMissingTransportIsAskedFor() {
        assertThatThrownBy(() -> Settings.of(Map.of("service.pid", "org.everbond.adapter~a")))
                .hasMessageStartingWith("adapter a has no transport; set transport=");
    }

    @Test
    void misspeltOptionsAreFound() {
        var properties = configuration(
                "trnsport", "x", "felix.fileinstall.filename", "f", "service.factoryPid", "p", "component.id", "1");
        assertThat(Settings.unknown(properties)).containsExactly("trnsport");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "trnsport | did you mean transport?",
        "stoer | did you mean store?",
        "Bondable | did you mean bondable?",
        "bond.minimumlevl | did you mean bond.minimumLevel?",
        "privacy.lifteime | did you mean privacy.lifetime?",
        "tracekeys | did you mean trace.keys?",
    })
    void theOptionThatIsMeantIsNamed(String misspelt, String cure) {
        assertThat(Settings.cure(misspelt)).isEqualTo(cure);
    }

    /** Its default instead of what was meant may be a store in clear, or any level. */
    @Test
    void aMisspeltOptionMakesNoAdapter() {
        assertThatThrownBy(() -> Settings.of(configuration("stoer", "sealed:file:a.tlv")))
                .hasMessage("the option stoer is not known; did you mean store? Write it so, or remove it");
        assertThat(Settings.of(configuration("stoer", "memory:", "store", "file:a.tlv")).store().scheme()).isEqualTo("file");
        assertThat(Settings.of(configuration("frobnicate", "x"))).as("of another version").isNotNull();
    }

    @Test
    void whereNoneIsNearAllAreNamed() {
        assertThat(Settings.cure("frobnicate")).startsWith("remove it; known are ").contains("bond.capacity, ", "transport");
    }
}
