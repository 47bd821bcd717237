package org.everbond.itests.felix;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Finds bundles on the test class path: the reactor's own fresh jars, no repository asked. */
final class Reactor {
    /** What Everbond needs of others, in an order in which it can be started. */
    static final List<String> RUNTIME = List.of(
            "pax-logging-api",
            "pax-logging-logback",
            "org.osgi.util.function",
            "org.osgi.util.promise",
            "org.osgi.service.component",
            "org.apache.felix.configadmin",
            "org.apache.felix.scr",
            "org.apache.felix.gogo.runtime",
            "jSerialComm");

    /** All of Everbond. */
    static final List<String> EVERBOND = List.of(
            "org.everbond.crypto",
            "org.everbond.tlv",
            "org.everbond.tlv.memory",
            "org.everbond.tlv.file",
            "org.everbond.tlv.nvs",
            "org.everbond.tlv.sealed",
            "org.everbond.tlv.flash",
            "org.everbond.bonds",
            "org.everbond.hci",
            "org.everbond.hci.serial",
            "org.everbond.hci.socket",
            "org.everbond.hci.virtual",
            "org.everbond.host",
            "org.everbond.security",
            "org.everbond.gatt",
            "org.everbond.adapter",
            "org.everbond.agent",
            "org.everbond.shell");

    static final String STORY = "org.everbond.itests.story";

    private Reactor() {}

    static File jar(String artifactId) {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(path.split(Pattern.quote(File.pathSeparator)))
                .map(File::new)
                .filter(file -> file.getName().matches(Pattern.quote(artifactId) + "-\\d.*\\.jar"))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(artifactId + " is not on the test class path; run 'mvn verify'"));
    }
}
