package org.everbond.adapter.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.crypto.Key;
import org.everbond.hci.EventLoop;
import org.everbond.security.IoCapability;
import org.everbond.security.OobData;

/** What the people at two gateways have agreed on for their next pairing, and how well they keep to it. */
final class Plan {
    private static final Duration TOO_LATE = Duration.ofSeconds(40);

    final SimulatedGateway central;
    final SimulatedGateway peripheral;
    final Way way;
    final Slip slipOfCentral;
    final Slip slipOfPeripheral;
    /** Of LE legacy pairing, if both have it. */
    final Key temporaryKey;

    private final EventLoop world;
    private final Duration thinking;
    private final CompletableFuture<Integer> shown = new CompletableFuture<>();
    private final int agreed;
    /** What came out of band from each; made when the plan is carried out. */
    Optional<OobData> dataOfCentral = Optional.empty();

    Optional<OobData> dataOfPeripheral = Optional.empty();

    Plan(EventLoop world, Random random, SimulatedGateway central, SimulatedGateway peripheral, boolean careful) {
        this.world = world;
        this.central = central;
        this.peripheral = peripheral;
        way = Way.values()[random.nextInt(Way.values().length)];
        slipOfCentral = slip(random, careful);
        slipOfPeripheral = slip(random, careful);
        thinking = Duration.ofMillis(random.nextInt(3) == 0 ? random.nextInt(20_000) : random.nextInt(300));
        agreed = random.nextInt(1_000_000);
        var octets = new byte[16];
        random.nextBytes(octets);
        temporaryKey = Key.of(octets);
    }

    private static Slip slip(Random random, boolean careful) {
        var all = Slip.values();
        return careful || random.nextInt(5) != 0 ? Slip.NONE : all[random.nextInt(all.length)];
    }

    boolean isKept() {
        return EnumSet.of(slipOfCentral, slipOfPeripheral).equals(EnumSet.of(Slip.NONE));
    }

    /** The association model that this comes to. */
    PairingMethod methodOf(boolean secureConnections) {
        return way.method(secureConnections);
    }

    /** Whether somebody who was asked has not said yes. */
    boolean mustFail(BondSecurity achieved) {
        return switch (achieved.method()) {
            case NUMERIC_COMPARISON -> !isKept();
            case PASSKEY_ENTRY -> (way.atCentral == IoCapability.KEYBOARD_ONLY && slipOfCentral != Slip.NONE)
                    || (way.atPeripheral == IoCapability.KEYBOARD_ONLY && slipOfPeripheral != Slip.NONE);
            case OUT_OF_BAND -> way.ofPeripheral && slipOfCentral == Slip.WRONG || way.ofCentral && slipOfPeripheral == Slip.WRONG;
            default -> false;
        };
    }

    /** TK of LE legacy pairing, as whoever looks over their shoulders knows it; empty before it was shown. */
    Optional<Key> temporaryKeyOfLegacy() {
        return switch (methodOf(false)) {
            case PASSKEY_ENTRY -> Optional.ofNullable(way == Way.PASSKEY_TYPED_AT_BOTH ? Integer.valueOf(agreed) : shown.getNow(null))
                    .map(passkey -> Key.of(ByteBuffer.allocate(16).putInt(12, passkey).array()));
            case OUT_OF_BAND -> Optional.of(temporaryKey);
            default -> Optional.of(Key.ZERO);
        };
    }

    private Slip slip(SimulatedGateway at) {
        return at == central ? slipOfCentral : slipOfPeripheral;
    }

    IoCapability ioCapability(SimulatedGateway at) {
        return at == central ? way.atCentral : way.atPeripheral;
    }

    /** What the people there have of the other gateway. */
    Optional<OobData> data(SimulatedGateway at) {
        var data = at == central ? dataOfPeripheral : dataOfCentral;
        boolean has = at == central ? way.ofPeripheral : way.ofCentral;
        if (!has) {
            return Optional.empty();
        }
        var tk = slip(at) == Slip.WRONG ? Key.of(new byte[] {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, (byte) (at == central ? 6 : 7)}) : temporaryKey;
        var secureConnections = data.flatMap(OobData::secureConnections);
        if (slip(at) == Slip.WRONG) {
            secureConnections = secureConnections.map(right -> new OobData.SecureConnections(tk, right.random()));
        }
        // LE legacy pairing takes a TK only if both have it.
        var legacy = way == Way.OOB_BOTH_WAYS ? Optional.of(tk) : Optional.<Key>empty();
        return Optional.of(new OobData(data.flatMap(OobData::address), legacy, secureConnections))
                .filter(some -> some.temporaryKey().isPresent() || some.secureConnections().isPresent());
    }

    void shows(int passkey) {
        shown.complete(passkey);
    }

    CompletionStage<Boolean> confirms(SimulatedGateway at) {
        return answer(at, () -> true, () -> false);
    }

    CompletionStage<Optional<Integer>> types(SimulatedGateway at) {
        if (way == Way.PASSKEY_TYPED_AT_BOTH) {
            return answer(at, () -> passkey(at, agreed), Optional::empty);
        }
        return shown.thenCompose(passkey -> answer(at, () -> passkey(at, passkey), Optional::empty));
    }

    private Optional<Integer> passkey(SimulatedGateway at, int right) {
        return switch (slip(at)) {
            // One of the lower bits: there is such a passkey always. Two that are wrong differ, or they would agree.
            case WRONG -> Optional.of(right ^ 1 << (right + (at == central ? 0 : 1)) % 6);
            case OUT_OF_RANGE -> Optional.of(1_000_000);
            default -> Optional.of(right);
        };
    }

    private <T> CompletionStage<T> answer(SimulatedGateway at, Supplier<T> right, Supplier<T> refusal) {
        var answer = new CompletableFuture<T>();
        switch (slip(at)) {
            case THROWS -> throw new IllegalStateException("this agent throws");
            case FAILS -> answer.completeExceptionally(new IllegalStateException("this agent fails"));
            case NEVER -> {}
            case TOO_LATE -> world.schedule(TOO_LATE, () -> answer.complete(right.get()));
            case REFUSES -> world.schedule(thinking, () -> answer.complete(refusal.get()));
            case WRONG, OUT_OF_RANGE -> world.schedule(
                    thinking, () -> answer.complete(right.get() instanceof Boolean ? refusal.get() : right.get()));
            default -> world.schedule(thinking, () -> answer.complete(right.get()));
        }
        return answer;
    }

    @Override
    public String toString() {
        return way + (isKept() ? "" : " (" + slipOfCentral + " at the central, " + slipOfPeripheral + " at the peripheral)")
                + " after " + thinking.toMillis() + " ms";
    }
}
