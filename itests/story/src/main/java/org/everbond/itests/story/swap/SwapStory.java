package org.everbond.itests.story.swap;

import static org.everbond.itests.story.swap.Stage.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.AdapterState;
import org.everbond.itests.story.swap.Ground.Leaving;
import org.everbond.itests.story.swap.Places.Place;
import org.everbond.security.PairingException;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.spi.TlvBackend;

/**
 * The storage behind a gateway changes while a link is up and read, and visitors pair. After each chapter nothing that was acknowledged is
 * lost, no link lost its encryption, nobody paired again, nobody heard 0x06, all come again with their stored keys, and it is all there
 * still when the gateway starts anew.
 */
public final class SwapStory {
    /** One chapter. */
    public enum Chapter {
        BUNDLE_OF_THE_STORE_IS_STOPPED,
        BUNDLE_OF_THE_STORE_IS_UPDATED,
        BUNDLE_OF_THE_STORE_IS_INSTALLED_ANEW,
        BONDED_PEER_IS_SERVED_WITHOUT_ANY_BACKEND,
        BACKEND_SERVICE_IS_REPLACED_BY_ANOTHER_KIND,
        STORE_IS_RECONFIGURED,
        EVERY_KIND_AFTER_EVERY_KIND_IN_NEW_PLACES,
        EVERY_KIND_AFTER_EVERY_KIND_IN_PLACES_LEFT_BEHIND,
        GATEWAY_STARTS_ANEW_ON_EVERY_KIND,
        TWO_BACKENDS_APPEAR_AND_GO,
        BACKEND_THAT_IS_TOO_SMALL_IS_REFUSED,
        BACKEND_THAT_APPEARS_LATE_HOLDS_UP_NOBODY,
        BACKEND_THAT_HANGS_IN_FLUSH_FAILS_THE_PAIRING,
        BACKEND_THAT_HANGS_IN_FLUSH_KEEPS_THE_BOND_THAT_WAS,
        STORE_IS_SEALED_AND_GETS_A_NEW_KEY,
        FORGOTTEN_BOND_STAYS_FORGOTTEN_IN_EVERY_ORDER,
        CONFLICT_WAITS_FOR_A_DECISION
    }

    private final Ground ground;
    private final Path folder;
    private Stage stage;
    private Actor gateway;
    private Places places;
    private int swaps;

    /** @param folder empty, or not there yet */
    public SwapStory(Ground ground, Path folder) {
        this.ground = ground;
        this.folder = folder;
    }

    /** Tells one chapter; returns one line with its figures. */
    public String tell(Chapter chapter) throws Exception {
        var own = Files.createDirectories(folder.resolve(chapter.name().toLowerCase(Locale.ROOT)));
        places = new Places(own);
        swaps = 0;
        try (var opened = new Stage(ground, own)) {
            stage = opened;
            gateway = stage.gateway;
            stage.begin();
            tellOn(chapter);
            stage.curtain();
            return chapter + ": " + swaps + " swaps, " + stage.figures();
        } finally {
            // Else the gateway of the next chapter would find the bonds of this one where they were kept last, and take them along.
            Files.move(own, own.resolveSibling(own.getFileName() + "-told"));
        }
    }

    /**
     * Tells every chapter and prints its figures.
     *
     * @param where for people
     * @throws AssertionError that names the chapters which did not go well
     */
    public void tellAll(String where) {
        var failed = new AssertionError("chapters that did not go well " + where);
        for (var chapter : Chapter.values()) {
            try {
                System.out.println("swap story " + where + ": " + tell(chapter));
            } catch (Exception | AssertionError e) {
                failed.addSuppressed(new AssertionError(chapter + ": " + e.getMessage(), e));
            }
        }
        if (failed.getSuppressed().length > 0) {
            failed.printStackTrace();
            throw failed;
        }
    }

    private void tellOn(Chapter chapter) throws Exception {
        switch (chapter) {
            case BUNDLE_OF_THE_STORE_IS_STOPPED -> bundleGoes(Leaving.STOPPED);
            case BUNDLE_OF_THE_STORE_IS_UPDATED -> bundleGoes(Leaving.UPDATED);
            case BUNDLE_OF_THE_STORE_IS_INSTALLED_ANEW -> bundleGoes(Leaving.REINSTALLED);
            case BONDED_PEER_IS_SERVED_WITHOUT_ANY_BACKEND -> withoutBackend();
            case BACKEND_SERVICE_IS_REPLACED_BY_ANOTHER_KIND -> serviceIsReplaced();
            case STORE_IS_RECONFIGURED -> reconfigured();
            case EVERY_KIND_AFTER_EVERY_KIND_IN_NEW_PLACES -> everyPair(false);
            case EVERY_KIND_AFTER_EVERY_KIND_IN_PLACES_LEFT_BEHIND -> everyPair(true);
            case GATEWAY_STARTS_ANEW_ON_EVERY_KIND -> startsAnew();
            case TWO_BACKENDS_APPEAR_AND_GO -> twoBackends();
            case BACKEND_THAT_IS_TOO_SMALL_IS_REFUSED -> tooSmall();
            case BACKEND_THAT_APPEARS_LATE_HOLDS_UP_NOBODY -> late();
            case BACKEND_THAT_HANGS_IN_FLUSH_FAILS_THE_PAIRING -> hangsInFlush(false);
            case BACKEND_THAT_HANGS_IN_FLUSH_KEEPS_THE_BOND_THAT_WAS -> hangsInFlush(true);
            case STORE_IS_SEALED_AND_GETS_A_NEW_KEY -> sealed();
            case FORGOTTEN_BOND_STAYS_FORGOTTEN_IN_EVERY_ORDER -> forgotten();
            case CONFLICT_WAITS_FOR_A_DECISION -> conflict();
        }
    }

    /** Every kind of backend once. The gateway serves from memory, and bonds that are made meanwhile wait for the bundle. */
    private void bundleGoes(Leaving how) throws Exception {
        for (var kind : List.of("file", "flash", "nvs", "sealed")) {
            to(places.another(kind));
            stage.during(() -> {
                swaps++;
                ground.away(kind, how, () -> {
                    if (how != Leaving.UPDATED) {
                        gateway.until("there is no backend", status -> status.storeState() == TlvState.NO_BACKEND);
                    }
                    check(gateway.adapter().bonds().size() > 0, "without a backend bonds serve from memory");
                });
                gateway.until("it serves again", status -> status.storeState() == TlvState.READY);
            });
            stage.nothingIsLost();
        }
    }

    /** The lamp and the gateway both lose their backend, and the lamp is connected anew: its LTK comes from memory. */
    private void withoutBackend() throws Exception {
        ground.away("file", Leaving.STOPPED, () -> {
            swaps++;
            gateway.until("there is no backend", status -> status.storeState() == TlvState.NO_BACKEND);
            stage.lamp.until("there is no backend", status -> status.storeState() == TlvState.NO_BACKEND);
            stage.reconnect();
        });
        gateway.serves("gateway.tlv");
        stage.lamp.serves("lamp.tlv");
        stage.during(() -> {});
    }

    private void serviceIsReplaced() throws Exception {
        for (var kind : List.of("flash", "nvs", "memory")) {
            var place = places.another(kind);
            var backend = backend(place);
            var offers = new ArrayList<AutoCloseable>();
            stage.during(() -> {
                swaps++;
                offers.add(stage.offer(backend, 0));
                gateway.serves(place.name());
            });
            stage.nothingIsLost();
            stage.during(() -> {
                swaps++;
                offers.get(0).close();
                gateway.serves("gateway.tlv");
            });
            stage.nothingIsLost();
        }
    }

    private TlvBackend backend(Place place) throws Exception {
        var options = new HashMap<String, String>();
        for (var option : place.options().replace("?", "").split("&")) {
            if (!option.isEmpty()) {
                options.put(option.split("=")[0], option.split("=")[1]);
            }
        }
        return ground.provider(place.kind()).create(place.where(), options);
    }

    private void reconfigured() throws Exception {
        var file = places.another("file");
        for (var order : List.of(
                List.of(file, places.another("flash"), places.another("memory"), file),
                List.of(file, places.another("nvs"), file),
                List.of(places.another("sealed"), places.another("flash"), places.another("sealed"), file))) {
            for (var place : order) {
                stage.during(() -> to(place));
                stage.nothingIsLost();
            }
        }
        // Both sides at once.
        var other = places.another("flash");
        stage.during(() -> {
            swaps++;
            stage.lamp.with("store", places.another("nvs").store()).reconfigure();
            to(other);
        });
    }

    private void to(Place place) throws Exception {
        swaps++;
        gateway.with("store", place.store()).reconfigure();
        gateway.serves(place.name());
    }

    /** @param leftBehind whether each kind has one place, which is come back to, or each swap goes to a new one */
    private void everyPair(boolean leftBehind) throws Exception {
        for (var kind : allPairs(Places.KINDS)) {
            var place = leftBehind ? places.named(kind, kind) : places.another(kind);
            // The same place again is no swap: of one kind there are two.
            boolean there = gateway.adapter().status().store().equals(place.store());
            stage.during(() -> to(there ? places.named(kind, kind + "-other") : place));
            stage.nothingIsLost();
        }
    }

    /** A walk over the kinds in which each follows each, itself too, exactly once. */
    static List<String> allPairs(List<String> kinds) {
        var left = new LinkedHashMap<String, List<String>>();
        kinds.forEach(kind -> left.put(kind, new ArrayList<>(kinds)));
        var path = new ArrayList<String>();
        var stack = new ArrayList<>(List.of(kinds.get(0)));
        while (!stack.isEmpty()) {
            var from = left.get(stack.get(stack.size() - 1));
            if (from.isEmpty()) {
                path.add(0, stack.remove(stack.size() - 1));
            } else {
                stack.add(from.remove(0));
            }
        }
        return path;
    }

    /** What was acknowledged before, during and after a swap is in the place itself, not in memory alone. */
    private void startsAnew() throws Exception {
        for (var kind : List.of("flash", "nvs", "sealed", "file")) {
            stage.during(() -> to(places.another(kind)));
            stage.startAnew();
            for (int i = 0; i < 2; i++) {
                stage.during(() -> {});
                stage.startAnew();
            }
        }
    }

    private void twoBackends() throws Exception {
        for (int round = 0; round < 2; round++) {
            var one = places.another("nvs");
            var two = places.another("flash");
            var offers = new ArrayList<AutoCloseable>();
            stage.during(() -> {
                swaps++;
                offers.add(stage.offer(backend(one), 0));
                gateway.serves(one.name());
            });
            stage.during(() -> {
                swaps++;
                offers.add(stage.offer(backend(two), 5));
                gateway.serves(two.name());
            });
            int first = round;
            stage.during(() -> {
                swaps++;
                offers.get(first).close();
                offers.get(1 - first).close();
                gateway.serves("gateway.tlv");
            });
            stage.nothingIsLost();
        }
    }

    private void tooSmall() throws Exception {
        var small = new HeldBackend(backend(places.another("memory")), 2);
        var offers = new ArrayList<AutoCloseable>();
        stage.during(() -> {
            offers.add(stage.offer(small, 0));
            gateway.until("it says that the backend is too small", status -> status.storeReason().contains("is too small"));
        });
        var status = gateway.adapter().status();
        check(status.storeState() == TlvState.READY && status.backend().resource().endsWith("gateway.tlv"), "the old one serves on: " + status);
        stage.during(() -> {});
        offers.get(0).close();
    }

    private void late() throws Exception {
        var late = new HeldBackend(backend(places.another("file")));
        late.holdOpening();
        try (var offer = stage.offer(late, 0)) {
            late.awaitOpening();
            // The other one commits meanwhile.
            stage.during(() -> {});
            stage.nothingIsLost();
            stage.during(() -> {
                swaps++;
                late.letGo();
                gateway.serves("file-1");
            });
            stage.nothingIsLost();
            stage.during(() -> {});
        }
        gateway.serves("gateway.tlv");
    }

    /** @param replacement whether the pairing that fails would have replaced the lamp's bond, which stays then */
    private void hangsInFlush(boolean replacement) throws Exception {
        gateway.with("store.wait", "1").reconfigure();
        var hanging = new HeldBackend(backend(places.another("file")));
        var offer = stage.offer(hanging, 0);
        gateway.serves("file-1");
        stage.during(() -> swaps++);
        hanging.holdFlushing();
        if (replacement) {
            var pairing = stage.pairAgain();
            hanging.awaitFlushing();
            offer.close();
            failsWithAReason(pairing);
        } else {
            var visitor = stage.visitor();
            visitor.letIn();
            hanging.awaitFlushing();
            offer.close();
            visitor.isRefused();
        }
        swaps++;
        gateway.serves("gateway.tlv");
        hanging.letGo();
        stage.nothingIsLost();
        if (replacement) {
            stage.connectAnew();
        }
        stage.during(() -> {});
        gateway.with("store.wait", "20").reconfigure();
    }

    private static void failsWithAReason(CompletionStage<?> pairing) throws Exception {
        try {
            check(false, "a bond was acknowledged that nobody has written: " + Actor.get(pairing));
        } catch (PairingException e) {
            check(!e.getMessage().isBlank(), "the pairing failed without a reason");
        }
    }

    private void sealed() throws Exception {
        var sealed = places.named("sealed", "sealed");
        stage.during(() -> to(sealed));
        var file = stage.folder.resolve("sealed");
        var before = Files.readAllBytes(file);
        stage.during(() -> {
            swaps++;
            gateway.with("store", "sealed:" + sealed.where() + places.keys("&key=next&oldKey=everbond")).reconfigure();
            gateway.until("it has the new key", status -> status.storeState() == TlvState.READY
                    && status.store().contains("key=next") && !Arrays.equals(head(before), head(read(file))));
        });
        var clear = backend(new Place("file", "gateway.tlv", stage.folder.resolve("gateway.tlv").toString(), ""));
        var secrets = clear.open().values().values().stream().filter(value -> value.length >= 16).toList();
        clear.close();
        check(secrets.size() > 3, "there is nothing to be kept secret");
        var text = new String(read(file), StandardCharsets.ISO_8859_1);
        for (var secret : secrets) {
            check(!text.contains(new String(secret, 0, 16, StandardCharsets.ISO_8859_1)), "the sealed file holds a value in clear");
        }
    }

    /** Enough of a sealed file to tell which key it has. */
    private static byte[] head(byte[] file) {
        return Arrays.copyOf(file, 256);
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Generated orders of places, old copies among them, with a bond forgotten on the way, and the gateway started anew. */
    private void forgotten() throws Exception {
        for (int seed = 1; seed <= 4; seed++) {
            var random = new Random(seed);
            var order = new ArrayList<String>();
            var pool = new ArrayList<Place>();
            for (var kind : List.of("file", "file", "flash", "nvs", "memory", "sealed")) {
                pool.add(places.another(kind));
            }
            int forgetAt = 2 + random.nextInt(3);
            for (int i = 0; i < 8; i++) {
                var place = pool.get(random.nextInt(pool.size()));
                order.add(place.toString());
                if (i < 2) {
                    stage.during(() -> to(place));
                } else {
                    to(place);
                }
                if (i == forgetAt) {
                    order.add("forget");
                    stage.forgetAVisitor();
                }
                try {
                    stage.nothingIsLost();
                } catch (AssertionError e) {
                    throw new AssertionError("seed " + seed + ", " + order, e);
                }
            }
        }
    }

    private void conflict() throws Exception {
        var mine = gateway.adapter().status().identity().orElseThrow().toString();
        stage.gatewayLeaves();
        // It starts anew elsewhere, where its bonds are not to be found, gets another identity, and bonds with the same lamp.
        var own = stage.folder.resolve("gateway.tlv");
        var away = stage.folder.resolve("away.tlv");
        Files.move(own, away);
        gateway.with("store", "file:" + stage.folder.resolve("elsewhere.tlv")).enter();
        stage.bondWithTheLamp();
        Files.move(away, own);
        var elsewhere = gateway.adapter().status().identity();
        swaps++;
        gateway.with("store", "file:" + own).reconfigure();
        gateway.until("it asks for a decision", status -> status.storeReason().contains("ble:store adopt"));
        var status = gateway.adapter().status();
        check(status.storeState() == TlvState.READY && status.storeReason().contains(mine), "it names the other identity: " + status);
        stage.nobodyNoticed();
        stage.pause(); // another identity is another gateway: its links end
        var kept = Actor.get(gateway.adapter().resolveStore(Resolution.ADOPT));
        check(Files.exists(Path.of(kept)), "what lost is kept: " + kept);
        gateway.until("it is who it was", now -> now.state() == AdapterState.UP && now.identity().toString().contains(mine));
        // What lost is a store like any other.
        swaps++;
        gateway.with("store", "file:" + kept).reconfigure();
        gateway.until("it asks for a decision", now -> now.storeReason().contains("ble:store adopt"));
        Actor.get(gateway.adapter().resolveStore(Resolution.ADOPT));
        gateway.until("it is the other one", now -> now.state() == AdapterState.UP && now.identity().equals(elsewhere));
        check(gateway.count(AdapterEvent.BondLost.class, event -> true) == 0, "a bond was lost");
        stage.goOn();
    }
}
