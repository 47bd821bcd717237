package org.everbond.tlv.nvs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.bonds.keys.NewBond;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.faults.LoopInHand;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A partition of a chip is soon full. A pairing then never fails for want of room as long as somebody may go: not the pinned, not the
 * connected, not the authenticated for an unauthenticated one. Who goes is told, and what others keep in the partition stays.
 */
@Timeout(120)
class FullImageTest {
    private static final int PAIRINGS = Integer.getInteger("everbond.fullImages", 150);

    @TempDir
    private Path folder;

    private final LoopInHand loop = new LoopInHand();

    @ParameterizedTest
    @ValueSource(strings = {"new", "gen-v1-btstack", "gen-v2-mixed", "lib61-namespaces", "lib61-signed", "lib51-many-bonds", "lib61-full"})
    void newcomersOfAnyKindAreLetInAndOthersGo(String image) throws Exception {
        var file = folder.resolve("nvs.bin");
        if (!image.equals("new")) {
            Files.write(file, Golden.image(image));
        }
        var others = image.equals("new") ? Map.<String, String>of() : foreign(Golden.image(image));
        var random = new Random(image.hashCode());
        var owner = TlvStore.create("esp32", TlvStoreOwner.Options.DEFAULTS);
        owner.bind(new NvsBackendProvider(folder).create(file.toString(), Map.of("size", "12K")));
        var bonds = load(owner);
        if (bonds.local().isEmpty()) {
            loop.await(bonds.adoptIdentity(DeviceAddress.parse("24:0A:C4:A1:B2:C3")));
        }
        var here = new HashSet<BondId>();
        bonds.list().forEach(bond -> here.add(bond.id()));
        var evicted = new ArrayList<Bond>();
        bonds.listen(event -> {
            if (event.kind() == BondEvent.Kind.EVICTED) {
                evicted.add(event.bond());
                assertThat(here.remove(event.bond().id())).as("one that was there").isTrue();
            }
        });
        BondId pinned = null;
        for (int i = 0; i < PAIRINGS; i++) {
            // Now and then a peer that is there pairs again.
            var newcomer = bond(random, random.nextInt(5) == 0 && i > 20 ? i - 5 : i, i < 3);
            evicted.clear();
            var committed = loop.await(bonds.commit(newcomer)).bond();
            here.add(committed.id());
            assertThat(evicted).noneMatch(Bond::pinned).noneMatch(bond -> bond.security().authenticated() && !newcomer.security().authenticated());
            assertThat(bonds.list()).extracting(Bond::id).containsExactlyInAnyOrderElementsOf(here).contains(committed.id());
            if (i < 20 && pinned == null && loop.await(bonds.pin(committed.id(), true).handle((done, failure) -> failure == null))) {
                pinned = committed.id();
            }
            grow(random, bonds, committed.id());
        }
        assertThat(pinned).isNotNull().isIn(here);
        assertThat(here.size()).isLessThan(PAIRINGS / 2);
        bonds.close();
        owner.close();
        var written = Files.readAllBytes(file);
        LibraryCheck.of(written);
        assertThat(foreign(written)).containsAllEntriesOf(others);

        var again = TlvStore.create("esp32", TlvStoreOwner.Options.DEFAULTS);
        again.bind(new NvsBackendProvider(folder).create(file.toString(), Map.of()));
        var bondsAgain = load(again);
        assertThat(bondsAgain.list()).extracting(Bond::id).containsExactlyInAnyOrderElementsOf(here);
        bondsAgain.close();
        again.close();
    }

    /** Bonds need more room later: a name, subscriptions. Where there is none left that fails, and nothing else. */
    private void grow(Random random, BondStore bonds, BondId id) throws Exception {
        if (random.nextInt(3) == 0) {
            var values = new HashMap<Integer, Integer>();
            IntStream.range(0, 1 + random.nextInt(20)).forEach(i -> values.put(3 + 3 * i, 1));
            bonds.saveSubscriptions(id, new Subscriptions(new byte[16], values)).handle((done, failure) -> null);
            loop.await(bonds.settled());
        }
    }

    private static NewBond bond(Random random, int peer, boolean authenticated) {
        var address = DeviceAddress.parse(String.format("00:1B:DC:07:%02X:%02X", peer >> 8, peer & 0xff));
        boolean legacy = random.nextBoolean();
        var method = authenticated ? PairingMethod.PASSKEY_ENTRY : PairingMethod.JUST_WORKS;
        var security = new BondSecurity(method, !legacy, authenticated, 16);
        var irk = random.nextBoolean() ? key(random) : null;
        boolean signs = random.nextBoolean();
        var name = legacy && random.nextBoolean() ? new LegacyName(peer + 1, (long) (peer + 1) << 8 | 0xf) : null;
        var keys = new BondKeys(
                key(random), legacy ? peer + 1 : 0, legacy ? peer + 1 : 0, irk, signs ? key(random) : null, 0, signs ? key(random) : null, 0, name);
        return new NewBond(address, security, keys);
    }

    private static Key key(Random random) {
        var key = new byte[16];
        random.nextBytes(key);
        return Key.of(key);
    }

    private static Map<String, String> foreign(byte[] image) {
        var items = new HashMap<>(Golden.items(ImageReader.read(image)));
        items.keySet().removeIf(name -> name.startsWith("BTstack/"));
        return items;
    }

    private BondStore load(TlvStoreOwner owner) throws Exception {
        var bonds = BondStore.create(owner.store(), loop, BondOptions.DEFAULT);
        loop.until(bonds::ready);
        assertThat(bonds.reason()).isEmpty();
        return bonds;
    }
}
