package org.everbond.hci.virtual.internal;

import org.everbond.hci.ErrorCode;
import org.everbond.hci.OpCode;

/** Commands about one connection: each begins with its handle. */
final class LinkCommands {
    private static final int MAX_OCTETS = 251;
    private static final int MAX_TIME = 17040;

    private final Controller controller;
    private int suggestedOctets;

    LinkCommands(Controller controller) {
        this.controller = controller;
        reset();
    }

    private LinkEnd link(Parameters in) {
        return controller.connections().find(in.u16());
    }

    void register(Commands commands) {
        commands.status(OpCode.DISCONNECT, 3, (in, out) -> disconnect(link(in), in.u8()));
        commands.status(OpCode.READ_REMOTE_VERSION_INFORMATION, 2, (in, out) -> link(in).procedures().readVersion());
        commands.completeOnLink(OpCode.READ_RSSI, 2, 3, (in, out) -> out.u16(link(in).handle()).u8(-60));
        commands.completeOnLink(OpCode.READ_AUTHENTICATED_PAYLOAD_TIMEOUT, 2, 4, (in, out) -> {
            var link = link(in);
            out.u16(link.handle()).u16(link.payloadTimeout());
        });
        commands.completeOnLink(OpCode.WRITE_AUTHENTICATED_PAYLOAD_TIMEOUT, 4, 2, (in, out) -> {
            var link = link(in);
            link.payloadTimeout(in.u16(1, 0xffff));
            out.u16(link.handle());
        });
        commands.completeOnLink(OpCode.LE_READ_CHANNEL_MAP, 2, 7, (in, out) ->
                out.u16(link(in).handle()).bytes(new byte[] {-1, -1, -1, -1, 0x1f}));
        commands.status(OpCode.LE_READ_REMOTE_FEATURES, 2, (in, out) -> link(in).procedures().readFeatures());
        registerEncryption(commands);
        registerParameters(commands);
        registerDataLength(commands);
    }

    private static void disconnect(LinkEnd link, int reason) {
        switch (reason) {
            case 0x05, 0x13, 0x14, 0x15, 0x1a, 0x29, 0x3b -> link.terminate(reason);
            default -> throw Refused.parameters();
        }
    }

    private void registerEncryption(Commands commands) {
        commands.status(OpCode.LE_ENABLE_ENCRYPTION, 28, (in, out) ->
                link(in).encryption().enable(in.u64(), in.u16(), in.key()));
        commands.completeOnLink(OpCode.LE_LONG_TERM_KEY_REQUEST_REPLY, 18, 2, (in, out) -> {
            var link = link(in);
            link.encryption().reply(in.key());
            out.u16(link.handle());
        });
        commands.completeOnLink(OpCode.LE_LONG_TERM_KEY_REQUEST_NEGATIVE_REPLY, 2, 2, (in, out) -> {
            var link = link(in);
            link.encryption().negativeReply();
            out.u16(link.handle());
        });
    }

    private void registerParameters(Commands commands) {
        commands.status(OpCode.LE_CONNECTION_UPDATE, 14, (in, out) ->
                link(in).procedures().update(ConnectionParameters.read(in)));
        commands.completeOnLink(OpCode.LE_REMOTE_CONNECTION_PARAMETER_REQUEST_REPLY, 14, 2, (in, out) -> {
            var link = link(in);
            link.procedures().accept(ConnectionParameters.read(in));
            out.u16(link.handle());
        });
        commands.completeOnLink(OpCode.LE_REMOTE_CONNECTION_PARAMETER_REQUEST_NEGATIVE_REPLY, 3, 2, (in, out) -> {
            var link = link(in);
            link.procedures().refuse(in.u8());
            out.u16(link.handle());
        });
    }

    private void registerDataLength(Commands commands) {
        commands.completeOnLink(OpCode.LE_SET_DATA_LENGTH, 6, 2, (in, out) -> {
            var link = link(in);
            int octets = in.u16(27, MAX_OCTETS);
            in.u16(328, MAX_TIME);
            link.procedures().setDataLength(octets);
            out.u16(link.handle());
        });
        commands.complete(OpCode.LE_READ_SUGGESTED_DEFAULT_DATA_LENGTH, 0, 4, (in, out) ->
                out.u16(suggestedOctets).u16(LinkProcedures.time(suggestedOctets)));
        commands.complete(OpCode.LE_WRITE_SUGGESTED_DEFAULT_DATA_LENGTH, 4, 0, (in, out) -> {
            int octets = in.u16(27, MAX_OCTETS);
            in.u16(328, MAX_TIME);
            suggestedOctets = octets;
        });
        commands.complete(OpCode.LE_READ_MAXIMUM_DATA_LENGTH, 0, 8, (in, out) ->
                out.u16(MAX_OCTETS).u16(2120).u16(MAX_OCTETS).u16(2120));
    }

    /** PHY commands, which controllers of Core 5 have. */
    void registerPhy(Commands commands) {
        commands.completeOnLink(OpCode.LE_READ_PHY, 2, 4, (in, out) -> {
            var link = link(in);
            out.u16(link.handle()).u8(link.procedures().txPhy()).u8(link.procedures().rxPhy());
        });
        commands.complete(OpCode.LE_SET_DEFAULT_PHY, 3, 0, (in, out) -> {
            in.u8(0, 3);
            in.u8(0, 7);
            in.u8(0, 7);
        });
        commands.status(OpCode.LE_SET_PHY, 7, (in, out) -> {
            var link = link(in);
            int all = in.u8(0, 3);
            int tx = phy(in.u8(0, 7), (all & 1) != 0, link.procedures().txPhy());
            int rx = phy(in.u8(0, 7), (all & 2) != 0, link.procedures().rxPhy());
            in.u16(0, 2);
            link.procedures().setPhy(tx, rx);
        });
    }

    /** The fastest PHY that the host prefers: 2 is 2M, 1 is 1M. Coded only when nothing else is wanted. */
    private static int phy(int wanted, boolean noPreference, int present) {
        if (noPreference) {
            return present;
        }
        if (wanted == 0) {
            throw Refused.parameters();
        }
        if ((wanted & 3) == 0) {
            throw new Refused(ErrorCode.UNSUPPORTED_FEATURE_OR_PARAMETER_VALUE);
        }
        return (wanted & 2) != 0 ? 2 : 1;
    }

    int suggestedOctets() {
        return suggestedOctets;
    }

    void reset() {
        suggestedOctets = 27;
    }
}
