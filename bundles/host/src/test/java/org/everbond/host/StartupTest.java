package org.everbond.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.hci.HciCommand;
import org.everbond.hci.OpCode;
import org.everbond.hci.ReturnParameters.LocalVersion;
import org.everbond.hci.spi.ControllerSetup;
import org.everbond.hci.virtual.SimulatedLoop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bringing controllers up, good ones and others. */
class StartupTest {
    private final SimulatedLoop loop = new SimulatedLoop();
    private final Upper upper = new Upper();
    private final ScriptedController controller = new ScriptedController(loop);
    private Host host = host(HostOptions.DEFAULT);

    private Host host(HostOptions options) {
        var created = Host.create(loop, options);
        upper.attachTo(created);
        controller.host = created;
        return created;
    }

    private ControllerInfo start() {
        var started = host.start(controller).toCompletableFuture();
        assertThat(loop.runUntil(started::isDone, Duration.ofMinutes(2))).as("it ends, one way or the other").isTrue();
        return started.join();
    }

    private HostException startFails() {
        var started = host.start(controller).toCompletableFuture();
        assertThat(loop.runUntil(started::isDone, Duration.ofMinutes(2))).as("it ends, one way or the other").isTrue();
        assertThat(started).isCompletedExceptionally();
        return (HostException) started.handle((info, failure) -> failure).join();
    }

    @Test
    void an_le_controller_is_asked_what_it_is_before_anything_is_set() {
        var info = start();

        assertThat(info).isEqualTo(new ControllerInfo(
                org.everbond.crypto.DeviceAddress.parse("11:22:33:44:55:66/public"), 6, 15, false, 27, 4));
        assertThat(controller.commands).startsWith("Reset", "Read Local Version Information", "Read Local Supported Commands");
        assertThat(controller.commands.indexOf("LE Read Local Supported Features"))
                .isLessThan(controller.commands.indexOf("LE Set Event Mask"));
    }

    @Test
    void only_what_is_supported_is_used() {
        controller.supported.remove(OpCode.WRITE_LE_HOST_SUPPORT);
        start();

        assertThat(controller.commands).doesNotContain("Write LE Host Support", "LE Write Suggested Default Data Length",
                "Read Buffer Size", "Set Event Mask Page 2");
    }

    @Test
    void the_extended_family_is_taken_only_when_it_is_whole() {
        controller.supported = new ArrayList<>(List.of(OpCode.values()).stream()
                .filter(opCode -> opCode.supportedOctet() >= 0).toList());
        assertThat(start().extendedAdvertising()).isTrue();

        controller.supported.remove(OpCode.LE_EXTENDED_CREATE_CONNECTION);
        assertThat(start().extendedAdvertising()).isFalse();
    }

    @Test
    void event_masks_ask_for_what_is_handled_and_nothing_else() {
        var masks = new ArrayList<String>();
        for (var opCode : List.of(OpCode.SET_EVENT_MASK, OpCode.LE_SET_EVENT_MASK)) {
            controller.on(opCode, command -> {
                masks.add(HexFormat.of().formatHex(command.parameters()));
                return List.of(controller.complete(command.opCode(), "00"));
            });
        }
        start();

        // Disconnection 4, Encryption Change 7, Hardware Error 15, Data Buffer Overflow 25, Key Refresh 47, LE Meta 61;
        // LE: Connection Complete 0, Advertising Report 1, Connection Update Complete 2, LTK Request 4.
        assertThat(masks).containsExactly("9080000200800020", "1700000000000000");
    }

    @Test
    void a_refused_event_mask_falls_back_to_what_every_controller_takes() {
        controller.status(OpCode.SET_EVENT_MASK, 0x12);
        controller.status(OpCode.LE_SET_EVENT_MASK, 0x12);
        start();

        assertThat(controller.count(OpCode.SET_EVENT_MASK)).isEqualTo(2);
        assertThat(controller.count(OpCode.LE_SET_EVENT_MASK)).isEqualTo(2);
    }

    @Test
    void le_buffer_length_zero_means_the_shared_buffers() {
        controller.on(OpCode.LE_READ_BUFFER_SIZE, command -> List.of(controller.complete(command.opCode(), "00000000")));

        assertThat(start()).extracting(ControllerInfo::aclLength, ControllerInfo::aclCount).containsExactly(0x2f0, 5);
    }

    @Test
    void a_controller_without_any_buffer_is_refused_with_a_reason() {
        controller.on(OpCode.LE_READ_BUFFER_SIZE, command -> List.of(controller.complete(command.opCode(), "00000000")));
        controller.on(OpCode.READ_BUFFER_SIZE, command -> List.of(controller.complete(command.opCode(), "0000000000000000")));

        assertThat(startFails()).hasMessageContaining("no room for data");
    }

    @Test
    void a_controller_without_le_is_refused_with_a_reason() {
        controller.supported = new ArrayList<>(List.of(OpCode.RESET));
        controller.on(OpCode.READ_LOCAL_SUPPORTED_FEATURES,
                command -> List.of(controller.complete(command.opCode(), "00" + "0000000000000000")));

        assertThat(startFails()).hasMessageContaining("no Bluetooth LE");
    }

    @Test
    void a_public_address_of_zeros_is_borne() {
        controller.on(OpCode.READ_BD_ADDR, command -> List.of(controller.complete(command.opCode(), "00000000000000")));

        assertThat(start().publicAddress().value()).isZero();
    }

    @Test
    void reset_is_repeated_until_it_is_answered() {
        var attempts = new int[1];
        controller.on(OpCode.RESET, command ->
                ++attempts[0] < 3 ? List.of() : List.of("040e0401030c00"));
        start();

        assertThat(attempts[0]).isEqualTo(3);
    }

    @Test
    void what_came_before_the_answer_to_reset_does_not_matter() {
        controller.on(OpCode.RESET, command -> List.of(
                "0410 01 42".replace(" ", ""), "040e0401011000", "043e130100400000010100 00eeffc00600000048 0000".replace(" ", ""),
                "02402005000100040001", "040e0401030c00"));
        start();

        assertThat(host.connections()).isEmpty();
        assertThat(upper.heard).isEmpty();
    }

    @Test
    void a_controller_that_never_answers_reset_ends_with_what_to_look_at() {
        controller.silent(OpCode.RESET);

        assertThat(startFails()).hasMessageContaining("does not answer Reset").hasMessageContaining("baud rate");
    }

    /** Each start-up command refused, with a status event, or with nothing: start-up goes on or says so, and never hangs. */
    @ParameterizedTest
    @EnumSource(
            value = OpCode.class,
            names = {
                "READ_LOCAL_VERSION_INFORMATION", "READ_LOCAL_SUPPORTED_COMMANDS", "READ_LOCAL_SUPPORTED_FEATURES", "READ_BD_ADDR",
                "SET_EVENT_MASK", "WRITE_LE_HOST_SUPPORT", "LE_READ_BUFFER_SIZE", "LE_READ_LOCAL_SUPPORTED_FEATURES",
                "LE_SET_EVENT_MASK"
            })
    void any_one_command_may_fail(OpCode opCode) {
        boolean needed = opCode == OpCode.READ_LOCAL_VERSION_INFORMATION || opCode == OpCode.LE_READ_BUFFER_SIZE;
        List<Runnable> failures = List.of(
                () -> controller.status(opCode, 0x01),
                () -> controller.on(opCode, command -> List.of(controller.commandStatus(command.opCode(), 0x01))),
                () -> controller.silent(opCode));
        for (var failure : failures) {
            failure.run();
            if (needed) {
                assertThat(startFails()).hasMessageContaining(opCode.text());
            } else {
                start();
            }
        }
        if (needed) {
            controller.on(opCode, command -> List.of(controller.complete(command.opCode(), "00")));
            assertThat(startFails()).hasMessageContaining(opCode.text()).hasMessageContaining("too short");
        }
    }

    @Test
    void one_silence_is_asked_about_again() {
        var attempts = new int[1];
        controller.on(OpCode.LE_READ_BUFFER_SIZE, command ->
                ++attempts[0] == 1 ? List.of() : List.of(controller.complete(command.opCode(), "001b0004")));
        start();

        assertThat(attempts[0]).isEqualTo(2);
    }

    @Test
    void a_controller_that_falls_silent_ends_with_the_command_that_it_did_not_answer() {
        controller.silent(OpCode.READ_BD_ADDR);
        controller.silent(OpCode.SET_EVENT_MASK);

        assertThat(startFails()).hasMessageContaining("Set Event Mask").hasMessageContaining("did not answer");
    }

    @Test
    void credits_come_by_nop_and_commands_wait_for_them() {
        controller.credits = 0;
        var started = host.start(controller).toCompletableFuture();
        loop.runUntilIdle();
        assertThat(controller.commands).containsExactly("Reset");

        controller.inject("040e03010000");
        loop.runUntilIdle();
        assertThat(controller.commands).containsExactly("Reset", "Read Local Version Information");

        controller.credits = 1;
        controller.inject("040e03010000");
        loop.runUntilIdle();
        assertThat(started).isCompleted();
    }

    @Test
    void a_controller_that_never_gives_credits_is_slow_but_works() {
        controller.credits = 0;
        start();
    }

    @Test
    void vendor_start_up_comes_before_and_after_reset_and_may_reset_again() {
        var calls = new ArrayList<String>();
        var setup = new ControllerSetup() {
            @Override
            public String name() {
                return "test";
            }

            @Override
            public CompletionStage<Void> beforeReset(Controller access) {
                calls.add("before " + controller.commands);
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public CompletionStage<Next> afterReset(Controller access, LocalVersion version) {
                calls.add("after " + version.company());
                return access.send(new HciCommand(0xfc01, new byte[] {7})).thenApply(answer -> Next.RESET);
            }
        };
        host = host(new HostOptions(HostOptions.DEFAULT.connecting(), Optional.of(setup), List.of()));
        var started = host.start(controller).toCompletableFuture();
        loop.runUntilIdle();
        assertThat(started).isNotDone();
        controller.inject("040e040101fc00");
        loop.runUntilIdle();

        assertThat(started).isCompleted();
        assertThat(calls).containsExactly("before []", "after 15");
        assertThat(controller.commands).startsWith("Reset", "Read Local Version Information", "?", "Reset");
    }

    @Test
    void vendor_start_up_that_gives_up_is_the_reason() {
        var setup = new ControllerSetup() {
            @Override
            public String name() {
                return "test";
            }

            @Override
            public boolean matches(LocalVersion version) {
                return version.company() == 15;
            }

            @Override
            public CompletionStage<Next> afterReset(Controller access, LocalVersion version) {
                throw new IllegalStateException("firmware file missing");
            }
        };
        host = host(new HostOptions(HostOptions.DEFAULT.connecting(), Optional.empty(), List.of(setup)));

        assertThat(startFails()).hasMessageContaining("firmware file missing");
    }

    @Test
    void nothing_works_before_the_start() {
        assertThat(host.advertise(new Advertising(new byte[0], new byte[0], Duration.ofMillis(20))))
                .isCompletedExceptionally();
        assertThat(host.connections()).isEmpty();
        host.received(new byte[] {4, 5, 4, 0, 0, 0, 0});
        assertThat(host.stop(true)).isCompleted();
    }
}
