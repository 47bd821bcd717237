package org.everbond.itests.felix;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;

import java.io.File;
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
                frameworkProperty("everbond.data").value(new File("target/data").getAbsolutePath()),
                bundles(Reactor.RUNTIME),
                bundles(Reactor.EVERBOND),
                bundles(List.of(Reactor.STORY)),
                junitBundles());
    }

    private static Option bundles(List<String> names) {
        return composite(names.stream()
                .map(name -> bundle("reference:" + Reactor.jar(name).toURI()).startLevel(name.startsWith("pax-logging") ? 1 : 4))
                .toArray(Option[]::new));
    }
}
