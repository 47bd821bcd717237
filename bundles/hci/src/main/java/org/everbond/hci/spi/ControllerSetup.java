package org.everbond.hci.spi;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.hci.HciCommand;
import org.everbond.hci.ReturnParameters.LocalVersion;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a manufacturer's controller needs at start-up beyond the specification: firmware, patches, a device address, a
 * higher baud rate. Chosen by name in the configuration, or by the company identifier that the controller answers with.
 * All methods are called on the event loop and must not block.
 */
@ConsumerType
public interface ControllerSetup {
    /** What start-up does next. */
    enum Next {
        /** Nothing was changed that a Reset would have to follow. */
        GO_ON,
        /** Reset again and go on with a fresh start; the hooks are not called a second time. */
        RESET
    }

    /** The name that the configuration chooses it by, such as {@code zephyr}. */
    String name();

    /**
     * Whether it is meant for a controller when the configuration chose none. Asked after the first Reset.
     */
    default boolean matches(LocalVersion version) {
        return false;
    }

    /**
     * Before the first Reset, only if the configuration chose it by name: nothing is known of the controller yet.
     *
     * @return completes when start-up may go on; completes exceptionally to give up, with a message for people
     */
    default CompletionStage<Void> beforeReset(Controller controller) {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * After Reset and Read Local Version Information.
     *
     * @return what comes next; completes exceptionally to give up, with a message for people
     */
    default CompletionStage<Next> afterReset(Controller controller, LocalVersion version) {
        return CompletableFuture.completedFuture(Next.GO_ON);
    }

    /** The controller during start-up. */
    @ProviderType
    interface Controller {
        /**
         * Sends a command and waits for its Command Complete.
         *
         * @return the return parameters, status first; completes exceptionally when no answer came in time
         */
        CompletionStage<byte[]> send(HciCommand command);

        /**
         * Changes our side's baud rate once everything sent has left; to be called when the controller has answered the
         * vendor's command.
         */
        void setBaudRate(int baudRate);
    }
}
