package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.everbond.adapter.internal.Gateway.get;

import java.nio.file.Files;
import java.util.ArrayList;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.AdapterState;
import org.everbond.bonds.Bond;
import org.everbond.security.PairingResult;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.TlvState;
import org.junit.jupiter.api.Test;

/** The store of an adapter is swapped, damaged, moved or refused, and its peer is bonded all the same. */
class StoreStoryTest extends TwoGateways {
    @Test
    void whatWasDamagedInTheStoreIsToldAndTheBondWorksOn() throws Exception {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            paired();
            assertThat(central.adapter().status().notices()).isEmpty();
        }
        var file = folder.resolve("central.tlv");
        byte[] content = Files.readAllBytes(file);
        content[content.length - 200] ^= 1; // in our own record of the bond, before BTstack's entry of 100 octets
        Files.write(file, content);

        try (var first = central.startUp(); var second = peripheral.startUp()) {
            assertThat(central.adapter().status().notices()).singleElement().asString().contains("central.tlv", "damaged");
            assertThat(folder.resolve("central.tlv.damaged-1")).hasBinaryContent(content);
            get(peripheral.adapter().advertise(advertising()));
            var link = get(central.adapter().connect(central.adapter().bonds().get(0).id(), LONG));
            assertThat(secret(link)).isEqualTo("encrypted");
        }
    }

    @Test
    void aStoreThatIsChangedWhileTheGatewayIsOffKeepsItsBonds() {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            paired();
        }
        var bond = new Bond[1];
        central.with("store", "file:other.tlv");
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            first.awaitStore("other.tlv");
            bond[0] = central.adapter().bonds().get(0);
            get(peripheral.adapter().advertise(advertising()));
            var link = get(central.adapter().connect(bond[0].id(), LONG));
            assertThat(secret(link)).isEqualTo("encrypted");
        }
        // The old place is not needed any more.
        assertThat(folder.resolve("central.tlv").toFile().delete()).isTrue();
        try (var first = central.startUp()) {
            assertThat(central.adapter().bonds()).containsExactly(bond[0]);
        }
        assertThat(folder.resolve("central.tlv")).doesNotExist();
    }

    @Test
    void aStoreWhoseBondsCannotBeReadWhereTheyWereKeptLastIsWaitedFor() throws Exception {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            paired();
        }
        Files.move(folder.resolve("central.tlv"), folder.resolve("kept"));
        Files.createDirectory(folder.resolve("central.tlv"));
        central.with("store", "file:other.tlv");
        try (var first = central.start()) {
            central.await(AdapterEvent.StateChanged.class, event -> event.state() == AdapterState.WAITING_FOR_STORE
                    && event.reason().contains("last, and go on to store=file:other.tlv once that can be read")
                    && event.reason().contains("central.store"));
        }
        assertThat(folder.resolve("other.tlv")).doesNotExist();

        Files.delete(folder.resolve("central.tlv"));
        Files.move(folder.resolve("kept"), folder.resolve("central.tlv"));
        try (var first = central.startUp()) {
            first.awaitStore("other.tlv");
            assertThat(central.adapter().bonds()).hasSize(1);
        }
    }

    @Test
    void theStoreIsSwappedWhileTheLinkIsUp() {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            var link = paired();
            central.with("store", "file:moved.tlv").reconfigure();
            central.await(
                    AdapterEvent.StoreChanged.class,
                    event -> event.state() == TlvState.READY
                            && central.adapter().status().backend().resource().contains("moved.tlv"));
            assertThat(link.isOpen()).isTrue();
            assertThat(link.status().security()).isPresent();
            assertThat(secret(link)).isEqualTo("encrypted");
            assertThat(central.adapter().bonds()).hasSize(1);
            assertThat(folder.resolve("moved.tlv")).exists();
        }
    }

    @Test
    void aStoreThatCannotTakeOverLeavesTheOldOneServing() throws Exception {
        Files.createDirectory(folder.resolve("folder.tlv"));
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            central.with("store", "file:folder.tlv").reconfigure();
            var link = connected();
            assertThat(get(link.pair()).bonding()).isEqualTo(PairingResult.Bonding.BONDED);
            assertThat(central.adapter().status().backend().resource()).endsWith("central.tlv");
        }
        try (var again = central.with("store", "file:central.tlv").startUp()) {
            assertThat(central.adapter().bonds()).hasSize(1);
        }
    }

    @Test
    void anotherIdentityThatIsAdoptedTakesOneOrderlyRestart() throws Exception {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            paired();
        }
        // Nobody remembers where the bonds were.
        Files.delete(folder.resolve("central.store"));
        try (var first = central.with("store", "file:elsewhere.tlv").startUp(); var second = peripheral.startUp()) {
            var elsewhere = central.adapter().status().identity();
            paired();
            central.with("store", "file:central.tlv").reconfigure();
            central.await(AdapterEvent.StoreChanged.class, event -> event.reason().contains("ble:store adopt"));
            central.events.clear();
            get(central.adapter().resolveStore(Resolution.ADOPT));
            var changes = new ArrayList<AdapterEvent.StateChanged>();
            central.await(AdapterEvent.StateChanged.class, event -> {
                changes.add(event);
                return event.state() == AdapterState.UP;
            });
            assertThat(changes.stream().map(AdapterEvent.StateChanged::state).distinct()).as(changes.toString())
                    .containsExactly(AdapterState.STARTING, AdapterState.UP);
            assertThat(central.adapter().status().identity()).isNotEqualTo(elsewhere);
            assertThat(secret(connected())).isEqualTo("encrypted");
            assertThat(central.events).noneMatch(AdapterEvent.StateChanged.class::isInstance);
        }
    }

    @Test
    void nothingIsOnAirBeforeTheStoreIsThere() {
        try (var first = central.with("store", "elsewhere:somewhere").start()) {
            central.await(AdapterEvent.StateChanged.class, event -> event.state() == AdapterState.WAITING_FOR_STORE
                    && event.reason()
                            .equals("no bundle answers to store=elsewhere:somewhere; install the one for 'elsewhere:' or use one of file:, memory:"));
            assertThatThrownBy(() -> get(central.adapter().advertise(advertising())))
                    .hasMessageContaining("adapter central is waiting-for-store: ");
            central.with("store", "file:central.tlv").reconfigure();
            central.awaitState(AdapterState.UP);
        }
    }

    @Test
    void aVolatileStoreIsNeverPlainBonded() {
        central.with("store", "memory:");
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            assertThat(get(connected().pair()).bonding()).isEqualTo(PairingResult.Bonding.NOT_DURABLE);
        }
    }
}
