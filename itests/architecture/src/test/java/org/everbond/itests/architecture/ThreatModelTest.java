package org.everbond.itests.architecture;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every threat of docs/THREAT_MODEL.md names tests, and they are there: a test that is renamed or dropped leaves no claim behind. */
class ThreatModelTest {
    private static final Path ROOT = Path.of("../..");
    private static final Pattern ROW = Pattern.compile("\\| ([ABC][0-9, ABC]*) \\|.*");
    /** A test class, one of its methods, or a method of a class that the row has named; … stands for the rest of several names. */
    private static final Pattern NAME = Pattern.compile("`(?:([A-Z]\\w*(?:Test|IT))(?:\\.(\\w+…?))?|([a-z]\\w*_\\w+…?|[a-z]+(?:[A-Z]\\w*){3,}))`");

    private final Map<String, String> tests = sources();

    private static Map<String, String> sources() {
        try (var bundles = Files.walk(ROOT.resolve("bundles")); var itests = Files.walk(ROOT.resolve("itests"))) {
            return Stream.concat(bundles, itests)
                    .filter(path -> path.toString().contains("/src/test/") && path.toString().matches(".*(Test|IT)\\.java"))
                    .collect(groupingBy(
                            path -> path.getFileName().toString().replace(".java", ""), TreeMap::new,
                            mapping(ThreatModelTest::read, joining("\n"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void eachThreatHasItsTests() {
        var found = new TreeMap<String, Integer>();
        var missing = new TreeSet<String>();
        for (var line : read(ROOT.resolve("docs/THREAT_MODEL.md")).lines().toList()) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                int count = count(row.group(1), line, missing);
                Stream.of(row.group(1).split(", ")).forEach(id -> found.merge(id, count, Integer::sum));
            }
        }
        assertThat(missing).as("tests that the threat model names and that are not there").isEmpty();
        assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(Stream.of(ids("A", 23), ids("B", 17), ids("C", 17))
                .flatMap(List::stream)
                .toList());
        assertThat(found).allSatisfy((id, count) -> assertThat(count).as(id).isPositive());
        System.out.println("threats with tests that are there: " + found.keySet().stream()
                .collect(toMap(id -> id.substring(0, 1), id -> 1, Integer::sum, TreeMap::new)));
    }

    private static List<String> ids(String section, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(number -> section + number).toList();
    }

    /** How many tests the row names that are there. */
    private int count(String id, String row, TreeSet<String> missing) {
        int count = 0;
        var named = new ArrayList<String>();
        var names = NAME.matcher(row);
        while (names.find()) {
            if (names.group(1) != null) {
                named.add(names.group(1));
            }
            var method = names.group(2) != null ? names.group(2) : names.group(3);
            var classes = names.group(2) != null ? List.of(names.group(1)) : named;
            if (classes.stream().anyMatch(name -> isThere(name, method))) {
                count++;
            } else {
                missing.add(id + ": " + names.group());
            }
        }
        return count;
    }

    private boolean isThere(String name, String method) {
        var source = tests.get(name);
        return source != null
                && (method == null || source.contains(" void " + (method.endsWith("…") ? method.replace("…", "") : method + "(")));
    }
}
