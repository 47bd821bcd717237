package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LocatorTest {
    @Test
    void schemePlaceAndOptions() {
        var locator = Locator.parse("transport", "serial:/dev/ttyUSB0?baud=1000000&flow=rtscts");
        assertThat(locator.scheme()).isEqualTo("serial");
        assertThat(locator.place()).isEqualTo("/dev/ttyUSB0");
        assertThat(locator.options()).isEqualTo(Map.of("baud", "1000000", "flow", "rtscts"));
    }

    @Test
    void placesAreTakenAsTheyAre() {
        assertThat(Locator.parse("transport", "tcp:[::1]:6010").place()).isEqualTo("[::1]:6010");
        assertThat(Locator.parse("store", "file:C:\\data\\50%.tlv").place()).isEqualTo("C:\\data\\50%.tlv");
        assertThat(Locator.parse("store", "memory:").place()).isEmpty();
    }

    @Test
    void optionValuesMayBeEscaped() {
        assertThat(Locator.parse("store", "x:y?a=1%262+3").options()).isEqualTo(Map.of("a", "1&2+3"));
    }

    @Test
    void whatIsNoLocatorIsNamed() {
        assertThatThrownBy(() -> Locator.parse("transport", "/dev/ttyUSB0"))
                .hasMessageStartingWith("transport=/dev/ttyUSB0 names no scheme; write it as scheme:place");
        assertThatThrownBy(() -> Locator.parse("transport", "serial:/dev/ttyUSB0?1000000"))
                .hasMessageContaining("'1000000' is no option; write options as name=value");
        assertThatThrownBy(() -> Locator.parse("store", "x:y?a=%zz")).hasMessageContaining("broken % escape");
    }
}
