package org.everbond.itests.karaf;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;

import java.io.File;
import java.util.Arrays;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;

/** What containers are made of. */
final class Containers {
    private static final String VERSION = System.getProperty("karaf.version", "");

    private Containers() {}

    /** The assembly as it is shipped, and the story. */
    static Option assembly() {
        return composite(
                karafDistributionConfiguration()
                        .frameworkUrl(new File(System.getProperty("karaf.assembly")).toURI().toString())
                        .name("Everbond")
                        .unpackDirectory(new File("target/exam"))
                        .useDeployFolder(false),
                configureConsole().ignoreLocalConsole().ignoreRemoteShell(),
                editConfigurationFilePut(
                        "etc/org.ops4j.pax.url.mvn.cfg",
                        "org.ops4j.pax.url.mvn.repositories",
                        new File(System.getProperty("exam.repository")).toURI() + "@id=exam"),
                bundle(new File(System.getProperty("story.bundle")).toURI().toString()),
                java17());
    }

    /** What bin/karaf hands to a Java with modules. */
    private static Option java17() {
        return composite(Arrays.stream(new String[] {
                    "--add-reads=java.xml=java.logging",
                    "--add-exports=java.base/org.apache.karaf.specs.locator=java.xml,ALL-UNNAMED",
                    "--patch-module", "java.base=lib/endorsed/org.apache.karaf.specs.locator-" + VERSION + ".jar",
                    "--patch-module", "java.xml=lib/endorsed/org.apache.karaf.specs.java.xml-" + VERSION + ".jar",
                    "--add-opens", "java.base/java.security=ALL-UNNAMED",
                    "--add-opens", "java.base/java.net=ALL-UNNAMED",
                    "--add-opens", "java.base/java.lang=ALL-UNNAMED",
                    "--add-opens", "java.base/java.util=ALL-UNNAMED",
                    "--add-opens", "java.naming/javax.naming.spi=ALL-UNNAMED",
                    "--add-opens", "java.rmi/sun.rmi.transport.tcp=ALL-UNNAMED",
                    "-classpath", "lib/jdk9plus/*" + File.pathSeparator + "lib/boot/*"
                })
                .map(CoreOptions::vmOption)
                .toArray(Option[]::new));
    }
}
