package org.everbond.itests.story.swap;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.everbond.crypto.DeviceAddress;
import org.everbond.security.IoCapability;
import org.everbond.security.PairingPeer;
import org.everbond.security.spi.PairingAgent;

/** The gateway's agent: visitors wait until the story lets them in. */
final class Doorkeeper implements PairingAgent {
    private final Map<DeviceAddress, CompletableFuture<Boolean>> questions = new ConcurrentHashMap<>();

    /** @param answer what this visitor is told, in time */
    void asks(DeviceAddress visitor, CompletableFuture<Boolean> answer) {
        questions.put(visitor, answer);
    }

    @Override
    public IoCapability ioCapability(PairingPeer peer) {
        return IoCapability.NO_INPUT_NO_OUTPUT;
    }

    @Override
    public CompletionStage<Boolean> confirmJustWorks(PairingPeer peer) {
        return questions.getOrDefault(peer.address(), CompletableFuture.completedFuture(true));
    }
}
