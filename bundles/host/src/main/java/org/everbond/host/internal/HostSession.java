package org.everbond.host.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.hci.AclPacket;
import org.everbond.hci.ControllerCommands;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.EventLoop;
import org.everbond.hci.HciCommand;
import org.everbond.hci.HciEvent;
import org.everbond.hci.LeEvent;
import org.everbond.hci.OpCode;
import org.everbond.hci.spi.ControllerSetup;
import org.everbond.hci.spi.HciTransport;
import org.everbond.host.ControllerInfo;
import org.everbond.host.HostException;
import org.everbond.host.HostOptions;

/** Everything from one start of a controller to its end. What belongs to it does nothing afterwards. */
final class HostSession {
    private static final Duration ORDERLY_DISCONNECT = Duration.ofSeconds(1);
    private static final Duration LAST_RESET = Duration.ofMillis(500);
    /** So many commands without an answer, and the controller is not there any more. */
    private static final int SILENT_COMMANDS = 2;

    private final EventLoop loop;
    private final HciTransport transport;
    private final UpperLayers upper;
    private final HostOptions options;
    private final Losses losses;
    private final CommandFlow commands;
    private final EventRouter router;
    private Controller controller;
    private Links links;
    private OwnAddress ownAddress;
    private Advertiser advertiser;
    private Scanner scanner;
    private Initiator initiator;
    private ResolvingList resolvingList;
    private Admittance admittance;
    private CompletableFuture<Void> stopping;
    private boolean closed;
    private final CompletableFuture<ControllerInfo> started = new CompletableFuture<>();

    HostSession(EventLoop loop, HciTransport transport, UpperLayers upper, HostOptions options, Losses losses) {
        this.loop = loop;
        this.transport = transport;
        this.upper = upper;
        this.options = options;
        this.losses = losses;
        this.commands = new CommandFlow(loop, transport::send, this::unanswered);
        this.router = new EventRouter(this, losses);
    }

    CompletionStage<ControllerInfo> start() {
        CompletionStage<Controller> startup;
        try {
            startup = new Startup(commands, options, new SetupAccess()).run();
        } catch (RuntimeException failure) {
            startup = CompletableFuture.failedFuture(failure);
        }
        startup.whenComplete((found, failure) -> {
            if (closed) {
                return;
            }
            if (failure == null) {
                up(found);
                started.complete(found.info());
            } else {
                close(ErrorCode.HARDWARE_FAILURE.value(), HciHost.hostException(failure));
            }
        });
        return started;
    }

    private void up(Controller found) {
        controller = found;
        AirCommands air = found.extended() ? new AirCommands.Extended() : new AirCommands.Legacy();
        links = new Links(loop, commands, new AclFlow(found.buffers(), transport::send), upper, losses);
        ownAddress = new OwnAddress(found, commands, upper);
        advertiser = new Advertiser(loop, commands, air, ownAddress, upper);
        scanner = new Scanner(loop, commands, air, found, ownAddress, upper, losses);
        initiator = new Initiator(loop, commands, air, ownAddress, advertiser, scanner, upper, links, options.connecting());
        admittance = new Admittance(loop, commands, links, advertiser, initiator, upper, losses);
        resolvingList = new ResolvingList(commands, upper, found, List.of(advertiser, scanner, initiator));
        resolvingList.changed();
    }

    boolean isUp() {
        return controller != null && !closed && stopping == null;
    }

    boolean isClosed() {
        return closed;
    }

    /** Only when up, as the others below. */
    Links links() {
        return links;
    }

    Advertiser advertiser() {
        return advertiser;
    }

    Scanner scanner() {
        return scanner;
    }

    Initiator initiator() {
        return initiator;
    }

    CommandFlow commands() {
        return commands;
    }

    void received(byte[] packet) {
        if (closed || packet.length == 0) {
            return;
        }
        if (packet[0] == HciEvent.INDICATOR) {
            HciEvent.parse(packet).to(router);
        } else if (packet[0] == AclPacket.INDICATOR && links != null) {
            links.received(packet);
        } else {
            losses.count("a packet that no host expects here");
        }
    }

    void connected(LeEvent.ConnectionComplete event) {
        admittance.connected(event, stopping != null);
    }

    void disconnected(HciEvent.DisconnectionComplete event) {
        if (!ErrorCode.SUCCESS.is(event.status())) {
            return;
        }
        boolean known = admittance.ended(event);
        if (closed) {
            return;
        }
        if (stopping == null && !known) {
            // A link that was refused, or whose Connection Complete was lost on the way: then nobody knows that advertising
            // ended with it.
            advertiser.connected();
        }
        if (stopping == null) {
            // Also after the end of a link that was refused: a controller that cannot advertise beside a link can now.
            advertiser.disconnected();
        } else if (links.isEmpty()) {
            lastReset();
        }
    }

    /** The controller cannot be used any more until it is started again. */
    void lost(String reason) {
        if (closed) {
            return;
        }
        boolean wasUp = isUp();
        close(ErrorCode.HARDWARE_FAILURE.value(), new HostException(reason, 0));
        if (wasUp) {
            upper.controllerLost(reason);
        }
    }

    private void unanswered(Answer answer, int inARow) {
        if (isUp() && inARow >= SILENT_COMMANDS) {
            lost(answer.problem());
        } else if (stopping != null) {
            close(ErrorCode.CONNECTION_TERMINATED_BY_LOCAL_HOST.value(), stopped());
        }
    }

    void ownAddressChanged() {
        advertiser.renew();
        scanner.renew();
    }

    int resolvedByController() {
        return resolvingList.size();
    }

    void resolvingListChanged() {
        resolvingList.changed();
    }

    /** Tells peers and controller that we go, within bounds. */
    CompletionStage<Void> stop() {
        if (stopping != null || closed) {
            return stopping == null ? CompletableFuture.completedFuture(null) : stopping;
        }
        if (controller == null) {
            close(ErrorCode.CONNECTION_TERMINATED_BY_LOCAL_HOST.value(), stopped());
            return CompletableFuture.completedFuture(null);
        }
        stopping = new CompletableFuture<>();
        var result = stopping;
        resolvingList.close();
        initiator.close();
        advertiser.stop();
        scanner.stop();
        if (links.isEmpty()) {
            lastReset();
        } else {
            links.all().forEach(connection ->
                    connection.disconnect(ErrorCode.REMOTE_USER_TERMINATED_CONNECTION.value()));
            loop.schedule(ORDERLY_DISCONNECT, this::lastReset);
        }
        return result;
    }

    private boolean resetting;

    private void lastReset() {
        if (closed || resetting) {
            return;
        }
        resetting = true;
        commands.send(ControllerCommands.reset(), LAST_RESET, answer ->
                close(ErrorCode.CONNECTION_TERMINATED_BY_LOCAL_HOST.value(), stopped()));
    }

    private static HostException stopped() {
        return new HostException("the adapter was stopped; try again when it is up", 0);
    }

    /** Why nothing comes of what was asked for when the controller is lost. */
    static HostException gone() {
        return new HostException("the controller went away; try again when the adapter is up", 0);
    }

    /** Ends everything at once; nothing is sent any more. */
    void close(int reason, HostException why) {
        if (closed) {
            return;
        }
        closed = true;
        commands.close();
        if (controller != null) {
            resolvingList.close();
            initiator.close();
            advertiser.close();
            scanner.close();
            links.closeAll(reason);
        }
        started.completeExceptionally(why);
        if (stopping != null) {
            stopping.complete(null);
        }
    }

    private final class SetupAccess implements ControllerSetup.Controller {
        @Override
        public CompletionStage<byte[]> send(HciCommand command) {
            return commands.ask(command, CommandFlow.TIMEOUT).thenCompose(answer -> answer.answered()
                    ? CompletableFuture.completedFuture(answer.parameters())
                    : CompletableFuture.failedFuture(answer.failure()));
        }

        @Override
        public void setBaudRate(int baudRate) {
            transport.setBaudRate(baudRate);
        }
    }

    /** Whether a Command Complete of Reset was not asked for: the controller started anew by itself. */
    boolean resetByItself(HciEvent.CommandComplete event) {
        return isUp() && event.opCode() == OpCode.RESET.value() && commands.outstanding() != event.opCode();
    }
}
