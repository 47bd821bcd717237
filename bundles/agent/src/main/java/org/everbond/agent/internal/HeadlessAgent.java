package org.everbond.agent.internal;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.everbond.security.IoCapability;
import org.everbond.security.Keypress;
import org.everbond.security.OobData;
import org.everbond.security.PairingPeer;
import org.everbond.security.spi.PairingAgent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers by configuration, at once. */
final class HeadlessAgent implements PairingAgent {
    private static final Logger LOG = LoggerFactory.getLogger(HeadlessAgent.class);

    private final AgentSettings settings;

    HeadlessAgent(AgentSettings settings) {
        this.settings = settings;
    }

    @Override
    public IoCapability ioCapability(PairingPeer peer) {
        return settings.io();
    }

    @Override
    public CompletionStage<Boolean> authorize(PairingPeer peer) {
        return answer(peer.bond().isPresent() ? settings.replace() : settings.authorize());
    }

    @Override
    public CompletionStage<Boolean> confirmJustWorks(PairingPeer peer) {
        return answer(settings.justWorks());
    }

    @Override
    public CompletionStage<Boolean> confirmNumber(PairingPeer peer, int number) {
        return answer(settings.numbers());
    }

    @Override
    public CompletionStage<Optional<Integer>> requestPasskey(PairingPeer peer, Consumer<Keypress> typed) {
        return CompletableFuture.completedFuture(read(settings.passkey(), AgentSettings::passkey));
    }

    @Override
    public Optional<Integer> agreedPasskey(PairingPeer peer) {
        return read(settings.passkey(), AgentSettings::passkey);
    }

    @Override
    public Optional<OobData> oobData(PairingPeer peer) {
        return read(settings.oob(), AgentSettings::oobData);
    }

    private static <T> Optional<T> read(Optional<Secret> secret, Function<Secret, T> reader) {
        try {
            return secret.map(reader);
        } catch (IllegalArgumentException e) {
            LOG.warn("The headless agent cannot answer: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static CompletionStage<Boolean> answer(boolean yes) {
        return CompletableFuture.completedFuture(yes);
    }
}
