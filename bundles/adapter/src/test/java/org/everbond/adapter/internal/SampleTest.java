package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.everbond.security.SecurityOptions;
import org.junit.jupiter.api.Test;

/** The sample of the configuration folder tells of every option, and what it is without it. */
class SampleTest {
    private static final Pattern OPTION = Pattern.compile("#?([a-zA-Z]+(?:\\.[a-zA-Z]+)*)=(.*)");

    /** The values that the sample shows, by option, commented out or not. */
    private static Map<String, List<String>> sample() throws IOException {
        try (var lines = Files.lines(Path.of("../../config/org.everbond.adapter-main.cfg.sample"))) {
            return lines.map(OPTION::matcher)
                    .filter(matcher -> matcher.matches())
                    .collect(Collectors.groupingBy(
                            matcher -> matcher.group(1), TreeMap::new,
                            Collectors.mapping(matcher -> matcher.group(2), Collectors.toList())));
        }
    }

    @Test
    void everyOptionIsInTheSample() throws IOException {
        assertThat(sample()).containsOnlyKeys(Arrays.stream(AdapterConfiguration.class.getDeclaredMethods())
                .map(method -> method.getName().replace('_', '.'))
                .toList());
    }

    @Test
    void theSampleShowsTheDefaults() throws IOException {
        var sample = sample();
        for (var option : AdapterConfiguration.class.getDeclaredMethods()) {
            var byDefault = option.getDefaultValue().toString();
            if (!byDefault.isEmpty()) {
                assertThat(sample.get(option.getName().replace('_', '.'))).as(option.getName()).contains(byDefault);
            }
        }
    }

    @Test
    void whatTheSampleShowsIsWhatAnAdapterIsWithoutIt() throws IOException {
        Map<String, Object> shown = new HashMap<>(Map.of("service.pid", "org.everbond.adapter~main"));
        sample().forEach((option, values) -> shown.put(option, values.get(0)));
        // Those that have no default show an example.
        shown.keySet().removeAll(List.of("identity", "controller.pin", "trace"));
        Map<String, Object> bare = Map.of(
                "service.pid", "org.everbond.adapter~main", "transport", shown.get("transport"));
        assertThat(Settings.of(shown)).isEqualTo(Settings.of(bare));
        assertThat(Settings.of(shown).security()).isEqualTo(SecurityOptions.DEFAULT);
    }
}
