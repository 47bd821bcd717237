package org.everbond.itests.story.swap;

import static org.everbond.itests.story.swap.Stage.check;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletionStage;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.AdapterState;
import org.everbond.security.PairingException;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.TlvState;

/** A store that is too small, late, hangs, or belongs to somebody else. */
final class TroubleChapters {
    private final Scene scene;
    private final Stage stage;
    private final Actor gateway;
    private final Places places;

    TroubleChapters(Scene scene) {
        this.scene = scene;
        stage = scene.stage();
        gateway = scene.gateway();
        places = scene.places();
    }

    void tooSmall() throws Exception {
        var small = new HeldBackend(scene.backend(places.another("memory")), 2);
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

    void late() throws Exception {
        var late = new HeldBackend(scene.backend(places.another("file")));
        late.holdOpening();
        try (var offer = stage.offer(late, 0)) {
            late.awaitOpening();
            // The other one commits meanwhile.
            stage.during(() -> {});
            stage.nothingIsLost();
            stage.during(() -> {
                scene.swap();
                late.letGo();
                gateway.serves("file-1");
            });
            stage.nothingIsLost();
            stage.during(() -> {});
        }
        gateway.serves("gateway.tlv");
    }

    /** @param replacement whether the pairing that fails would have replaced the lamp's bond, which stays then */
    void hangsInFlush(boolean replacement) throws Exception {
        gateway.with("store.wait", "1").reconfigure();
        var hanging = new HeldBackend(scene.backend(places.another("file")));
        var offer = stage.offer(hanging, 0);
        gateway.serves("file-1");
        stage.during(scene::swap);
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
        scene.swap();
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

    void conflict() throws Exception {
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
        scene.swap();
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
        scene.swap();
        gateway.with("store", "file:" + kept).reconfigure();
        gateway.until("it asks for a decision", now -> now.storeReason().contains("ble:store adopt"));
        Actor.get(gateway.adapter().resolveStore(Resolution.ADOPT));
        gateway.until("it is the other one", now -> now.state() == AdapterState.UP && now.identity().equals(elsewhere));
        check(gateway.count(AdapterEvent.BondLost.class, event -> true) == 0, "a bond was lost");
        stage.goOn();
    }
}
