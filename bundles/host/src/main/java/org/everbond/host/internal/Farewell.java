package org.everbond.host.internal;

import java.time.Duration;
import org.everbond.hci.ControllerCommands;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.EventLoop;

/**
 * The end of a link that we ask for (Vol 4, Part E, 7.1.6). Commands overtake data on their way to the controller, and what waits there
 * may be lost with the link: an orderly end lets the peer have what was sent before, for as long as that is not stuck. Any other end,
 * for want of safety or of memory, waits for nothing.
 */
final class Farewell {
    /** Many connection intervals of a link that works, and shorter than an adapter that stops waits for its links. */
    private static final Duration DRAIN = Duration.ofMillis(500);
    /** What a controller gets beyond the supervision time-out to tell of the end that it was asked for. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private enum Stage {
        OPEN,
        DRAINING,
        TERMINATING
    }

    private final Links links;
    private final HostConnection connection;
    private Stage stage = Stage.OPEN;
    private EventLoop.Timer timer = () -> {};

    Farewell(Links links, HostConnection connection) {
        this.links = links;
        this.connection = connection;
    }

    /** Whether nothing more is sent. */
    boolean hasBegun() {
        return stage != Stage.OPEN;
    }

    /** May be asked for again, less patiently. */
    void begin(int reason) {
        var given = ErrorCode.of(reason).filter(Farewell::mayBeGiven).orElse(ErrorCode.REMOTE_USER_TERMINATED_CONNECTION);
        if (given != ErrorCode.REMOTE_USER_TERMINATED_CONNECTION) {
            terminate(given);
        } else if (stage == Stage.OPEN) {
            stage = Stage.DRAINING;
            timer = links.loop().schedule(DRAIN, () -> terminate(given));
            links.flow().whenDrained(connection.handle(), () -> terminate(given));
        }
    }

    private void terminate(ErrorCode reason) {
        if (stage == Stage.TERMINATING || !connection.isOpen()) {
            return;
        }
        stage = Stage.TERMINATING;
        timer.cancel();
        links.commands().send(ControllerCommands.disconnect(connection.handle(), reason), answer -> {
            if (answer.refusedWith(ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER)) {
                ended();
            }
        });
        // A controller that never tells of the end does not keep the link open for ever.
        var wait = Duration.ofMillis(10L * connection.parameters().supervisionTimeout()).plus(GRACE);
        timer = links.loop().schedule(wait, this::ended);
    }

    private void ended() {
        if (connection.isOpen()) {
            links.close(connection, ErrorCode.CONNECTION_TERMINATED_BY_LOCAL_HOST.value());
        }
    }

    /** The link is over. */
    void closed() {
        stage = Stage.TERMINATING;
        timer.cancel();
    }

    /** The reasons that Disconnect takes (Vol 4, Part E, 7.1.6). */
    private static boolean mayBeGiven(ErrorCode reason) {
        return switch (reason) {
            case AUTHENTICATION_FAILURE,
                    REMOTE_USER_TERMINATED_CONNECTION,
                    REMOTE_DEVICE_TERMINATED_CONNECTION_DUE_TO_LOW_RESOURCES,
                    REMOTE_DEVICE_TERMINATED_CONNECTION_DUE_TO_POWER_OFF,
                    UNSUPPORTED_REMOTE_FEATURE,
                    PAIRING_WITH_UNIT_KEY_NOT_SUPPORTED,
                    UNACCEPTABLE_CONNECTION_PARAMETERS -> true;
            default -> false;
        };
    }
}
