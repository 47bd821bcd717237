package org.everbond.hci;

import org.everbond.hci.internal.Parameters;

/** The commands of Link Control, Controller &amp; Baseband, Informational and Status Parameters (Vol 4, Part E, 7.1 to 7.5). */
public final class ControllerCommands {
    private ControllerCommands() {}

    /** Vol 4, Part E, 7.3.2. */
    public static HciCommand reset() {
        return HciCommand.of(OpCode.RESET);
    }

    /** Vol 4, Part E, 7.4.1. */
    public static HciCommand readLocalVersionInformation() {
        return HciCommand.of(OpCode.READ_LOCAL_VERSION_INFORMATION);
    }

    /** Vol 4, Part E, 7.4.2. */
    public static HciCommand readLocalSupportedCommands() {
        return HciCommand.of(OpCode.READ_LOCAL_SUPPORTED_COMMANDS);
    }

    /** Vol 4, Part E, 7.4.3. */
    public static HciCommand readLocalSupportedFeatures() {
        return HciCommand.of(OpCode.READ_LOCAL_SUPPORTED_FEATURES);
    }

    /** Vol 4, Part E, 7.4.5. */
    public static HciCommand readBufferSize() {
        return HciCommand.of(OpCode.READ_BUFFER_SIZE);
    }

    /** Vol 4, Part E, 7.4.6. */
    public static HciCommand readBdAddr() {
        return HciCommand.of(OpCode.READ_BD_ADDR);
    }

    /** Vol 4, Part E, 7.3.1. */
    public static HciCommand setEventMask(long mask) {
        return new Parameters().u64(mask).command(OpCode.SET_EVENT_MASK);
    }

    /** Vol 4, Part E, 7.3.79; the second parameter, Simultaneous LE Host, is always 0. */
    public static HciCommand writeLeHostSupport(boolean supported) {
        return HciCommand.of(OpCode.WRITE_LE_HOST_SUPPORT, supported ? 1 : 0, 0);
    }

    /** Vol 4, Part E, 7.1.6. The controller accepts as reason 0x05, 0x13, 0x14, 0x15, 0x1A, 0x29 and 0x3B. */
    public static HciCommand disconnect(int handle, ErrorCode reason) {
        return new Parameters().u16(handle).u8(reason.value()).command(OpCode.DISCONNECT);
    }
}
