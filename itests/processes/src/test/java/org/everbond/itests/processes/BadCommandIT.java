package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options, commands and arguments that are wrong, and scripts in which one is. */
class BadCommandIT extends Complaints {
    @ParameterizedTest
    @CsvSource({
        "--dta, --dta",
        "frobnicate, frobnicate",
        "--data, --data",
    })
    void aWrongOption(String argument, String named) throws Exception {
        assertComplaint(Everbond.run(folder, argument), named);
    }

    @ParameterizedTest
    @CsvSource({"frobnicate, frobnicate", "connect nowhere, nowhere"})
    void aWrongCommand(String command, String named) throws Exception {
        assertComplaint(runAdapter(Map.of("transport", "virtual:air"), command), named);
    }

    @Test
    void everyWrongArgumentIsNamed() throws Exception {
        try (var gateway = new Gateway(folder, "main", "virtual:air").up()) {
            assertThat(gateway.complaint("connect")).contains("address");
            assertThat(gateway.complaint("connect C0:FF:EE:00:00:01/random 2")).contains("'2'");
            assertThat(gateway.complaint("bondable perhaps")).contains("perhaps");
            assertThat(gateway.complaint("adapters --jsn")).contains("--jsn");
            assertThat(gateway.complaint("read 2a00")).contains("no link");
            assertThat(gateway.complaint("forget 99")).contains("99");
            assertThat(gateway.complaint("adapters --adapter nobody")).contains("nobody");
            assertThat(gateway.complaint("scan --timeout soon")).contains("soon");
            assertThat(gateway.complaint("advertise --interval 1ms")).contains("20ms");
            assertThat(gateway.complaint("agent --io telepathy")).contains("telepathy");
            assertThat(gateway.errors()).doesNotContain("\tat ");
        }
    }

    @Test
    void noAdapterConfigured() throws Exception {
        assertComplaint(Everbond.run(folder, "-c", "adapters"), "transport=");
    }

    @Test
    void theFirstCommandThatFailsEndsTheScript() throws Exception {
        var outcome = runAdapter(Map.of("transport", "virtual:air"), "frobnicate; adapters --json");

        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void aStackTraceComesWhenAskedFor() throws Exception {
        var outcome = runAdapter(Map.of("transport", "virtual:air"), "connect nowhere", "-v");

        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.err()).contains("\tat org.everbond.");
    }
}
