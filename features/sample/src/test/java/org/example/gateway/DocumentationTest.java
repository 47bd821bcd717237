package org.example.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/BUNDLES.md quotes is in the sample. */
class DocumentationTest {
    private static final String INDENT = "    ";

    /** Lines without indentation, with one line break before and behind each; overriding goes without saying. */
    private static String plain(Stream<String> lines) {
        return lines.map(String::strip)
                .filter(line -> !line.isEmpty() && !line.equals("@Override"))
                .collect(Collectors.joining("\n", "\n", "\n"));
    }

    /** The quoted pieces of Java: indented blocks with a line that ends as only Java's lines do. */
    private static List<String> quoted() throws IOException {
        var blocks = new ArrayList<String>();
        var block = new ArrayList<String>();
        for (var line : Files.readAllLines(Path.of("../../docs/BUNDLES.md"))) {
            if (line.startsWith(INDENT)) {
                block.add(line);
            } else {
                if (block.stream().anyMatch(java -> java.endsWith(";") || java.endsWith("{"))) {
                    blocks.add(plain(block.stream()));
                }
                block.clear();
            }
        }
        return blocks;
    }

    @Test
    void theProjectForOthersNamesTheVersionsOfThisBuild() throws IOException {
        var build = Files.readString(Path.of("../../pom.xml"));
        var bnd = build.replaceAll("(?s).*<bnd.version>([^<]+)<.*", "$1");
        var versions = Pattern.compile("<artifactId>([^<]+)</artifactId><version>([^<]+)</version>")
                .matcher(Files.readString(Path.of("../../docs/BUNDLES.md"))).results().toList();
        assertThat(versions).hasSize(3).allSatisfy(found -> assertThat(build.replace("${bnd.version}", bnd).replaceAll("\\s+", ""))
                .contains("<artifactId>" + found.group(1) + "</artifactId><version>" + found.group(2).replace("0.1.0-SNAPSHOT", "${project.version}")));
    }

    @Test
    void everyQuotedPieceIsInTheSources() throws IOException {
        var sources = new StringBuilder();
        try (var files = Files.list(Path.of("src/main/java/org/example/gateway"))) {
            for (var file : files.toList()) {
                sources.append(plain(Files.readAllLines(file).stream()));
            }
        }
        assertThat(quoted()).hasSizeGreaterThan(10).allSatisfy(piece -> assertThat(sources.toString()).contains(piece));
    }
}
