package org.everbond.itests.felix;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ops4j.pax.exam.Option;

/** What containers are made of. */
final class Containers {
    private static final String LOGBACK = new File("src/test/resources/logback-test.xml").getAbsolutePath();

    private Containers() {}

    /** Everbond, what it needs, the story and JUnit. */
    static Option everbond() {
        return composite(
                frameworkProperty("org.ops4j.pax.logging.DefaultServiceLog.level").value("WARN"),
                frameworkProperty("org.ops4j.pax.logging.StaticLogbackFile").value(LOGBACK),
                frameworkProperty("everbond.data").value(newDataFolder().toString()),
                bundles(Reactor.RUNTIME),
                bundles(Reactor.EVERBOND),
                bundles(List.of(Reactor.STORY)),
                junitBundles());
    }

    /** One for each container: what an earlier run left would be found, and taken along. */
    private static Path newDataFolder() {
        try {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target").toAbsolutePath()), "data-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Option bundles(List<String> names) {
        return composite(names.stream()
                .map(name -> bundle("reference:" + Reactor.jar(name).toURI()).startLevel(name.startsWith("pax-logging") ? 1 : 4))
                .toArray(Option[]::new));
    }
}
