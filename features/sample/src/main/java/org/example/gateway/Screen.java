package org.example.gateway;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.security.IoCapability;
import org.everbond.security.PairingPeer;
import org.everbond.security.spi.PairingAgent;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * A gateway that has a screen, here its standard output, and nothing to type on: it shows the passkey that has to be typed at the peer,
 * and pairs with nobody who cannot type.
 */
@Component(configurationPid = "org.example.screen", configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Screen implements PairingAgent {
    @Override
    public IoCapability ioCapability(PairingPeer peer) {
        return IoCapability.DISPLAY_ONLY;
    }

    @Override
    public CompletionStage<Boolean> confirmJustWorks(PairingPeer peer) {
        return CompletableFuture.completedFuture(false);
    }

    @Override
    public void displayPasskey(PairingPeer peer, int passkey) {
        show(String.format("screen: type %06d at %s", passkey, peer.address()));
    }

    @Override
    public void finished(PairingPeer peer) {
        show("screen: paired");
    }

    @Override
    public void cancelled(PairingPeer peer) {
        show("screen: not paired");
    }

    /** In one piece, so that nothing that others write gets into the line. */
    static void show(String line) {
        System.out.print(line + System.lineSeparator());
    }
}
