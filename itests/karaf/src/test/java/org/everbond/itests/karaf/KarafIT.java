package org.everbond.itests.karaf;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Hashtable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
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
        return options(Containers.assembly(), adapter("central"), adapter("peripheral"));
    }

    private static Option adapter(String name) {
        var file = "etc/org.everbond.adapter-" + name + ".cfg";
        return composite(
                editConfigurationFilePut(file, "transport", "virtual:story"),
                editConfigurationFilePut(file, "store", "file:" + name + ".tlv"),
                editConfigurationFilePut(file, "pairing.justWorks", "accept"));
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
