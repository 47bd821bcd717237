package org.everbond.host.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.EventLoop;
import org.everbond.hci.HciCommand;
import org.everbond.host.Advertising;
import org.everbond.host.HostException;

/**
 * Connectable undirected advertising. Brings the controller step by step to what is wanted: whatever changes meanwhile, the
 * next step starts from what is true.
 */
final class Advertiser implements ResolvingList.Held {
    /** When a controller refuses to advertise again, for instance as long as it is connected. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final EventLoop loop;
    private final CommandFlow commands;
    private final AirCommands air;
    private final OwnAddress own;
    private final UpperLayers upper;
    private Advertising wanted;
    /** What the controller was set up with. */
    private Advertising applied;
    private DeviceAddress address;
    private boolean enabled;
    private boolean busy;
    private boolean renew;
    /** Whether it is not known if the controller advertises; then it is switched off first. */
    private boolean unsure;
    private final FreshStarts freshStarts = new FreshStarts();
    /** Whether the controller refused to go on with what it did before; it is asked again later. */
    private boolean refused;
    private EventLoop.Timer retry = () -> {};
    /** Whether it pauses for a connection that needs our random address. */
    private boolean suspended;
    /** Not null while it may not be on; completes when it is off. */
    private CompletableFuture<Void> held;
    private CompletableFuture<Void> waiting = CompletableFuture.completedFuture(null);

    Advertiser(EventLoop loop, CommandFlow commands, AirCommands air, OwnAddress own, UpperLayers upper) {
        this.loop = loop;
        this.commands = commands;
        this.air = air;
        this.own = own;
        this.upper = upper;
    }

    CompletionStage<Void> start(Advertising advertising) {
        if (advertising.data().length > 31 || advertising.scanResponse().length > 31) {
            return CompletableFuture.failedFuture(new HostException("advertising carries at most 31 octets of data and 31 of scan response; take something out", 0));
        }
        return want(advertising);
    }

    CompletionStage<Void> stop() {
        return want(null);
    }

    private CompletionStage<Void> want(Advertising advertising) {
        var replaced = waiting;
        wanted = advertising;
        refused = false;
        freshStarts.over();
        waiting = new CompletableFuture<>();
        var result = waiting;
        replaced.completeExceptionally(new HostException("advertising was changed before it began; the later wish holds", 0));
        step();
        return result;
    }

    boolean isEnabled() {
        return enabled;
    }

    /** The address on air at this moment or, when a connection just ended the advertising, until then; null before. */
    DeviceAddress address() {
        return address;
    }

    /** Another address, if it was due while it could not be changed. */
    void catchUp() {
        if (enabled && air.advertisesWithRandomAddress() && own.isOverdue()) {
            renew();
        }
    }

    /** Our address should be another one. */
    void renew() {
        // Also while it is being set up or switched on with the address before.
        renew = enabled || busy;
        step();
    }

    /** A central connected to us: with that, advertising has ended in the controller. */
    void connected() {
        enabled(false);
        step();
    }

    /** The controller ended it for a reason of its own. */
    void ended() {
        enabled(false);
        step();
    }

    /** A link has ended: a controller that could not advertise beside it can now. */
    void disconnected() {
        refused = false;
        step();
    }

    /** Pauses. */
    void suspend(boolean pause) {
        if (suspended != pause) {
            suspended = pause;
            step();
        }
    }

    /** The controller is gone. */
    void close() {
        wanted = null;
        enabled(false);
        busy = true;
        retry.cancel();
        waiting.completeExceptionally(HostSession.gone());
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
        if (held != null && !enabled && !unsure) {
            held.complete(null);
            return;
        }
        if (refused) {
            return;
        }
        if (unsure || enabled && (held != null || suspended || wanted == null || wanted != applied || renew)) {
            disable();
        } else if (!enabled && wanted != null) {
            if (!suspended) {
                setUp();
            }
        } else {
            waiting.complete(null);
        }
    }

    private void enabled(boolean on) {
        boolean changed = enabled != on;
        enabled = on;
        if (changed) {
            upper.advertisingChanged();
        }
    }

    private void disable() {
        busy = true;
        renew = false;
        commands.send(air.advertisingEnable(false), answer -> {
            // Refused: it was off already, which is just as good. A central that connected meanwhile has told of itself.
            enabled(false);
            applied = null;
            unsure = !answer.answered() && freshStarts.helps(answer);
            finish();
        });
    }

    private void setUp() {
        busy = true;
        var due = upper.security().ownAddress();
        // An extended set has a random address of its own, whatever scanning and initiating go on with.
        boolean itsOwn = due.type() == AddressType.RANDOM && !air.advertisesWithRandomAddress();
        if (wanted == applied && (itsOwn ? due.equals(address) : own.isCurrent())) {
            enable();
        } else if (itsOwn) {
            setUp(due);
        } else {
            own.use(this::setUp, this::failed);
        }
    }

    private void setUp(DeviceAddress ownAddress) {
        var advertising = wanted;
        if (advertising == null) {
            finish();
            return;
        }
        address = ownAddress;
        applied = advertising;
        send(air.advertisingSetup(ownAddress, advertising), 0);
    }

    private void send(List<HciCommand> setup, int at) {
        if (at == setup.size()) {
            enableOrSetUpAnew();
            return;
        }
        commands.send(setup.get(at), answer -> {
            if (answer.ok()) {
                send(setup, at + 1);
            } else {
                failed(answer);
            }
        });
    }

    /** An address that has been replaced while everything was set up, perhaps because somebody knows its IRK, is not heard any more. */
    private void enableOrSetUpAnew() {
        if (renew) {
            renew = false;
            applied = null;
            finish();
        } else {
            enable();
        }
    }

    private void enable() {
        commands.send(air.advertisingEnable(true), answer -> {
            if (answer.ok()) {
                enabled(true);
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

    /** The first time it is the caller's to know; later it is tried again. */
    private void failed(Answer answer) {
        applied = null;
        if (freshStarts.helps(answer)) {
            unsure = true;
            finish();
            return;
        }
        freshStarts.over();
        if (waiting.isDone()) {
            upper.trouble("advertising pauses and is tried again: " + answer.failure().getMessage());
            refused = true;
            retry.cancel();
            retry = loop.schedule(RETRY, this::disconnected);
        } else {
            wanted = null;
            waiting.completeExceptionally(answer.failure());
        }
        finish();
    }
}
