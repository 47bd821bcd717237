package org.everbond.host.internal;

import org.everbond.hci.ErrorCode;
import org.everbond.hci.HciCommand;
import org.everbond.hci.OpCode;
import org.everbond.host.HostException;

/**
 * What became of a command.
 *
 * @param command that was sent
 * @param answered whether the controller answered at all
 * @param status its answer
 * @param parameters return parameters, status first; empty after a Command Status
 * @param problem why there is no answer, one sentence for people
 */
record Answer(HciCommand command, boolean answered, int status, byte[] parameters, String problem) {
    static Answer complete(HciCommand command, int status, byte[] parameters) {
        return new Answer(command, true, status, parameters, "");
    }

    static Answer missing(HciCommand command, String problem) {
        return new Answer(command, false, ErrorCode.UNSPECIFIED_ERROR.value(), new byte[0], problem);
    }

    boolean ok() {
        return answered && ErrorCode.SUCCESS.is(status);
    }

    boolean refusedWith(ErrorCode error) {
        return answered && error.is(status);
    }

    /** Why it was not done, for people. */
    HostException failure() {
        return answered
                ? new HostException(
                        "the controller refused " + OpCode.describe(command.opCode()) + ": " + ErrorCode.describe(status),
                        status)
                : new HostException(problem, 0);
    }
}
