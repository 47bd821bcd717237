package org.everbond.host.internal;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.ControllerCommands;
import org.everbond.hci.HciCommand;
import org.everbond.hci.LeCommands;
import org.everbond.hci.OpCode;
import org.everbond.hci.ReturnParameters;
import org.everbond.hci.ReturnParameters.AclBuffers;
import org.everbond.hci.ReturnParameters.LocalVersion;
import org.everbond.hci.SupportedCommands;
import org.everbond.hci.spi.ControllerSetup;
import org.everbond.hci.spi.ControllerSetup.Next;
import org.everbond.host.HostException;
import org.everbond.host.HostOptions;

/**
 * Brings a controller up, LE-only or dual mode: Reset until it answers, then asks what it is and what it supports, and uses
 * only that. What is not needed may be refused.
 */
final class Startup {
    /** How long each Reset waits for its answer before the next one: some controllers boot first. */
    private static final Duration[] RESET_WAITS = {
        Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4)
    };

    /** How long a command waits, and waits when it is asked again. */
    private static final Duration[] WAITS = {Duration.ofSeconds(1), CommandFlow.TIMEOUT};

    /** What a controller has to know to be of use with the extended family; anything less and the legacy one is used. */
    private static final Set<OpCode> EXTENDED_FAMILY = EnumSet.of(
            OpCode.LE_SET_ADVERTISING_SET_RANDOM_ADDRESS,
            OpCode.LE_SET_EXTENDED_ADVERTISING_PARAMETERS,
            OpCode.LE_SET_EXTENDED_ADVERTISING_DATA,
            OpCode.LE_SET_EXTENDED_SCAN_RESPONSE_DATA,
            OpCode.LE_SET_EXTENDED_ADVERTISING_ENABLE,
            OpCode.LE_SET_EXTENDED_SCAN_PARAMETERS,
            OpCode.LE_SET_EXTENDED_SCAN_ENABLE,
            OpCode.LE_EXTENDED_CREATE_CONNECTION);

    /** What a controller has to know so that its resolving list is of use. */
    private static final Set<OpCode> RESOLVING = EnumSet.of(
            OpCode.LE_ADD_DEVICE_TO_RESOLVING_LIST,
            OpCode.LE_CLEAR_RESOLVING_LIST,
            OpCode.LE_READ_RESOLVING_LIST_SIZE,
            OpCode.LE_SET_ADDRESS_RESOLUTION_ENABLE);

    private static final long LMP_FEATURE_LE = 1L << 38;
    private static final DeviceAddress NO_ADDRESS = new DeviceAddress(AddressType.PUBLIC, 0);

    private final CommandFlow commands;
    private final HostOptions options;
    private final ControllerSetup.Controller setupAccess;
    private LocalVersion version;
    private SupportedCommands supported;
    private DeviceAddress address = NO_ADDRESS;
    private AclBuffers buffers;
    private long leFeatures;
    private boolean extended;
    private int resolvingListSize;
    private int unanswered;

    Startup(CommandFlow commands, HostOptions options, ControllerSetup.Controller setupAccess) {
        this.commands = commands;
        this.options = options;
        this.setupAccess = setupAccess;
    }

    /** Completes exceptionally with a {@link HostException}, possibly as the cause of another exception. */
    CompletionStage<Controller> run() {
        return beforeReset()
                .thenCompose(done -> reset(0))
                .thenCompose(done -> readVersion())
                .thenCompose(done -> vendorSetup())
                .thenCompose(done -> readSupportedCommands())
                .thenCompose(done -> requireLe())
                .thenCompose(done -> readAddress())
                .thenCompose(done -> setEventMask())
                .thenCompose(done -> enableLeHost())
                .thenCompose(done -> readLeBuffers())
                .thenCompose(done -> readLeFeatures())
                .thenCompose(done -> readResolvingListSize())
                .thenCompose(done -> setLeEventMask())
                .thenCompose(done -> suggestDataLength())
                .thenApply(done -> new Controller(
                        version, supported, leFeatures, address, buffers, extended, resolvingListSize));
    }

    private CompletionStage<Void> beforeReset() {
        return options.setup().map(setup -> setup.beforeReset(setupAccess)).orElse(CompletableFuture.completedFuture(null));
    }

    private CompletionStage<Void> reset(int attempt) {
        return commands.ask(ControllerCommands.reset(), RESET_WAITS[attempt]).thenCompose(answer -> {
            if (answer.ok()) {
                return CompletableFuture.completedFuture(null);
            }
            if (attempt + 1 < RESET_WAITS.length) {
                return reset(attempt + 1);
            }
            return CompletableFuture.failedFuture(answer.answered() ? answer.failure() : new HostException(
                    "the controller does not answer Reset; check the port, the baud rate, the flow control and its power", 0));
        });
    }

    private CompletionStage<Void> readVersion() {
        return required(ControllerCommands.readLocalVersionInformation(), LocalVersion::parse)
                .thenAccept(answer -> version = answer);
    }

    private CompletionStage<Void> vendorSetup() {
        Optional<ControllerSetup> chosen = options.setup()
                .or(() -> options.setups().stream().filter(setup -> setup.matches(version)).findFirst());
        if (chosen.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return chosen.get().afterReset(setupAccess, version).thenCompose(next ->
                next == Next.GO_ON ? CompletableFuture.completedFuture(null) : reset(0).thenCompose(done -> readVersion()));
    }

    /** A controller that does not tell is taken for one of 4.0 with what that version makes mandatory. */
    private CompletionStage<Void> readSupportedCommands() {
        return optional(ControllerCommands.readLocalSupportedCommands()).thenAccept(answer -> {
            supported = Optional.of(answer)
                    .filter(Answer::ok)
                    .flatMap(known -> ReturnParameters.supportedCommands(known.parameters()))
                    .orElseGet(Startup::mandatory);
            extended = EXTENDED_FAMILY.stream().allMatch(supported::has);
        });
    }

    private static SupportedCommands mandatory() {
        return SupportedCommands.of(EnumSet.range(OpCode.LE_SET_EVENT_MASK, OpCode.LE_READ_SUPPORTED_STATES));
    }

    private CompletionStage<Void> requireLe() {
        return optional(ControllerCommands.readLocalSupportedFeatures()).thenCompose(answer -> {
            boolean le = ReturnParameters.features(answer.parameters())
                    .filter(features -> answer.ok())
                    .map(features -> (features & LMP_FEATURE_LE) != 0)
                    .orElse(true);
            boolean usable = extended || supported.has(OpCode.LE_SET_ADVERTISING_PARAMETERS)
                    || supported.has(OpCode.LE_CREATE_CONNECTION);
            return le || usable
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(new HostException(
                            "the controller (company 0x" + Integer.toHexString(version.company())
                                    + ") has no Bluetooth LE; use one of Bluetooth 4.0 or later", 0));
        });
    }

    /** A controller without a public address answers with zeros, or not at all. */
    private CompletionStage<Void> readAddress() {
        return optional(ControllerCommands.readBdAddr()).thenAccept(answer ->
                address = answer.ok() ? ReturnParameters.bdAddr(answer.parameters()).orElse(NO_ADDRESS) : NO_ADDRESS);
    }

    private CompletionStage<Void> setEventMask() {
        return firstAccepted(
                ControllerCommands.setEventMask(EventMasks.EVENTS), ControllerCommands.setEventMask(EventMasks.EVENTS_FALLBACK));
    }

    private CompletionStage<Void> enableLeHost() {
        return ifSupported(OpCode.WRITE_LE_HOST_SUPPORT, ControllerCommands.writeLeHostSupport(true));
    }

    /** Length or count 0: LE shares the buffers of BR/EDR (Vol 4, Part E, 4.1). */
    private CompletionStage<Void> readLeBuffers() {
        var command = supported.has(OpCode.LE_READ_BUFFER_SIZE) || !supported.has(OpCode.LE_READ_BUFFER_SIZE_V2)
                ? LeCommands.readBufferSize()
                : HciCommand.of(OpCode.LE_READ_BUFFER_SIZE_V2);
        return required(command, AclBuffers::parseLe).thenCompose(le ->
                le.length() > 0 && le.count() > 0
                        ? CompletableFuture.completedFuture(le)
                        : required(ControllerCommands.readBufferSize(), AclBuffers::parse))
                .thenCompose(answer -> {
                    // The smallest buffer that the specification allows for LE is 27 octets.
                    if (answer.length() < 27 || answer.count() < 1) {
                        return CompletableFuture.failedFuture(new HostException(
                                "the controller says that it has no room for data: " + answer.count() + " buffers of "
                                        + answer.length() + " octets; update its firmware or use another one", 0));
                    }
                    buffers = answer;
                    return CompletableFuture.completedFuture(null);
                });
    }

    private CompletionStage<Void> readLeFeatures() {
        return optional(LeCommands.readLocalSupportedFeatures()).thenAccept(answer ->
                leFeatures = answer.ok() ? ReturnParameters.features(answer.parameters()).orElse(0L) : 0);
    }

    private CompletionStage<Void> readResolvingListSize() {
        return RESOLVING.stream().allMatch(supported::has)
                ? optional(LeCommands.readResolvingListSize()).thenAccept(answer -> resolvingListSize =
                        answer.ok() ? ReturnParameters.resolvingListSize(answer.parameters()).orElse(0) : 0)
                : CompletableFuture.completedFuture(null);
    }

    private CompletionStage<Void> setLeEventMask() {
        return firstAccepted(
                LeCommands.setEventMask(EventMasks.le(supported, leFeatures, extended)),
                LeCommands.setEventMask(EventMasks.LE_FALLBACK));
    }

    /** Long link layer packets from the start of each connection, where both sides can. */
    private CompletionStage<Void> suggestDataLength() {
        return ifSupported(
                OpCode.LE_WRITE_SUGGESTED_DEFAULT_DATA_LENGTH, LeCommands.writeSuggestedDefaultDataLength(251, 2120));
    }

    private CompletionStage<Void> ifSupported(OpCode opCode, HciCommand command) {
        return supported.has(opCode)
                ? optional(command).thenAccept(answer -> {})
                : CompletableFuture.completedFuture(null);
    }

    /** Goes on whatever the controller says, also when it says nothing; but then only once, or it hangs altogether. */
    private CompletionStage<Answer> optional(HciCommand command) {
        return ask(command, 0).thenCompose(answer -> answer.answered() || unanswered++ == 0
                ? CompletableFuture.completedFuture(answer)
                : CompletableFuture.failedFuture(answer.failure()));
    }

    private CompletionStage<Void> firstAccepted(HciCommand wanted, HciCommand fallback) {
        return optional(wanted).thenCompose(answer -> answer.ok() || !answer.answered()
                ? CompletableFuture.completedFuture(null)
                : optional(fallback).thenAccept(second -> {}));
    }

    private <T> CompletionStage<T> required(HciCommand command, Function<byte[], Optional<T>> reader) {
        return ask(command, 0).thenCompose(answer -> {
            if (!answer.ok()) {
                return CompletableFuture.failedFuture(answer.failure());
            }
            return reader.apply(answer.parameters())
                    .map(CompletableFuture::completedFuture)
                    .orElseGet(() -> CompletableFuture.failedFuture(new HostException(
                            "the controller's answer to " + command + " is too short: " + answer.parameters().length
                                    + " octets; check the baud rate and the flow control, or update its firmware", 0)));
        });
    }

    private CompletionStage<Answer> ask(HciCommand command, int attempt) {
        return commands.ask(command, WAITS[attempt]).thenCompose(answer -> {
            if (answer.answered()) {
                return CompletableFuture.completedFuture(answer);
            }
            return attempt + 1 < WAITS.length ? ask(command, attempt + 1) : CompletableFuture.completedFuture(answer);
        });
    }
}
