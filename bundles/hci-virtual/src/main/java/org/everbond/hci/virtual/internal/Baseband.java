package org.everbond.hci.virtual.internal;

import org.everbond.crypto.AddressType;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.LeFeature;
import org.everbond.hci.OpCode;
import org.everbond.hci.SupportedCommands;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.ControllerOptions.Flavour;
import org.everbond.hci.virtual.ControllerOptions.Quirk;

/** What a controller is and how it is set up: Reset, masks, version, features, buffers (Vol 4, Part E, 7.3, 7.4, 7.8). */
final class Baseband {
    /** Company identifier for tests, and our revision. */
    static final int COMPANY = 0xffff;
    static final int REVISION = 1;

    private static final int CORE_4_2 = 0x08;
    private static final int CORE_5_3 = 0x0c;
    private static final long SUPPORTED_STATES = 0x0000_03ff_ffff_ffffL;
    private static final long BR_EDR_NOT_SUPPORTED = 1L << 37;
    private static final long LE_SUPPORTED = 1L << 38;
    private static final long LE_AND_BR_EDR = 1L << 49;
    private static final long BR_EDR_FEATURES = 0x0000_0008_fe8f_ffffL & ~BR_EDR_NOT_SUPPORTED;
    private static final int BR_EDR_ACL_LENGTH = 1021;

    private final Controller controller;
    private final ControllerOptions options;
    private boolean leHostSupport;

    Baseband(Controller controller) {
        this.controller = controller;
        this.options = controller.options();
    }

    void register(Commands commands) {
        commands.complete(OpCode.RESET, 0, 0, (in, out) -> controller.reset());
        commands.complete(OpCode.SET_EVENT_MASK, 8, 0, (in, out) -> controller.out().mask(in.u64()));
        commands.complete(OpCode.SET_EVENT_MASK_PAGE_2, 8, 0, (in, out) -> controller.out().maskPage2(in.u64()));
        commands.complete(OpCode.LE_SET_EVENT_MASK, 8, 0, (in, out) -> controller.out().leMask(in.u64()));
        commands.complete(OpCode.READ_LOCAL_VERSION_INFORMATION, 0, 8, (in, out) ->
                out.u8(version()).u16(REVISION).u8(version()).u16(COMPANY).u16(REVISION));
        commands.complete(OpCode.READ_LOCAL_SUPPORTED_COMMANDS, 0, 64, (in, out) ->
                out.bytes(SupportedCommands.of(commands.known()).octets()));
        commands.complete(OpCode.READ_LOCAL_SUPPORTED_FEATURES, 0, 8, (in, out) -> out.u64(lmpFeatures()));
        commands.complete(OpCode.READ_BD_ADDR, 0, 6, (in, out) ->
                out.address(options.has(Quirk.NO_PUBLIC_ADDRESS) ? null : controller.address()));
        registerBuffers(commands);
        commands.complete(OpCode.LE_READ_LOCAL_SUPPORTED_FEATURES, 0, 8, (in, out) -> out.u64(features()));
        commands.complete(OpCode.LE_READ_SUPPORTED_STATES, 0, 8, (in, out) -> out.u64(SUPPORTED_STATES));
        commands.complete(OpCode.LE_SET_HOST_CHANNEL_CLASSIFICATION, 5, 0, (in, out) -> {});
        commands.complete(OpCode.LE_SET_RANDOM_ADDRESS, 6, 0, (in, out) -> {
            need(!controller.usesRandomAddress());
            controller.ownAddresses().random(in.address(AddressType.RANDOM));
        });
        if (options.dualMode()) {
            registerDualMode(commands);
        }
    }

    private void registerBuffers(Commands commands) {
        boolean shared = options.sharedBuffers();
        int leLength = shared ? 0 : options.aclLength();
        int lePackets = shared ? 0 : options.aclPackets();
        if (shared || options.dualMode()) {
            int length = shared ? options.aclLength() : BR_EDR_ACL_LENGTH;
            commands.complete(OpCode.READ_BUFFER_SIZE, 0, 7, (in, out) ->
                    out.u16(length).u8(0).u16(options.aclPackets()).u16(0));
        }
        commands.complete(OpCode.LE_READ_BUFFER_SIZE, 0, 3, (in, out) -> out.u16(leLength).u8(lePackets));
        if (options.flavour() == Flavour.EXTENDED) {
            commands.complete(OpCode.LE_READ_BUFFER_SIZE_V2, 0, 6, (in, out) ->
                    out.u16(leLength).u8(lePackets).u16(0).u8(0));
        }
    }

    /** Set-up commands of BR/EDR that hosts send to every dual-mode controller. There is no BR/EDR air behind them. */
    private void registerDualMode(Commands commands) {
        commands.complete(OpCode.READ_LE_HOST_SUPPORT, 0, 2, (in, out) -> out.u8(leHostSupport ? 1 : 0).u8(0));
        commands.complete(OpCode.WRITE_LE_HOST_SUPPORT, 2, 0, (in, out) -> {
            leHostSupport = in.flag();
            in.skip(1);
        });
        int[] withoutReturn = {
            0x0c05, // Set Event Filter
            0x0c13, // Write Local Name
            0x0c16, // Write Connection Accept Timeout
            0x0c18, // Write Page Timeout
            0x0c1a, // Write Scan Enable
            0x0c24, // Write Class Of Device
            0x0c45, // Write Inquiry Mode
            0x0c52, // Write Extended Inquiry Response
            0x0c56, // Write Simple Pairing Mode
            0x0c7a, // Write Secure Connections Host Support
            0x080f // Write Default Link Policy Settings
        };
        for (int opCode : withoutReturn) {
            commands.accept(opCode, 0);
        }
        commands.accept(0x0c14, 248); // Read Local Name
        commands.accept(0x0c23, 3); // Read Class Of Device
        commands.accept(0x0c25, 2); // Read Voice Setting
        commands.accept(0x0c38, 1); // Read Number Of Supported IAC
        commands.accept(0x0c39, 4); // Read Current IAC LAP
        commands.accept(0x0c58, 1); // Read Inquiry Response Transmit Power Level
        commands.accept(0x1004, 10); // Read Local Extended Features
    }

    int version() {
        return options.flavour() == Flavour.EXTENDED ? CORE_5_3 : CORE_4_2;
    }

    private long lmpFeatures() {
        return options.dualMode() ? BR_EDR_FEATURES | LE_SUPPORTED | LE_AND_BR_EDR : BR_EDR_NOT_SUPPORTED | LE_SUPPORTED;
    }

    /** LE features (Vol 6, Part B, 4.6). */
    long features() {
        long features = LeFeature.LE_ENCRYPTION.mask()
                | LeFeature.CONNECTION_PARAMETERS_REQUEST_PROCEDURE.mask()
                | LeFeature.EXTENDED_REJECT_INDICATION.mask()
                | LeFeature.PERIPHERAL_INITIATED_FEATURES_EXCHANGE.mask()
                | LeFeature.LE_PING.mask()
                | LeFeature.DATA_PACKET_LENGTH_EXTENSION.mask()
                | LeFeature.LL_PRIVACY.mask();
        if (!options.has(Quirk.NO_EXTENDED_SCANNER_FILTER_POLICIES)) {
            features |= LeFeature.EXTENDED_SCANNING_FILTER_POLICIES.mask();
        }
        if (options.flavour() == Flavour.EXTENDED) {
            features |= LeFeature.LE_2M_PHY.mask()
                    | LeFeature.EXTENDED_ADVERTISING.mask()
                    | LeFeature.CHANNEL_SELECTION_ALGORITHM_2.mask();
        }
        return features;
    }

    void reset() {
        leHostSupport = false;
    }

    /** What a host may not set while it is in use. */
    static void need(boolean allowed) {
        if (!allowed) {
            throw new Refused(ErrorCode.COMMAND_DISALLOWED);
        }
    }
}
