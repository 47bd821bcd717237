package org.everbond.host.internal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.AdvertisingReport;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.EventLoop;
import org.everbond.hci.LeEvent;
import org.everbond.hci.LeFeature;
import org.everbond.host.Advertisement;
import org.everbond.host.HostException;

/**
 * Scanning for two: for the application, and for connecting to bonded peers behind private addresses. Brings the controller
 * step by step to what both want together.
 */
final class Scanner implements ResolvingList.Held {
    private record Wish(boolean active, boolean filterDuplicates) {}

    /** When a controller refuses to scan again. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final EventLoop loop;
    private final CommandFlow commands;
    private final AirCommands air;
    private final OwnAddress own;
    private final UpperLayers upper;
    private int filterPolicy;
    private final Reports reports;
    private Wish application;
    private Consumer<Advertisement> applicationSink;
    private Consumer<AdvertisingReport> search;
    private Consumer<HostException> searchFailed;
    private boolean suspended;
    /** Not null while it may not be on; completes when it is off. */
    private CompletableFuture<Void> held;
    /** What the controller does, or null. */
    private Wish running;
    private boolean restart;
    private boolean busy;
    /** Whether it is not known if the controller scans; then it is switched off first. */
    private boolean unsure;
    private final FreshStarts freshStarts = new FreshStarts();
    /** Whether the controller refused to go on with what it did before; it is asked again later. */
    private boolean refused;
    private EventLoop.Timer retry = () -> {};
    private CompletableFuture<Void> waiting = CompletableFuture.completedFuture(null);

    Scanner(
            EventLoop loop,
            CommandFlow commands,
            AirCommands air,
            Controller controller,
            OwnAddress own,
            UpperLayers upper,
            Losses losses) {
        this.loop = loop;
        this.commands = commands;
        this.air = air;
        this.filterPolicy = LeFeature.EXTENDED_SCANNING_FILTER_POLICIES.in(controller.leFeatures())
                ? AirCommands.UNRESOLVED_TARGETS_TOO
                : AirCommands.EVERY_ADVERTISER;
        this.own = own;
        this.upper = upper;
        this.reports = new Reports(upper, losses);
    }

    CompletionStage<Void> start(boolean active, boolean filterDuplicates, Consumer<Advertisement> sink) {
        application = new Wish(active, filterDuplicates);
        applicationSink = sink;
        restart = running != null;
        return changed();
    }

    CompletionStage<Void> stop() {
        application = null;
        applicationSink = null;
        return changed();
    }

    private CompletionStage<Void> changed() {
        var replaced = waiting;
        waiting = new CompletableFuture<>();
        refused = false;
        freshStarts.over();
        var result = waiting;
        replaced.completeExceptionally(new HostException("the scan was changed before it began; the later wish holds", 0));
        step();
        return result;
    }

    /** Hands every report over, too, from a fresh start on: advertisers that were filtered as duplicates count again. */
    void search(Consumer<AdvertisingReport> found, Consumer<HostException> failed) {
        search = found;
        searchFailed = failed;
        refused = false;
        freshStarts.over();
        restart = running != null;
        step();
    }

    void stopSearch() {
        search = null;
        searchFailed = null;
        step();
    }

    /** Pauses everything, for controllers that cannot scan and connect at the same time. */
    void suspend(boolean pause) {
        suspended = pause;
        step();
    }

    boolean isRunning() {
        return running != null;
    }

    /** Another address, if it was due while it could not be changed. */
    void catchUp() {
        if (running != null && own.isOverdue()) {
            renew();
        }
    }

    /** Our address should be another one. */
    void renew() {
        restart = running != null || busy;
        step();
    }

    void close() {
        application = null;
        applicationSink = null;
        search = null;
        running = null;
        busy = true;
        retry.cancel();
        waiting.completeExceptionally(HostSession.gone());
    }

    void on(LeEvent.AdvertisingReports event) {
        for (var report : reports.in(event)) {
            if (search != null) {
                search.accept(report);
            }
            if (applicationSink != null && report.address() != null) {
                reports.advertisement(report, this::tell);
            }
        }
    }

    private void tell(Advertisement heard) {
        if (applicationSink != null) {
            applicationSink.accept(heard);
        }
    }

    private Wish wanted() {
        if (suspended || held != null || application == null && search == null) {
            return null;
        }
        boolean active = application != null && application.active;
        boolean filter = search == null && application.filterDuplicates;
        return new Wish(active, filter);
    }

    @Override
    public CompletionStage<Void> hold() {
        held = new CompletableFuture<>();
        var rests = held;
        step();
        return rests;
    }

    @Override
    public void release() {
        held = null;
        step();
    }

    private void step() {
        if (busy) {
            return;
        }
        if (held != null && running == null && !unsure) {
            held.complete(null);
            return;
        }
        var wanted = refused ? null : wanted();
        if (unsure || running != null && (restart || !running.equals(wanted))) {
            busy = true;
            restart = false;
            commands.send(air.scanEnable(false, false), answer -> {
                running = null;
                unsure = !answer.answered() && freshStarts.helps(answer);
                finish();
            });
        } else if (running == null && wanted != null) {
            busy = true;
            own.use(address -> parameters(address, wanted), this::failed);
        } else {
            waiting.complete(null);
        }
    }

    private void parameters(DeviceAddress address, Wish wanted) {
        commands.send(air.scanParameters(address, wanted.active, filterPolicy), answer -> {
            if (answer.ok()) {
                enable(wanted);
            } else if (answer.answered() && filterPolicy != AirCommands.EVERY_ADVERTISER
                    && !answer.refusedWith(ErrorCode.COMMAND_DISALLOWED)) {
                // It has the feature bit, but not the policy.
                filterPolicy = AirCommands.EVERY_ADVERTISER;
                parameters(address, wanted);
            } else {
                failed(answer);
            }
        });
    }

    private void enable(Wish wanted) {
        reports.clear();
        commands.send(air.scanEnable(true, wanted.filterDuplicates), answer -> {
            if (answer.ok()) {
                running = wanted;
                freshStarts.over();
                finish();
            } else {
                failed(answer);
            }
        });
    }

    private void finish() {
        busy = false;
        step();
    }

    /** The first time it is the caller's to know; later it is tried again. Whoever searches can do without. */
    private void failed(Answer answer) {
        if (freshStarts.helps(answer)) {
            unsure = true;
            finish();
            return;
        }
        freshStarts.over();
        var failedSearch = searchFailed;
        search = null;
        searchFailed = null;
        if (application != null && waiting.isDone()) {
            upper.trouble("scanning pauses and is tried again: " + answer.failure().getMessage());
            refused = true;
            retry.cancel();
            retry = loop.schedule(RETRY, this::tryAgain);
        } else {
            application = null;
            applicationSink = null;
            waiting.completeExceptionally(answer.failure());
        }
        finish();
        if (failedSearch != null) {
            failedSearch.accept(answer.failure());
        }
    }

    private void tryAgain() {
        refused = false;
        step();
    }
}
