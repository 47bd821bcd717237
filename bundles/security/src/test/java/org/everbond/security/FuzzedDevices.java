package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.SecurityLevel;
import org.everbond.host.Connection;
import org.everbond.host.Role;
import org.everbond.security.internal.pdu.PduCodec;
import org.everbond.security.internal.pdu.PduException;

/** What fuzzed inputs do to devices, and the rules that hold for a device whatever is done to it. */
final class FuzzedDevices {
    final Pair pair;
    /** Whoever is under test; the other one may be a tester. */
    final List<Device> devices;
    Wire wire;
    /** Whether an application has forgotten bonds. */
    private boolean forgotten;
    private final List<Wire> wires = new ArrayList<>();
    private final List<CompletionStage<?>> calls = new ArrayList<>();
    private final Set<BondId> before = new HashSet<>();

    FuzzedDevices(Pair pair, List<Device> devices) {
        this.pair = pair;
        this.devices = devices;
    }

    /** The bonds that are there now need no pairing. */
    void begin(Wire first) {
        devices.forEach(device -> {
            device.bonds.list().forEach(bond -> before.add(bond.id()));
            device.events.clear();
        });
        on(first);
    }

    void on(Wire next) {
        wire = next;
        wires.add(next);
    }

    /** The user answers what waits for an answer. */
    void answer(User user, int what) {
        var confirmation = user.confirmation;
        var entry = user.entry;
        if (confirmation != null) {
            switch (what) {
                case 0, 1, 2, 3 -> confirmation.complete(true);
                case 4 -> confirmation.complete(false);
                case 5 -> confirmation.complete(null);
                default -> confirmation.completeExceptionally(new IllegalStateException("broken"));
            }
        }
        if (entry != null) {
            switch (what) {
                case 0 -> user.enter();
                case 1 -> entry.complete(Optional.of(0));
                case 2 -> entry.complete(Optional.of(999_999));
                case 3 -> entry.complete(Optional.of(1_000_000));
                case 4 -> entry.complete(Optional.empty());
                case 5 -> entry.complete(null);
                default -> entry.completeExceptionally(new IllegalStateException("broken"));
            }
        }
        pair.run();
    }

    /** An application, or the user who owns the device, does something. */
    void apply(Device device, Wire.End end, int what) {
        switch (what) {
            case 0, 1 -> calls.add(device.security.pair(end));
            case 2 -> calls.add(device.security.encrypt(end));
            case 3 -> calls.add(device.security.protect(end));
            case 4 -> calls.add(device.security.createOobData());
            case 5 -> device.security.bondable(!device.security.isBondable());
            case 6 -> {
                forgotten = true;
                List.copyOf(device.bonds.list()).forEach(bond -> device.bonds.forget(bond.id()));
            }
            default -> device.bonds.ready(!device.bonds.ready());
        }
        pair.run();
    }

    /** The controller says what is not so. */
    void nonsense(Role role, int what, int value) {
        if (!wire.isOpen()) {
            return;
        }
        var port = wire.end(role).device.ports.port;
        switch (what & 3) {
            case 0 -> wire.encryptionChanged(role, 0, true);
            case 1 -> wire.encryptionChanged(role, value, (value & 1) != 0);
            case 2 -> port.longTermKeyRequested(wire.end(role), 0, 0);
            default -> port.longTermKeyRequested(wire.end(role), value, value);
        }
        pair.run();
    }

    void inject(Role to, byte[] sdu) {
        if (wire.isOpen()) {
            wire.inject(to, sdu);
            pair.run();
        }
    }

    void store(Device device, int what) {
        device.bonds.storage = MemoryBonds.Storage.values()[what % MemoryBonds.Storage.values().length];
        device.bonds.setAside((what & 8) != 0);
    }

    /** What holds at any moment. */
    void check() {
        for (var device : devices) {
            for (var link : wires) {
                var end = link.central.device == device ? link.central : link.peripheral;
                if (end.link().security().isPresent()) {
                    assertThat(end.keys).as("%s: a link that is said to be encrypted, with no key given", device.name).isNotEmpty();
                }
                end.sent.forEach(FuzzedDevices::assertWellFormed);
            }
        }
    }

    private static void assertWellFormed(byte[] sdu) {
        try {
            assertThat(PduCodec.decode(sdu)).isPresent();
        } catch (PduException e) {
            throw new AssertionError("a malformed PDU was sent", e);
        }
    }

    /** The link ends and time passes: all that was begun has ended, and what is stored is what was reported. */
    void end() {
        devices.forEach(device -> device.gate.open());
        wire.lose(0x08, 0x08);
        devices.forEach(device -> {
            device.bonds.ready(true);
            device.gate.open();
        });
        pair.advance(Duration.ofMinutes(6));
        check();
        assertThat(calls).as("calls that have no end").allMatch(call -> call.toCompletableFuture().isDone());
        devices.forEach(this::assertReportedAsStored);
        devices.forEach(this::assertNothingIsLeftBehind);
    }

    private void assertReportedAsStored(Device device) {
        var paired = device.heard(SecurityEvent.Paired.class);
        var failed = device.heard(SecurityEvent.PairingFailed.class);
        assertEachEndsOnce(device);
        var known = new HashSet<>(before);
        paired.forEach(event -> {
            assertHonest(device, event.result());
            event.result().bond().map(Bond::id).ifPresent(known::add);
        });
        failed.forEach(event -> assertThat(event.cause()).message().isNotBlank().doesNotContain("an error of this gateway"));
        long kept = failed.stream().filter(event -> event.cause().getMessage().contains("the bond is kept")).count();
        long unknown = device.bonds.list().stream().filter(bond -> !known.contains(bond.id())).count();
        assertThat(unknown).as("%s: bonds that no pairing has made", device.name).isLessThanOrEqualTo(kept);
        if (!forgotten) {
            var there = device.bonds.list().stream().map(Bond::id).toList();
            assertThat(there).as("%s: bonds that were there, or were reported", device.name).containsAll(known);
        }
    }

    /** Each pairing that began succeeded or failed; what did not begin can only fail. */
    private static void assertEachEndsOnce(Device device) {
        var running = new HashSet<Connection>();
        for (var event : device.events) {
            if (event instanceof SecurityEvent.PairingStarted) {
                assertThat(running.add(event.connection())).as("%s: a pairing begins in another one", device.name).isTrue();
            } else if (event instanceof SecurityEvent.Paired) {
                assertThat(running.remove(event.connection())).as("%s: a pairing succeeds that runs", device.name).isTrue();
            } else if (event instanceof SecurityEvent.PairingFailed) {
                running.remove(event.connection());
            }
        }
        assertThat(running).as("%s: pairings without an end", device.name).isEmpty();
    }

    /** Nothing claims more than people have done for it. */
    private void assertHonest(Device device, PairingResult result) {
        var security = result.security();
        if (security.method() == PairingMethod.JUST_WORKS) {
            assertThat(security.level()).isLessThanOrEqualTo(SecurityLevel.ENCRYPTED);
        }
        if (security.authenticated()) {
            var user = User.of(device);
            boolean did = switch (security.method()) {
                case NUMERIC_COMPARISON -> user.heard.contains("number?");
                case PASSKEY_ENTRY -> user.heard.contains("passkey?") || user.heard.contains("shows");
                default -> true;
            };
            assertThat(did).as("%s: authenticated by %s, of which the user knows nothing", device.name, security.method()).isTrue();
        }
    }

    /** A device that has bonds encrypts or pairs, one that has none pairs, whatever was before. */
    private void assertNothingIsLeftBehind(Device device) {
        device.bonds.storage = MemoryBonds.Storage.DURABLE;
        device.bonds.setAside(false);
        List.copyOf(device.bonds.list()).forEach(bond -> device.bonds.forget(bond.id()));
        device.agent = Optional.empty();
        device.security.options(Device.accepting());
        device.security.bondable(true);
        device.events.clear();
        var stranger = new Device("stranger", pair.loop, "C0:FF:EE:00:00:0" + (7 + devices.indexOf(device)) + "/random", 9);
        pair.run();
        var fresh = Wire.connect(stranger, device);
        pair.run();
        var result = new CompletableFuture<PairingResult>();
        stranger.security.pair(fresh.central).whenComplete((value, failure) -> result.complete(value));
        pair.run();
        assertThat(device.heard(SecurityEvent.Paired.class)).as("%s: pairings with the next one", device.name).hasSize(1);
        assertThat(device.bonds.list()).hasSize(1);
        assertThat(result.join().bonding()).isEqualTo(PairingResult.Bonding.BONDED);
    }
}
