package org.everbond.sig;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.Link;
import org.everbond.adapter.internal.UnderTest;
import org.everbond.hci.virtual.SimulatedLoop;
import org.everbond.security.OobData;

/** Above the IUT: has it do something, and hears what its application is told. */
final class UpperTester {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SETTLE = Duration.ofMillis(500);

    private final SimulatedLoop world;
    private final UnderTest iut;
    private final SignedService service;
    /** What was asked for last and has to go well, unless the row says otherwise. */
    private Optional<CompletionStage<?>> asked = Optional.empty();
    /** The data that the IUT made last for the tester to have. */
    Optional<OobData> oobData = Optional.empty();

    private int heard;
    private int written;

    UpperTester(SimulatedLoop world, UnderTest iut, SignedService service) {
        this.world = world;
        this.iut = iut;
        this.service = service;
    }

    void does(String what) {
        switch (what) {
            case "pairs" -> ask(link().pair());
            case "encrypts" -> ask(link().encrypt());
            case "is refused" -> inVain();
            case "is bondable" -> done(iut.adapter().bondable(true));
            case "is not bondable" -> done(iut.adapter().bondable(false));
            case "makes data" -> oobData = Optional.of(done(iut.adapter().createOobData()));
            default -> {
                Expect.that(what.startsWith("writes signed "), "this is a step: " + what);
                var value = HexFormat.of().parseHex(what.substring("writes signed ".length()));
                ask(link().gatt().writeSigned(SignedService.VALUE_HANDLE, value));
            }
        }
    }

    Link link() {
        return iut.adapter().links().get(0);
    }

    private void ask(CompletionStage<?> stage) {
        asked = Optional.of(stage);
        world.runUntilIdle();
    }

    /** What was asked for has gone well. */
    void askedIsDone() {
        asked.ifPresent(this::done);
        asked = Optional.empty();
    }

    private void inVain() {
        var failed = asked.orElseThrow().toCompletableFuture();
        asked = Optional.empty();
        Expect.that(world.runUntil(failed::isDone, PATIENCE), "what was asked for ends");
        Expect.that(failed.isCompletedExceptionally(), "what was asked for fails");
    }

    private <T> T done(CompletionStage<T> stage) {
        var result = stage.toCompletableFuture();
        Expect.that(world.runUntil(result::isDone, PATIENCE), "what was asked for ends");
        return result.join();
    }

    /** The next that the application hears. */
    void hears(String what) {
        if (what.equals("nothing")) {
            world.advance(SETTLE);
            Expect.same(List.of(), unheard());
        } else if (what.equals("nothing written")) {
            world.advance(SETTLE);
            Expect.same(written, service.written.size());
        } else if (what.startsWith("written ")) {
            world.runUntil(() -> service.written.size() > written, PATIENCE);
            Expect.same(List.of(what.substring("written ".length())), service.written.subList(written, service.written.size()));
            written = service.written.size();
        } else if (what.startsWith("encrypted ")) {
            askedIsDone();
            world.advance(SETTLE);
            Expect.same(what, "encrypted " + link().status().security().map(StoreView::words).orElse("not"));
        } else {
            Expect.that(world.runUntil(() -> !unheard().isEmpty(), PATIENCE), "the application hears anything");
            Expect.same(what, unheard().get(0));
            heard++;
        }
        if (what.startsWith("paired ")) {
            askedIsDone();
        }
    }

    /** What was not expected yet. */
    List<String> unheard() {
        return iut.events().stream().filter(UpperTester::tellsOfPairing).skip(heard).map(UpperTester::words).toList();
    }

    void hasHeardAll() {
        askedIsDone();
        Expect.same(List.of(), unheard());
        Expect.same(written, service.written.size());
    }

    private static boolean tellsOfPairing(AdapterEvent event) {
        return event instanceof AdapterEvent.Paired || event instanceof AdapterEvent.PairingFailed
                || event instanceof AdapterEvent.BondLost;
    }

    private static String words(AdapterEvent event) {
        if (event instanceof AdapterEvent.Paired paired) {
            return "paired " + StoreView.words(paired.result().security()) + " "
                    + paired.result().bonding().name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
        if (event instanceof AdapterEvent.PairingFailed failed) {
            return String.format("failed %02x by %s", failed.reason(), failed.byPeer() ? "peer" : "us");
        }
        return "lost " + ((AdapterEvent.BondLost) event).cause();
    }
}
