package org.everbond.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void membersStandInTheOrderInWhichTheyWerePut() {
        var json = Json.object().put("b", 1).put("a", true).put("none", null).put("list", List.of(1, "x")).put("o", Json.object());

        assertThat(json).hasToString("{\"b\":1,\"a\":true,\"none\":null,\"list\":[1,\"x\"],\"o\":{}}");
    }

    @Test
    void anEmptyOptionalIsNull() {
        assertThat(Json.object().put("a", Optional.empty()).put("b", Optional.of("x"))).hasToString("{\"a\":null,\"b\":\"x\"}");
    }

    @Test
    void whatIsNoNumberIsWrittenAsText() {
        assertThat(Json.object().put("level", Thread.State.NEW)).hasToString("{\"level\":\"NEW\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "", "\"quoted\" \\ /", "line\nbreak\r\t", "\u0000\u001b[31m\u007f", "Küche €", "\u2028\u2029", "emoji \ud83d\ude00"})
    void anotherParserReadsBackEveryText(String text) {
        var line = Json.object().put(text, text).toString();

        assertThat(line).doesNotContain("\n", "\r", "\u001b");
        assertThat(JsonParser.parseString(line).getAsJsonObject().get(text).getAsString()).isEqualTo(text);
    }

    @Test
    void halfASurrogatePairIsEscaped() {
        assertThat(Json.object().put("a", "\ud83d")).hasToString("{\"a\":\"\\ud83d\"}");
        assertThat(Json.object().put("a", "\ude00x")).hasToString("{\"a\":\"\\ude00x\"}");
    }
}
