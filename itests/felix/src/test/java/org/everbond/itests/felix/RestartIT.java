package org.everbond.itests.felix;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The bond survives restarts of the framework on its cache, and bundles that go, come back and are updated. */
public class RestartIT {
    private static final String PAIRED = "paired bonding=BONDED level=2 keySize=16 sc=true bonds=1+1 value=for bonded eyes only";
    private static final String RECONNECTED = "reconnected level=2 value=for bonded eyes only";

    @Rule
    public TemporaryFolder temporary = new TemporaryFolder();

    private Path cache;
    private Path stores;

    @Before
    public void folders() {
        cache = temporary.getRoot().toPath().resolve("cache");
        stores = temporary.getRoot().toPath().resolve("stores");
    }

    @Test
    public void theBondSurvivesARestartOfTheFramework() throws Exception {
        try (var felix = new PlainFelix(cache)) {
            configure(felix);
            assertEquals(PAIRED, felix.story());
        }
        try (var felix = new PlainFelix(cache)) {
            assertEquals(List.of(), felix.inactive());
            assertEquals(RECONNECTED, felix.story());
        }
    }

    @Test
    public void theBondSurvivesBundlesThatGoAndComeBack() throws Exception {
        try (var felix = new PlainFelix(cache)) {
            configure(felix);
            assertEquals(PAIRED, felix.story());
            for (var name : List.of("hci.virtual", "tlv.file", "security", "adapter", "host", "crypto")) {
                var bundle = felix.bundle("org.everbond." + name);
                bundle.stop();
                bundle.start();
                assertEquals("after stop and start of " + name, RECONNECTED, felix.story());
            }
        }
    }

    @Test
    public void theBondSurvivesUpdatesOfBundles() throws Exception {
        try (var felix = new PlainFelix(cache)) {
            configure(felix);
            assertEquals(PAIRED, felix.story());
            for (var name : List.of("hci.virtual", "tlv.file", "security", "adapter", "tlv")) {
                felix.update("org.everbond." + name);
                assertEquals(List.of(), felix.inactive());
                assertEquals("after an update of " + name, RECONNECTED, felix.story());
            }
        }
    }

    @Test
    public void stoppingABundleNeverTouchesData() throws Exception {
        try (var felix = new PlainFelix(cache)) {
            configure(felix);
            assertEquals(PAIRED, felix.story());
            byte[] central = Files.readAllBytes(stores.resolve("central.tlv"));
            for (var name : List.of("tlv.file", "adapter", "bonds", "tlv")) {
                felix.bundle("org.everbond." + name).stop();
            }
            assertArrayEquals(central, Files.readAllBytes(stores.resolve("central.tlv")));
        }
    }

    private void configure(PlainFelix felix) throws Exception {
        for (var name : List.of("central", "peripheral")) {
            felix.adapter(name, Map.of(
                    "transport", "virtual:story",
                    "store", "file:" + stores.resolve(name + ".tlv"),
                    "pairing.justWorks", "accept"));
        }
    }
}
