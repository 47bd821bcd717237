package org.everbond.itests.story.swap;

import static org.everbond.itests.story.swap.Stage.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import org.everbond.itests.story.swap.Places.Place;
import org.everbond.tlv.TlvState;

/** {@code store=} names one place after the other. */
final class PlaceChapters {
    private final Scene scene;
    private final Stage stage;
    private final Actor gateway;
    private final Places places;

    PlaceChapters(Scene scene) {
        this.scene = scene;
        stage = scene.stage();
        gateway = scene.gateway();
        places = scene.places();
    }

    void reconfigured() throws Exception {
        var file = places.another("file");
        for (var order : List.of(
                List.of(file, places.another("flash"), places.another("memory"), file),
                List.of(file, places.another("nvs"), file),
                List.of(places.another("sealed"), places.another("flash"), places.another("sealed"), file))) {
            for (var place : order) {
                stage.during(() -> scene.to(place));
                stage.nothingIsLost();
            }
        }
        // Both sides at once.
        var other = places.another("flash");
        stage.during(() -> {
            scene.swap();
            stage.lamp.with("store", places.another("nvs").store()).reconfigure();
            scene.to(other);
        });
    }

    /** @param leftBehind whether each kind has one place, which is come back to, or each swap goes to a new one */
    void everyPair(boolean leftBehind) throws Exception {
        for (var kind : allPairs(Places.KINDS)) {
            var place = leftBehind ? places.named(kind, kind) : places.another(kind);
            // The same place again is no swap: of one kind there are two.
            boolean there = gateway.adapter().status().store().equals(place.store());
            stage.during(() -> scene.to(there ? places.named(kind, kind + "-other") : place));
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
    void startsAnew() throws Exception {
        for (var kind : List.of("flash", "nvs", "sealed", "file")) {
            stage.during(() -> scene.to(places.another(kind)));
            stage.startAnew();
            for (int i = 0; i < 2; i++) {
                stage.during(() -> {});
                stage.startAnew();
            }
        }
    }

    void sealed() throws Exception {
        var sealed = places.named("sealed", "sealed");
        stage.during(() -> scene.to(sealed));
        var file = stage.folder.resolve("sealed");
        var before = Files.readAllBytes(file);
        stage.during(() -> {
            scene.swap();
            gateway.with("store", "sealed:" + sealed.where() + places.keys("&key=next&oldKey=everbond")).reconfigure();
            gateway.until("it has the new key", status -> status.storeState() == TlvState.READY
                    && status.store().contains("key=next") && !Arrays.equals(head(before), head(read(file))));
        });
        var clear = scene.backend(new Place("file", "gateway.tlv", stage.folder.resolve("gateway.tlv").toString(), ""));
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
    void forgotten() throws Exception {
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
                    stage.during(() -> scene.to(place));
                } else {
                    scene.to(place);
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
}
