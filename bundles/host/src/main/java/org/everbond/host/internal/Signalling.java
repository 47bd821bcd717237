package org.everbond.host.internal;

import java.time.Duration;
import org.everbond.hci.EventLoop;
import org.everbond.hci.LeCommands;
import org.everbond.host.Connection;
import org.everbond.host.ConnectionParameters;
import org.everbond.host.Role;

/**
 * The LE signalling channel of one connection (Vol 3, Part A, 4). Connection Parameter Update Request is answered and carried
 * out; channels are refused, as we have none; every other request gets Command Reject; responses never get an answer.
 */
final class Signalling {
    /** What we take to be able to refuse it: the MTU of the channel is 23. */
    static final int MAX_TAKEN = 64;

    private static final int MTU = 23;
    private static final int COMMAND_REJECT = 0x01;
    private static final int DISCONNECTION_REQUEST = 0x06;
    private static final int DISCONNECTION_RESPONSE = 0x07;
    private static final int UPDATE_REQUEST = 0x12;
    private static final int UPDATE_RESPONSE = 0x13;
    private static final int LE_CREDIT_BASED_REQUEST = 0x14;
    private static final int LE_CREDIT_BASED_RESPONSE = 0x15;
    private static final int FLOW_CONTROL_CREDIT = 0x16;
    private static final int CREDIT_BASED_REQUEST = 0x17;
    private static final int CREDIT_BASED_RESPONSE = 0x18;
    private static final int RECONFIGURE_RESPONSE = 0x1a;

    private static final int NOT_UNDERSTOOD = 0;
    private static final int MTU_EXCEEDED = 1;
    private static final int INVALID_CID = 2;
    private static final int SPSM_NOT_SUPPORTED = 2;

    /** RTX of a request (Vol 3, Part A, 6.2.1), as the specification allows at most. */
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(30);
    /** A peer that asks for other parameters more often is told no (threat C15). */
    private static final int UPDATES_PER_SECOND = 4;

    private final EventLoop loop;
    private final CommandFlow commands;
    private final Connection connection;
    private int identifier;
    private int pending;
    private EventLoop.Timer timer = () -> {};
    private long windowStart;
    private int updatesInWindow;

    Signalling(EventLoop loop, CommandFlow commands, Connection connection) {
        this.loop = loop;
        this.commands = commands;
        this.connection = connection;
        this.windowStart = loop.nanoTime();
    }

    /** Connection Parameter Update Request (Vol 3, Part A, 4.20); one at a time, a newer wish while one waits is dropped. */
    void requestUpdate(ConnectionParameters wanted) {
        if (pending != 0) {
            return;
        }
        identifier = identifier % 255 + 1;
        pending = identifier;
        timer = loop.schedule(RESPONSE_TIMEOUT, () -> pending = 0);
        send(UPDATE_REQUEST, identifier, wanted.interval(), wanted.interval(), wanted.latency(), wanted.supervisionTimeout());
    }

    void closed() {
        timer.cancel();
    }

    void received(byte[] sdu) {
        if (sdu.length < 4) {
            // Too short even for an identifier that a Command Reject could name.
            return;
        }
        int code = sdu[0] & 0xff;
        int id = sdu[1] & 0xff;
        int length = u16(sdu, 2);
        if (id == 0 || response(code)) {
            if (code == UPDATE_RESPONSE || code == COMMAND_REJECT) {
                answered(id);
            }
        } else if (sdu.length > MTU) {
            send(COMMAND_REJECT, id, MTU_EXCEEDED, MTU);
        } else if (length != sdu.length - 4) {
            send(COMMAND_REJECT, id, NOT_UNDERSTOOD);
        } else {
            request(code, id, sdu, length);
        }
    }

    private void request(int code, int id, byte[] sdu, int length) {
        if (code == UPDATE_REQUEST && length == 8 && connection.role() == Role.CENTRAL) {
            updateRequested(id, u16(sdu, 4), u16(sdu, 6), u16(sdu, 8), u16(sdu, 10));
        } else if (code == LE_CREDIT_BASED_REQUEST && length == 10) {
            send(LE_CREDIT_BASED_RESPONSE, id, 0, 0, 0, 0, SPSM_NOT_SUPPORTED);
        } else if (code == CREDIT_BASED_REQUEST && length >= 10 && length <= 18 && length % 2 == 0) {
            refuseChannels(id, (length - 8) / 2);
        } else if (code == DISCONNECTION_REQUEST && length == 4) {
            send(COMMAND_REJECT, id, INVALID_CID, u16(sdu, 4), u16(sdu, 6));
        } else if (code != FLOW_CONTROL_CREDIT) {
            send(COMMAND_REJECT, id, NOT_UNDERSTOOD);
        }
    }

    /** At most five channels in one request (Vol 3, Part A, 4.25); each gets a zero for its CID. */
    private void refuseChannels(int id, int channels) {
        var values = new int[4 + channels];
        values[3] = SPSM_NOT_SUPPORTED;
        send(CREDIT_BASED_RESPONSE, id, values);
    }

    private void updateRequested(int id, int minInterval, int maxInterval, int latency, int timeout) {
        boolean accepted = ParameterRules.valid(minInterval, maxInterval, latency, timeout) && notTooOften();
        send(UPDATE_RESPONSE, id, accepted ? 0 : 1);
        if (accepted) {
            commands.send(LeCommands.connectionUpdate(connection.handle(), minInterval, maxInterval, latency, timeout));
        }
    }

    private boolean notTooOften() {
        long now = loop.nanoTime();
        if (now - windowStart > Duration.ofSeconds(1).toNanos()) {
            windowStart = now;
            updatesInWindow = 0;
        }
        return ++updatesInWindow <= UPDATES_PER_SECOND;
    }

    private void answered(int id) {
        if (id != 0 && id == pending) {
            pending = 0;
            timer.cancel();
        }
    }

    private static boolean response(int code) {
        return code == COMMAND_REJECT
                || code == DISCONNECTION_RESPONSE
                || code == UPDATE_RESPONSE
                || code == LE_CREDIT_BASED_RESPONSE
                || code == CREDIT_BASED_RESPONSE
                || code == RECONFIGURE_RESPONSE;
    }

    private void send(int code, int id, int... values) {
        var sdu = new byte[4 + 2 * values.length];
        sdu[0] = (byte) code;
        sdu[1] = (byte) id;
        sdu[2] = (byte) (2 * values.length);
        for (int i = 0; i < values.length; i++) {
            sdu[4 + 2 * i] = (byte) values[i];
            sdu[5 + 2 * i] = (byte) (values[i] >>> 8);
        }
        connection.send(Connection.CID_SIGNALLING, sdu);
    }

    private static int u16(byte[] octets, int at) {
        return octets[at] & 0xff | (octets[at + 1] & 0xff) << 8;
    }
}
