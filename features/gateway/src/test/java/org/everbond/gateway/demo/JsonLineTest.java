package org.everbond.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLineTest {
    @Test
    void readsEveryKindOfValue() {
        var object = JsonLine.parse(" {\"a\":1,\"b\":-2.5e1,\"c\":true,\"d\":false,\"e\":null,\"f\":[1,\"x\",{}],\"g\":{\"h\":[]},\"\":\"\"} ");

        assertThat(object).containsEntry("a", 1.0).containsEntry("b", -25.0).containsEntry("c", true).containsEntry("d", false)
                .containsEntry("e", null).containsEntry("f", List.of(1.0, "x", Map.of())).containsEntry("g", Map.of("h", List.of())).containsEntry("", "");
    }

    @Test
    void readsEscapes() {
        assertThat(JsonLine.parse("{\"a\":\"\\\"\\\\\\/\\n\\r\\t\\b\\f\\u20ac\"}")).containsEntry("a", "\"\\/\n\r\t\b\f€");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "{", "{\"a\"", "{\"a\":}", "{\"a\":1", "{\"a\":1}x", "[1]", "{\"a\":\"\\u12\"}", "{\"a\":tru}", "{\"a\":1 2}", "{\"a\":--1}"})
    void refusesWhatIsNoObject(String text) {
        assertThatThrownBy(() -> JsonLine.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
