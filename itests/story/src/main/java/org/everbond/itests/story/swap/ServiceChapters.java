package org.everbond.itests.story.swap;

import static org.everbond.itests.story.swap.Stage.check;

import java.util.ArrayList;
import java.util.List;
import org.everbond.itests.story.swap.Ground.Leaving;
import org.everbond.tlv.TlvState;

/** The bundle of a store, or a store that is a service, comes and goes. */
final class ServiceChapters {
    private final Scene scene;
    private final Stage stage;
    private final Actor gateway;
    private final Ground ground;
    private final Places places;

    ServiceChapters(Scene scene) {
        this.scene = scene;
        stage = scene.stage();
        gateway = scene.gateway();
        ground = scene.ground();
        places = scene.places();
    }

    /** Every kind of backend once. The gateway serves from memory, and bonds that are made meanwhile wait for the bundle. */
    void bundleGoes(Leaving how) throws Exception {
        for (var kind : List.of("file", "flash", "nvs", "sealed")) {
            scene.to(places.another(kind));
            stage.during(() -> {
                scene.swap();
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
    void withoutBackend() throws Exception {
        ground.away("file", Leaving.STOPPED, () -> {
            scene.swap();
            gateway.until("there is no backend", status -> status.storeState() == TlvState.NO_BACKEND);
            stage.lamp.until("there is no backend", status -> status.storeState() == TlvState.NO_BACKEND);
            stage.reconnect();
        });
        gateway.serves("gateway.tlv");
        stage.lamp.serves("lamp.tlv");
        stage.during(() -> {});
    }

    void serviceIsReplaced() throws Exception {
        for (var kind : List.of("flash", "nvs", "memory")) {
            var place = places.another(kind);
            var backend = scene.backend(place);
            var offers = new ArrayList<AutoCloseable>();
            stage.during(() -> {
                scene.swap();
                offers.add(stage.offer(backend, 0));
                gateway.serves(place.name());
            });
            stage.nothingIsLost();
            stage.during(() -> {
                scene.swap();
                offers.get(0).close();
                gateway.serves("gateway.tlv");
            });
            stage.nothingIsLost();
        }
    }

    void twoBackends() throws Exception {
        for (int round = 0; round < 2; round++) {
            var one = places.another("nvs");
            var two = places.another("flash");
            var offers = new ArrayList<AutoCloseable>();
            stage.during(() -> {
                scene.swap();
                offers.add(stage.offer(scene.backend(one), 0));
                gateway.serves(one.name());
            });
            stage.during(() -> {
                scene.swap();
                offers.add(stage.offer(scene.backend(two), 5));
                gateway.serves(two.name());
            });
            int first = round;
            stage.during(() -> {
                scene.swap();
                offers.get(first).close();
                offers.get(1 - first).close();
                gateway.serves("gateway.tlv");
            });
            stage.nothingIsLost();
        }
    }
}
