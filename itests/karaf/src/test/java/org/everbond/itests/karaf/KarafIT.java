package org.everbond.itests.karaf;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** The Karaf assembly with two adapters on one virtual air. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class KarafIT {
    private static final String VERSION = System.getProperty("karaf.version", "");
    private static final long DEADLINE = 60_000;

    @Inject
    BundleContext context;

    @Inject
    FeaturesService features;

    @Inject
    SessionFactory sessions;

    @Inject
    ConfigurationAdmin configurations;

    @Configuration
    public Option[] container() {
        return options(
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
                adapter("central"),
                adapter("peripheral"),
                bundle(new File(System.getProperty("story.bundle")).toURI().toString()),
                java17());
    }

    private static Option adapter(String name) {
        var file = "etc/org.everbond.adapter-" + name + ".cfg";
        return composite(
                editConfigurationFilePut(file, "transport", "virtual:story"),
                editConfigurationFilePut(file, "store", "file:" + name + ".tlv"),
                editConfigurationFilePut(file, "pairing.justWorks", "accept"));
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

    @Test
    public void theFeatureIsInstalled() throws Exception {
        assertTrue(features.isInstalled(features.getFeature("everbond")));
    }

    @Test
    public void theShellAnswers() throws Exception {
        var adapters = run("ble:adapters --up --timeout 60s --json");

        assertTrue(adapters, adapters.contains("\"adapter\":\"central\""));
        assertTrue(adapters, adapters.contains("\"adapter\":\"peripheral\""));
        assertEquals(adapters, 2, adapters.split("\"state\":\"up\"", -1).length - 1);
        assertTrue(run("ble:help").contains("advertise"));
    }

    @Test
    public void theAdaptersPairAndBond() throws Exception {
        configurations.getConfiguration("org.everbond.itests.story", "?").update(new Hashtable<>());
        var tracker = new ServiceTracker<Object, Object>(
                context, context.createFilter("(&(objectClass=" + Future.class.getName() + ")(story=outcome))"), null);
        tracker.open();
        var outcome = (Future<?>) tracker.waitForService(DEADLINE);
        assertNotNull("the story does not begin", outcome);

        assertEquals(
                "paired bonding=BONDED level=2 keySize=16 sc=true bonds=1+1 value=for bonded eyes only",
                outcome.get(2 * DEADLINE, TimeUnit.MILLISECONDS));
        assertTrue(run("ble:bonds --adapter central --json").contains("\"keySize\":16"));
    }

    private String run(String command) throws Exception {
        var out = new ByteArrayOutputStream();
        var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        var session = sessions.create(new ByteArrayInputStream(new byte[0]), stream, stream);
        session.execute(command);
        session.close();
        return out.toString(StandardCharsets.UTF_8);
    }
}
