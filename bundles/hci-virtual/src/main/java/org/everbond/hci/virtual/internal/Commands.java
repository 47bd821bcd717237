package org.everbond.hci.virtual.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.HciCommand;
import org.everbond.hci.OpCode;

/**
 * The commands that a controller knows, and how each is answered: Command Complete or Command Status, before every event
 * that carrying it out causes (Vol 4, Part E, 4.4).
 */
final class Commands {
    /** Carries a command out: reads parameters, writes the return parameters behind the status. */
    interface Handler {
        void handle(Parameters in, Octets out);
    }

    private record Entry(int length, boolean status, int returnLength, boolean echoesHandle, Handler handler) {}

    private final Map<Integer, Entry> entries = new HashMap<>();
    private final List<OpCode> known = new ArrayList<>();
    private final HostOutput out;

    Commands(HostOutput out) {
        this.out = out;
    }

    /** Answered by Command Complete; {@code length} of the parameters, or -1 when the handler looks at it. */
    void complete(OpCode opCode, int length, int returnLength, Handler handler) {
        add(opCode, new Entry(length, false, returnLength, false, handler));
    }

    /** As {@link #complete}, for commands whose first parameter and first return parameter is a connection handle. */
    void completeOnLink(OpCode opCode, int length, int returnLength, Handler handler) {
        add(opCode, new Entry(length, false, returnLength, true, handler));
    }

    /** Answered by Command Status. */
    void status(OpCode opCode, int length, Handler handler) {
        add(opCode, new Entry(length, true, 0, false, handler));
    }

    /** A command that hosts send to dual-mode controllers; taken, and of no effect here. */
    void accept(int opCode, int returnLength) {
        entries.put(opCode, new Entry(-1, false, returnLength, false, (in, result) -> result.zeros(returnLength)));
    }

    private void add(OpCode opCode, Entry entry) {
        entries.put(opCode.value(), entry);
        known.add(opCode);
    }

    List<OpCode> known() {
        return known;
    }

    /** Host Number Of Completed Packets is the one command without an answer (Vol 4, Part E, 7.3.40). */
    private static final int UNANSWERED = OpCode.HOST_NUMBER_OF_COMPLETED_PACKETS.value();

    void carryOut(HciCommand command) {
        int opCode = command.opCode();
        var entry = entries.get(opCode);
        if (entry == null) {
            if (opCode != UNANSWERED) {
                out.commandComplete(opCode, status(ErrorCode.UNKNOWN_HCI_COMMAND));
            }
            return;
        }
        out.holdEvents();
        try {
            answer(entry, command);
        } finally {
            out.releaseEvents();
        }
    }

    private void answer(Entry entry, HciCommand command) {
        var result = new Octets().u8(0);
        var status = ErrorCode.SUCCESS;
        try {
            if (entry.length >= 0 && entry.length != command.parameters().length) {
                throw Refused.parameters();
            }
            entry.handler.handle(new Parameters(command.parameters()), result);
        } catch (Refused e) {
            status = e.status();
            result = failed(entry, status, command.parameters());
        }
        if (entry.status) {
            out.commandStatus(command.opCode(), status.value());
        } else {
            out.commandComplete(command.opCode(), result.toArray());
        }
    }

    private static byte[] status(ErrorCode status) {
        return new byte[] {(byte) status.value()};
    }

    private static Octets failed(Entry entry, ErrorCode status, byte[] parameters) {
        var result = new Octets().u8(status.value());
        if (entry.echoesHandle) {
            result.bytes(Arrays.copyOf(parameters, 2));
        }
        return result.zeros(entry.returnLength + 1 - result.length());
    }

    /** The form in which a command is answered, for faults that answer in its place. */
    void answer(int opCode, int status) {
        var entry = entries.get(opCode);
        if (entry != null && entry.status) {
            out.commandStatus(opCode, status);
        } else {
            int length = entry == null ? 0 : entry.returnLength;
            out.commandComplete(opCode, new Octets().u8(status).zeros(length).toArray());
        }
    }
}
