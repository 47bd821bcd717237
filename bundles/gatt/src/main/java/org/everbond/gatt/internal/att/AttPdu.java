package org.everbond.gatt.internal.att;

/**
 * The PDUs of the Attribute Protocol (Vol 3, Part F, 3.4). Handles are 0..0xFFFF as they came; whether they make sense is decided
 * by who uses them. Arrays belong to the PDU and are not changed.
 */
public sealed interface AttPdu permits AttRequest, AttResponse, AttPdu.HandleValue, AttPdu.WriteCommand, AttPdu.SignedWriteCommand,
        AttPdu.HandleValueConfirmation, AttPdu.Unknown, AttPdu.Malformed {
    /** Attribute opcode (3.4.8). */
    int opcode();

    /** What a server sends without being asked. */
    sealed interface HandleValue extends AttPdu {
        int handle();

        byte[] value();
    }

    /** 3.4.5.3. */
    record WriteCommand(int handle, byte[] value) implements AttPdu {
        @Override
        public int opcode() {
            return AttOpcode.WRITE_COMMAND;
        }
    }

    /**
     * 3.4.5.4.
     *
     * @param signed the whole PDU, which its signature is about
     */
    record SignedWriteCommand(int handle, byte[] value, byte[] signed) implements AttPdu {
        @Override
        public int opcode() {
            return AttOpcode.SIGNED_WRITE_COMMAND;
        }
    }

    /** 3.4.7.1. */
    record HandleValueNotification(int handle, byte[] value) implements HandleValue {
        @Override
        public int opcode() {
            return AttOpcode.HANDLE_VALUE_NOTIFICATION;
        }
    }

    /** 3.4.7.2. */
    record HandleValueIndication(int handle, byte[] value) implements HandleValue {
        @Override
        public int opcode() {
            return AttOpcode.HANDLE_VALUE_INDICATION;
        }
    }

    /** 3.4.7.3. */
    record HandleValueConfirmation() implements AttPdu {
        @Override
        public int opcode() {
            return AttOpcode.HANDLE_VALUE_CONFIRMATION;
        }
    }

    /** An opcode that we do not know or do not use. */
    record Unknown(int opcode) implements AttPdu {
        /** Whether it counts as a request, to be refused; a command or something that a server says is ignored (3.3). */
        public boolean isRequest() {
            return (opcode & AttOpcode.COMMAND_FLAG) == 0
                    && opcode != AttOpcode.READ_MULTIPLE_VARIABLE_RESPONSE
                    && opcode != AttOpcode.MULTIPLE_HANDLE_VALUE_NOTIFICATION;
        }
    }

    /** A known opcode with a length or content that it cannot have. */
    record Malformed(int opcode) implements AttPdu {}
}
