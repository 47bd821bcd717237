package org.everbond.adapter.internal;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.keys.BondStore;
import org.everbond.crypto.DeviceAddress;
import org.everbond.host.ControllerInfo;

/** As whom the adapter is on air, and by which controller: what of both is configured or known has to agree. Belongs to the event loop. */
final class IdentityOnAir {
    /** Makes itself known to whoever minds which controller it is; completes on the loop. */
    @FunctionalInterface
    interface Introduction {
        CompletionStage<Void> of(ControllerInfo controller, DeviceAddress identity);
    }

    private final BondStore bonds;
    private final Introduction introduction;
    private Optional<DeviceAddress> configured = Optional.empty();
    private Optional<DeviceAddress> pinnedController = Optional.empty();
    /** Null before a controller came up with it. */
    private DeviceAddress identity;

    IdentityOnAir(BondStore bonds, Introduction introduction) {
        this.bonds = bonds;
        this.introduction = introduction;
    }

    void configure(Optional<DeviceAddress> identity, Optional<DeviceAddress> pinned) {
        configured = identity;
        pinnedController = pinned;
    }

    /** Only after {@link #with}. */
    DeviceAddress get() {
        return identity;
    }

    /** The next controller takes the one that the store has then. */
    void forget() {
        identity = null;
    }

    /** Whether another one was loaded: then everything on air belongs to the one before. */
    boolean isOutdated() {
        return identity != null && bonds.identityAddress().filter(now -> !now.equals(identity)).isPresent();
    }

    /** Checks the pin, gives a store that BTstack wrote the identity that its bonds know, and introduces the controller. */
    CompletionStage<ControllerInfo> with(ControllerInfo controller) {
        if (pinnedController.isPresent() && pinnedController.get().value() != controller.publicAddress().value()) {
            return CompletableFuture.failedFuture(new IOException("the controller is " + controller.publicAddress().text()
                    + ", but controller.pin allows " + pinnedController.get().text()
                    + " only; attach that one or change controller.pin"));
        }
        return identified(controller).thenCompose(done -> introduction.of(controller, identity)).thenApply(done -> controller);
    }

    private CompletionStage<Void> identified(ControllerInfo controller) {
        if (bonds.identityAddress().isPresent()) {
            identity = bonds.identityAddress().get();
            return CompletableFuture.completedFuture(null);
        }
        DeviceAddress adopted = configured.orElse(controller.publicAddress());
        if (!adopted.isIdentity()) {
            return CompletableFuture.failedFuture(new IOException("the store holds bonds but no identity address, and the "
                    + "controller has no public address; set identity= to the address that the bonded peers know"));
        }
        identity = adopted;
        return bonds.adoptIdentity(adopted);
    }
}
