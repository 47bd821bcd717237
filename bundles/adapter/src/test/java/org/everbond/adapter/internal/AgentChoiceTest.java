package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.crypto.DeviceAddress;
import org.everbond.security.IoCapability;
import org.everbond.security.PairingPeer;
import org.everbond.security.spi.PairingAgent;
import org.junit.jupiter.api.Test;

/** Of the agents that answer for a peer the best one is asked. */
class AgentChoiceTest {
    private static final DeviceAddress SENSOR = DeviceAddress.parse("C0:FF:EE:00:00:02/random");
    private static final DeviceAddress PRIVATE = DeviceAddress.parse("4C:FF:EE:00:00:02/random");

    private final Whiteboard<PairingAgent> agents = new Whiteboard<>();

    private record Named(String name) implements PairingAgent {
        @Override
        public IoCapability ioCapability(PairingPeer peer) {
            return IoCapability.NO_INPUT_NO_OUTPUT;
        }

        @Override
        public CompletionStage<Boolean> confirmJustWorks(PairingPeer peer) {
            return CompletableFuture.completedFuture(false);
        }
    }

    private void agent(String name, Map<String, Object> properties) {
        agents.add(new Named(name), properties);
    }

    private Optional<String> asked(String adapter, DeviceAddress address, DeviceAddress... bonded) {
        var bond = List.of(bonded).stream().findFirst().map(identity -> new Bond(
                new BondId(new UUID(1, 2), 7), identity, new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16), true, "", 1, false));
        return AgentChoice.of(agents, new PairingPeer(adapter, 1, address, bond, false)).map(agent -> ((Named) agent).name());
    }

    @Test
    void withoutPropertiesItAnswersForEverybody() {
        assertThat(asked("a", SENSOR)).isEmpty();
        agent("anybody's", Map.of());
        assertThat(asked("a", SENSOR)).contains("anybody's");
        assertThat(asked("b", PRIVATE, SENSOR)).contains("anybody's");
    }

    @Test
    void theHighestRankingThatAnswersForThePeerIsAsked() {
        agent("anybody's", Map.of("service.ranking", 1));
        agent("of b", Map.of("adapter", "b", "service.ranking", 5));
        agent("of a or b", Map.of("adapter", new String[] {"b"}, "peer", SENSOR.toString(), "service.ranking", 9));
        assertThat(asked("a", SENSOR)).contains("anybody's");
        assertThat(asked("b", SENSOR)).contains("of a or b");
        assertThat(asked("b", PRIVATE)).contains("of b");
    }

    @Test
    void aPeerIsNamedByTheAddressItComesWithOrTheIdentityOfItsBond() {
        agent("the sensor's", Map.of("peer", List.of("00:11:22:33:44:55", SENSOR.toString())));
        assertThat(asked("a", SENSOR)).contains("the sensor's");
        assertThat(asked("a", PRIVATE)).isEmpty();
        assertThat(asked("a", PRIVATE, SENSOR)).contains("the sensor's");
        assertThat(asked("a", DeviceAddress.parse("00:11:22:33:44:55/public"))).contains("the sensor's");
        assertThat(asked("a", DeviceAddress.parse("C0:11:22:33:44:55/random"))).isEmpty();
    }

    @Test
    void severalAddressesMayStandInOneText() {
        agent("both", Map.of("peer", "00:11:22:33:44:55, " + SENSOR));
        assertThat(asked("a", SENSOR)).contains("both");
    }

    @Test
    void aMisspeltAddressAnswersForNobody() {
        agent("misspelt", Map.of("peer", "C0:FF:EE"));
        agent("empty", Map.of("peer", ""));
        assertThat(asked("a", SENSOR)).isEmpty();
    }
}
