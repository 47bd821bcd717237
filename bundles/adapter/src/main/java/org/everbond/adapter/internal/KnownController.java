package org.everbond.adapter.internal;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when another controller answers on the transport of an adapter than last time: a dongle that was exchanged, or somebody who wants
 * the keys. It serves, since the transport is what was configured; {@code controller.pin} refuses it. Which one was there is noted in
 * the file {@code <adapter>.controller} of the data folder. Belongs to the event loop.
 */
final class KnownController {
    private static final Logger LOG = LoggerFactory.getLogger(KnownController.class);

    /** A transport, and the controller that answered on it. */
    private record Seen(String transport, String controller) {}

    private final Note note;
    private final Executor io;
    private final Executor loop;
    private Optional<Seen> last = Optional.empty();
    private List<String> notices = List.of();

    /** @param io runs what blocks */
    KnownController(Note note, Executor io, Executor loop) {
        this.note = note;
        this.io = io;
        this.loop = loop;
    }

    /** What people should know of the controller that serves. */
    List<String> notices() {
        return notices;
    }

    /**
     * A controller has answered.
     *
     * @param controller its public address; of all zeros when it has none, then nothing tells it from others
     * @param identity under which the bonded peers know us
     * @param pinned whether it is the one that is wanted, by configuration
     * @param lasting whether the bonds outlive this process, and so the note
     * @return completes on the loop, when it is noted
     */
    CompletionStage<Void> met(Locator transport, DeviceAddress controller, DeviceAddress identity, boolean pinned, boolean lasting) {
        if (controller.value() == 0 || isByChance(transport)) {
            notices = List.of();
            return CompletableFuture.completedFuture(null);
        }
        var now = new Seen(transport.toString(), controller.text());
        boolean unseen = last.isEmpty();
        return CompletableFuture.supplyAsync(() -> lasting ? noted(now, unseen) : Optional.<Seen>empty(), io)
                .thenAcceptAsync(before -> {
                    compare(now, last.or(() -> before), controller, identity, pinned);
                    last = Optional.of(now);
                }, loop);
    }

    /** Virtual controllers of one air get the addresses that are free, unless they are given one. */
    private static boolean isByChance(Locator transport) {
        return transport.scheme().equals("virtual") && !transport.options().containsKey("address");
    }

    private Optional<Seen> noted(Seen now, boolean unseen) {
        try {
            var lines = unseen ? note.lines() : List.<String>of();
            note.keep(now.transport(), now.controller());
            return lines.size() < 2 ? Optional.empty() : Optional.of(new Seen(lines.get(0), lines.get(1)));
        } catch (IOException e) {
            LOG.warn("{} cannot be read or written, so a controller that is exchanged while the gateway is off is not told of: {}",
                    note.file(), e.getMessage());
            return Optional.empty();
        }
    }

    private void compare(Seen now, Optional<Seen> before, DeviceAddress controller, DeviceAddress identity, boolean pinned) {
        if (before.filter(now::equals).isPresent() && !pinned) {
            return;
        }
        var other = before.filter(seen -> !pinned && seen.transport().equals(now.transport()));
        notices = other.map(seen -> notice(now, seen, controller, identity)).stream().toList();
        notices.forEach(notice -> LOG.warn("{}", notice));
    }

    private static String notice(Seen now, Seen before, DeviceAddress controller, DeviceAddress identity) {
        boolean reachable = identity.type() != AddressType.PUBLIC || identity.value() == controller.value();
        return "another controller answers on " + now.transport() + ": " + now.controller() + ", not " + before.controller() + " as before; "
                + (reachable
                        ? "the bonds serve on, since peers know this gateway by " + identity + "; if nobody exchanged it, look at the"
                                + " port, and set controller.pin to the one that is yours"
                        : "the bonded peers know this gateway by " + identity + ", which this controller does not have, and will not find"
                                + " it; attach the one before");
    }
}
