package org.everbond.host.internal;

import java.util.function.Consumer;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.LeCommands;

/**
 * The address that we use on air. A random one is set in the controller before it is first used; while the controller
 * advertises, scans or connects it cannot be changed (Vol 4, Part E, 7.8.4), and the earlier one is used on. A command without an
 * answer is sent once more: it does no harm twice.
 */
final class OwnAddress {
    private final Controller controller;
    private final CommandFlow commands;
    private final UpperLayers upper;
    /** What the controller has; null when that is not known. */
    private DeviceAddress set;

    OwnAddress(Controller controller, CommandFlow commands, UpperLayers upper) {
        this.controller = controller;
        this.commands = commands;
        this.upper = upper;
    }

    /** Whether the address that the controller uses is the one that it should use. */
    boolean isCurrent() {
        return upper.security().ownAddress().equals(set);
    }

    /** Whether the controller uses an address that should have been replaced, but could not be at that moment. */
    boolean isOverdue() {
        return upper.security().ownAddress().type() == AddressType.RANDOM && !isCurrent();
    }

    void use(Consumer<DeviceAddress> then, Consumer<Answer> failed) {
        var wanted = upper.security().ownAddress();
        if (wanted.type() == AddressType.PUBLIC) {
            // On air is what the controller has, whatever we would like to have.
            set = controller.publicAddress().value() == 0 ? wanted : controller.publicAddress();
            then.accept(set);
        } else if (wanted.equals(set)) {
            then.accept(set);
        } else {
            setRandom(wanted, true, then, failed);
        }
    }

    /** For one connection, another private address of ours, and no other than that. */
    void useOnce(DeviceAddress address, Consumer<DeviceAddress> then, Consumer<Answer> failed) {
        if (address.equals(set)) {
            then.accept(set);
        } else {
            setRandom(address, true, other -> {
                if (other.equals(address)) {
                    then.accept(other);
                } else {
                    failed.accept(Answer.complete(
                            LeCommands.setRandomAddress(address), ErrorCode.COMMAND_DISALLOWED.value(), new byte[0]));
                }
            }, failed);
        }
    }

    private void setRandom(DeviceAddress wanted, boolean first, Consumer<DeviceAddress> then, Consumer<Answer> failed) {
        commands.send(LeCommands.setRandomAddress(wanted), answer -> {
            if (answer.ok()) {
                set = wanted;
                then.accept(set);
            } else if (answer.refusedWith(ErrorCode.COMMAND_DISALLOWED) && set != null) {
                then.accept(set);
            } else if (!answer.answered() && first) {
                set = null;
                setRandom(wanted, false, then, failed);
            } else {
                failed.accept(answer);
            }
        });
    }
}
