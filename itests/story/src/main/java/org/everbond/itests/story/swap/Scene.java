package org.everbond.itests.story.swap;

import java.util.HashMap;
import org.everbond.itests.story.swap.Places.Place;
import org.everbond.tlv.spi.TlvBackend;

/** What a chapter happens with: who plays, where stores may be, and how often they were swapped. */
final class Scene {
    private final Ground ground;
    private final Stage stage;
    private final Places places;
    private int swaps;

    Scene(Ground ground, Stage stage, Places places) {
        this.ground = ground;
        this.stage = stage;
        this.places = places;
    }

    Ground ground() {
        return ground;
    }

    Stage stage() {
        return stage;
    }

    Actor gateway() {
        return stage.gateway;
    }

    Places places() {
        return places;
    }

    int swaps() {
        return swaps;
    }

    /** One more. */
    void swap() {
        swaps++;
    }

    /** The gateway's {@code store=} names another place, and serves from there. */
    void to(Place place) throws Exception {
        swap();
        stage.gateway.with("store", place.store()).reconfigure();
        stage.gateway.serves(place.name());
    }

    /** A backend as a bundle would offer it as a service. */
    TlvBackend backend(Place place) throws Exception {
        var options = new HashMap<String, String>();
        for (var option : place.options().replace("?", "").split("&")) {
            if (!option.isEmpty()) {
                options.put(option.split("=")[0], option.split("=")[1]);
            }
        }
        return ground.provider(place.kind()).create(place.where(), options);
    }
}
