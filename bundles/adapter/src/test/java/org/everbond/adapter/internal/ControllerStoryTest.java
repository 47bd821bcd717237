package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.adapter.internal.Gateway.get;

import java.util.Map;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.AdapterState;
import org.everbond.crypto.DeviceAddress;
import org.junit.jupiter.api.Test;

/** The controller of an adapter goes, comes back, is another one or wants a setup of its own. */
class ControllerStoryTest extends TwoGateways {
    @Test
    void aControllerThatIsPulledOutComesBack() {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            paired();
            var identity = central.adapter().status().identity();
            air.controllers().get(0).unplug();
            central.awaitState(AdapterState.LOST);
            central.awaitState(AdapterState.UP);
            assertThat(central.adapter().status().identity()).isEqualTo(identity);
            peripheral.await(AdapterEvent.Disconnected.class);
            var link = get(central.adapter().connect(central.adapter().bonds().get(0).id(), LONG));
            assertThat(secret(link)).isEqualTo("encrypted");
        }
    }

    @Test
    void aControllerSetupThatIsNotInstalledIsNamedAndAwaited() {
        try (var first = central.with("controller.setup", "acme").start()) {
            central.await(AdapterEvent.StateChanged.class, event -> event.state() == AdapterState.LOST
                    && event.reason().startsWith("controller.setup=acme is not installed"));
            central.environment.setups().add(() -> "acme", Map.of());
            central.awaitState(AdapterState.UP);
        }
    }

    @Test
    void anotherControllerThanThePinnedOneIsRefused() {
        try (var first = central.with("controller.pin", "00:11:22:33:44:55").start()) {
            central.await(AdapterEvent.StateChanged.class, event -> event.state() == AdapterState.LOST
                    && event.reason().contains("but controller.pin allows 00:11:22:33:44:55 only"));
        }
    }

    /** THREATS B13: without a pin the transport is the binding; which controller it is can be seen, and the bonds serve on it. */
    @Test
    void b13_anotherControllerOnTheTransportServesTheSameBondsAndIsSeen() {
        DeviceAddress before;
        DeviceAddress identity;
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            paired();
            before = central.adapter().status().controller().orElseThrow().publicAddress();
            identity = central.adapter().status().identity().orElseThrow();
            assertThat(central.adapter().status().notices()).isEmpty();
        }
        central = new Gateway("central", air.controller(), folder);
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            assertThat(central.adapter().status().controller().orElseThrow().publicAddress()).isNotEqualTo(before);
            assertThat(central.adapter().status().identity()).contains(identity);
            assertThat(central.adapter().status().notices()).singleElement().asString()
                    .contains("another controller answers on test:controller", "not " + before.text() + " as before", "controller.pin");
            get(peripheral.adapter().advertise(advertising()));
            assertThat(secret(get(central.adapter().connect(central.adapter().bonds().get(0).id(), LONG)))).isEqualTo("encrypted");
        }
        try (var first = central.with("controller.pin", before.text()).start()) {
            central.await(AdapterEvent.StateChanged.class, event -> event.state() == AdapterState.LOST
                    && event.reason().contains("but controller.pin allows " + before.text() + " only"));
            assertThat(central.adapter().status().controller()).isEmpty();
        }
    }
}
