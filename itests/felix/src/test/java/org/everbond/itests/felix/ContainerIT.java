package org.everbond.itests.felix;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNotSame;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.options;

import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.AdapterState;
import org.everbond.adapter.RejectedConfiguration;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** All bundles in one Felix framework. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ContainerIT {
    private static final long DEADLINE = 30_000;
    private static final Duration UP = Duration.ofSeconds(20);

    @Rule
    public TemporaryFolder temporary = new TemporaryFolder();

    @Inject
    BundleContext context;

    @Inject
    ConfigurationAdmin configurations;

    @Configuration
    public Option[] container() {
        return options(Containers.everbond());
    }

    @Test
    public void everyBundleResolvesAndStarts() {
        var ours = Stream.of(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().startsWith("org.everbond."))
                .toList();

        assertEquals(Reactor.EVERBOND.size() + 1, ours.size());
        assertEquals(
                List.of(),
                ours.stream().filter(bundle -> bundle.getState() != Bundle.ACTIVE).map(Bundle::getSymbolicName).toList());
    }

    @Test
    public void oneFactoryConfigurationMakesAnAdapterThatComesUp() throws Exception {
        var configuration = adapter("one", Map.of("transport", "virtual:one", "store", "memory:"));

        var status = service(Adapter.class, "(adapter=one)").up(UP).toCompletableFuture().get(DEADLINE, TimeUnit.MILLISECONDS);

        assertEquals(AdapterState.UP, status.state());
        assertEquals("one", status.name());
        delete(configuration);
    }

    @Test
    public void ofTwoConfigurationsWithOneNameTheFirstGoesOnAndTheSecondComesUpWhenItGoes() throws Exception {
        var properties = Map.of("name", "wanted", "transport", "virtual:wanted", "store", "memory:");
        var first = adapter("wanted-first", properties);
        var adapter = service(Adapter.class, "(adapter=wanted)");
        adapter.up(UP).toCompletableFuture().get(DEADLINE, TimeUnit.MILLISECONDS);

        var second = adapter("wanted-second", properties);

        var rejected = service(RejectedConfiguration.class, "(adapter=wanted)");
        assertEquals(second.getPid(), rejected.pid());
        assertTrue(rejected.reason(), rejected.reason().endsWith(
                "makes no adapter: another configuration has made an adapter named wanted already; give one of them another name="));
        assertEquals(1, context.getServiceReferences(Adapter.class, "(adapter=wanted)").size());
        assertSame(adapter, service(Adapter.class, "(adapter=wanted)"));
        assertEquals(AdapterState.UP, adapter.status().state());

        delete(first);
        var successor = service(Adapter.class, "(adapter=wanted)");
        assertNotSame(adapter, successor);
        assertEquals(AdapterState.UP, successor.up(UP).toCompletableFuture().get(DEADLINE, TimeUnit.MILLISECONDS).state());
        assertTrue(context.getServiceReferences(RejectedConfiguration.class, "(adapter=wanted)").isEmpty());

        // Once more, now decided by another name.
        var third = adapter("wanted-third", properties);
        service(RejectedConfiguration.class, "(adapter=wanted)");
        third.update(new Hashtable<>(Map.of("name", "other", "transport", "virtual:wanted", "store", "memory:")));
        service(Adapter.class, "(adapter=other)").up(UP).toCompletableFuture().get(DEADLINE, TimeUnit.MILLISECONDS);
        assertSame(successor, service(Adapter.class, "(adapter=wanted)"));
        delete(second, third);
    }

    @Test
    public void twoAdaptersOnOneAirPairAndBond() throws Exception {
        var folder = temporary.getRoot().toPath();
        var central = adapter("central", Map.of(
                "transport", "virtual:story",
                "store", "file:" + folder.resolve("central.tlv"),
                "pairing.justWorks", "accept"));
        var peripheral = adapter("peripheral", Map.of(
                "transport", "virtual:story",
                "store", "file:" + folder.resolve("peripheral.tlv"),
                "pairing.justWorks", "accept"));
        configurations.getConfiguration("org.everbond.itests.story", "?").update(new Hashtable<>());

        var outcome = service(Future.class, "(story=outcome)").get(DEADLINE * 2, TimeUnit.MILLISECONDS);

        assertEquals("paired bonding=BONDED level=2 keySize=16 sc=true bonds=1+1 value=for bonded eyes only", outcome);
        delete(central, peripheral);
    }

    private org.osgi.service.cm.Configuration adapter(String name, Map<String, String> properties) throws Exception {
        var configuration = configurations.getFactoryConfiguration("org.everbond.adapter", name, "?");
        configuration.update(new Hashtable<>(properties));
        return configuration;
    }

    private <S> S service(Class<S> type, String filter) throws Exception {
        var tracker = new ServiceTracker<S, S>(
                context, context.createFilter("(&(objectClass=" + type.getName() + ")" + filter + ")"), null);
        tracker.open();
        try {
            var service = tracker.waitForService(DEADLINE);
            assertNotNull("no service " + type.getName() + " " + filter + " came", service);
            return service;
        } finally {
            tracker.close();
        }
    }

    /** Deletes the configurations of adapters and waits until these are gone. */
    private void delete(org.osgi.service.cm.Configuration... adapters) throws Exception {
        var gone = new CountDownLatch(adapters.length);
        ServiceListener listener = event -> {
            if (event.getType() == ServiceEvent.UNREGISTERING) {
                gone.countDown();
            }
        };
        context.addServiceListener(listener, "(objectClass=" + Adapter.class.getName() + ")");
        for (var adapter : adapters) {
            adapter.delete();
        }
        boolean all = gone.await(DEADLINE, TimeUnit.MILLISECONDS);
        context.removeServiceListener(listener);
        assertTrue("adapters are left", all);
    }
}
