package org.everbond.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One command of the tool and what came of it. */
record Run(int exitCode, String out, String err) {
    static Run store(Object... arguments) {
        var words = new ArrayList<String>();
        for (var argument : arguments) {
            words.add(argument.toString());
        }
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exitCode = StoreTool.run(words, new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Run(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    Run succeeds() {
        assertThat(exitCode).as(err).isZero();
        return this;
    }

    /** The objects of {@code --json} that have this member. */
    List<JsonObject> objects(String member) {
        return out.lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .filter(object -> object.keySet().iterator().next().equals(member))
                .toList();
    }

    /** Tag to value, of {@code --json --keys}. */
    Map<String, String> values() {
        var values = new TreeMap<String, String>();
        for (var line : objects("tag")) {
            var value = line.get("value").getAsString();
            assertThat(value).hasSize(2 * line.get("length").getAsInt());
            assertThat(values.put(line.get("tag").getAsString(), value)).isNull();
        }
        return values;
    }

    /** A golden file in a folder of the test. */
    static Path golden(Path folder, String name) throws IOException {
        var file = folder.resolve(name);
        try (var golden = Run.class.getResourceAsStream("/golden/" + name)) {
            Files.copy(golden, file);
        }
        return file;
    }

    static JsonObject sidecar(String name) throws IOException {
        try (var golden = new InputStreamReader(Run.class.getResourceAsStream("/golden/" + name), StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(golden).getAsJsonObject();
        }
    }
}
