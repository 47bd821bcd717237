package org.everbond.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
    private static final Usage USAGE = new Usage("read CHARACTERISTIC", "Reads.", 1, "10s",
            List.of(new Usage.Option("--link", "LINK", "which"), new Usage.Option("--hex", "", "octets")), List.of("read 2a00"));

    private static Arguments parse(Object... words) throws CommandException {
        return Arguments.parse(USAGE, List.of(words));
    }

    @Test
    void optionsMayStandAnywhereAndTakeTheirValueEitherWay() throws CommandException {
        var arguments = parse("--link", "2", "2a00", "--timeout=500ms", "--hex");

        assertThat(arguments.word(0)).contains("2a00");
        assertThat(arguments.option("--link")).contains("2");
        assertThat(arguments.has("--hex")).isTrue();
        assertThat(arguments.timeout()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void behindTwoDashesNothingIsAnOption() throws CommandException {
        assertThat(parse("--", "--hex").word(0)).contains("--hex");
    }

    @Test
    void theDeadlineIsThatOfTheCommandUnlessGiven() throws CommandException {
        assertThat(parse().timeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "10s,10000", "10,10000", "2m,120000", "1h,3600000"})
    void readsTimes(String text, long milliseconds) throws CommandException {
        assertThat(Arguments.duration(text)).isEqualTo(Duration.ofMillis(milliseconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1s", "1.5s", "10 s", "99999999999"})
    void namesATimeThatIsNone(String text) {
        assertThatThrownBy(() -> Arguments.duration(text)).hasMessageContaining("'" + text + "' is not a time").hasMessageContaining("500ms");
    }

    @Test
    void noTimeIsLongerThanAHundredYears() throws CommandException {
        assertThat(Arguments.duration("876000h")).isEqualTo(Duration.ofDays(36_500));
        assertThatThrownBy(() -> Arguments.duration("99999999h")).hasMessageStartingWith("'99999999h' is longer than a hundred years");
    }

    @Test
    void namesWhatIsWrongAndWhereToLook() {
        assertThatThrownBy(() -> parse("--lnik", "2")).hasMessage("'read' does not know the option '--lnik'; 'help read' shows how it is called");
        assertThatThrownBy(() -> parse("--link")).hasMessageStartingWith("'read' needs LINK behind --link");
        assertThatThrownBy(() -> parse("--hex=1")).hasMessageStartingWith("'read' takes no value behind --hex");
        assertThatThrownBy(() -> parse("2a00", "2a01")).hasMessageStartingWith("'read' does not take the argument '2a01'");
        assertThatThrownBy(() -> parse().required(0, "a characteristic")).hasMessageStartingWith("'read' needs a characteristic");
    }

    @Test
    void numbersHaveARange() throws CommandException {
        assertThat(Arguments.number("0x10", 1, 16, "--count")).isEqualTo(16);
        assertThatThrownBy(() -> Arguments.number("17", 1, 16, "--count")).hasMessage("--count is a number 1..16, not '17'");
        assertThatThrownBy(() -> Arguments.number("x", 1, 16, "--count")).hasMessageContaining("not 'x'");
    }
}
