package org.everbond.gatt.internal.att;

import java.util.List;
import java.util.UUID;

/**
 * The PDUs of the Attribute Protocol (Vol 3, Part F, 3.4). Handles are 0..0xFFFF as they came; whether they make sense is decided
 * by who uses them. Arrays belong to the PDU and are not changed.
 */
public sealed interface AttPdu {
    /** Attribute opcode (3.4.8). */
    int opcode();

    /** A server answers it with a response or an error. */
    sealed interface Request extends AttPdu {
        void handle(RequestHandler handler);
    }

    /** One method per request, so that a new one breaks the build until the server answers it. */
    interface RequestHandler {
        void exchangeMtu(ExchangeMtuRequest request);

        void findInformation(FindInformationRequest request);

        void findByTypeValue(FindByTypeValueRequest request);

        void readByType(ReadByTypeRequest request);

        void read(ReadRequest request);

        void readBlob(ReadBlobRequest request);

        void readMultiple(ReadMultipleRequest request);

        void readByGroupType(ReadByGroupTypeRequest request);

        void write(WriteRequest request);

        void prepareWrite(PrepareWriteRequest request);

        void executeWrite(ExecuteWriteRequest request);
    }

    /** Ends the transaction of a request. */
    sealed interface Response extends AttPdu {}

    /** What a server sends without being asked. */
    sealed interface HandleValue extends AttPdu {
        int handle();

        byte[] value();
    }

    /** 3.4.1.1. */
    record ErrorResponse(int requestOpcode, int handle, int error) implements Response {
        @Override
        public int opcode() {
            return AttOpcode.ERROR_RESPONSE;
        }
    }

    /** 3.4.2.1. */
    record ExchangeMtuRequest(int mtu) implements Request {
        @Override
        public int opcode() {
            return AttOpcode.EXCHANGE_MTU_REQUEST;
        }

        @Override
        public void handle(RequestHandler handler) {
            handler.exchangeMtu(this);
        }
    }

    /** 3.4.2.2. */
    record ExchangeMtuResponse(int mtu) implements Response {
        @Override
        public int opcode() {
            return AttOpcode.EXCHANGE_MTU_RESPONSE;
        }
    }

    /** 3.4.3.1. */
    record FindInformationRequest(int start, int end) implements Request {
        @Override
        public int opcode() {
            return AttOpcode.FIND_INFORMATION_REQUEST;
        }

        @Override
        public void handle(RequestHandler handler) {
            handler.findInformation(this);
        }
    }

    /** 3.4.3.2. All types are sent in the form of the first. */
    record FindInformationResponse(List<Information> attributes) implements Response {
        @Override
        public int opcode() {
            return AttOpcode.FIND_INFORMATION_RESPONSE;
        }

        /** A handle and the type of the attribute there. */
        public record Information(int handle, UUID type) {}
    }

    /** 3.4.3.3. */
    record FindByTypeValueRequest(int start, int end, UUID type, byte[] value) implements Request {
        @Override
        public int opcode() {
            return AttOpcode.FIND_BY_TYPE_VALUE_REQUEST;
        }

        @Override
        public void handle(RequestHandler handler) {
            handler.findByTypeValue(this);
        }
    }

    /** 3.4.3.4. */
    record FindByTypeValueResponse(List<HandleRange> found) implements Response {
        @Override
        public int opcode() {
            return AttOpcode.FIND_BY_TYPE_VALUE_RESPONSE;
        }
    }

    /** A found handle and the end of its group. */
    record HandleRange(int start, int end) {}

    /** 3.4.4.1. */
    record ReadByTypeRequest(int start, int end, UUID type) implements Request {
        @Override
        public int opcode() {
            return AttOpcode.READ_BY_TYPE_REQUEST;
        }

        @Override
        public void handle(RequestHandler handler) {
            handler.readByType(this);
        }
    }

    /** 3.4.4.2. All values have the same length. */
    record ReadByTypeResponse(List<Data> found) implements Response {
        @Override
        public int opcode() {
            return AttOpcode.READ_BY_TYPE_RESPONSE;
        }

        /** A handle and the value there. */
        public record Data(int handle, byte[] value) {}
    }

    /** 3.4.4.3. */
    record ReadRequest(int handle) implements Request {
        @Override
        public int opcode() {
            return AttOpcode.READ_REQUEST;
        }

        @Override
        public void handle(RequestHandler handler) {
            handler.read(this);
        }
    }

    /** 3.4.4.4. */
    record ReadResponse(byte[] value) implements Response {
        @Override
        public int opcode() {
            return AttOpcode.READ_RESPONSE;
        }
    }

    /** 3.4.4.5. */
    record ReadBlobRequest(int handle, int offset) implements Request {
        @Override
        public int opcode() {
            return AttOpcode.READ_BLOB_REQUEST;
        }

        @Override
        public void handle(RequestHandler handler) {
            handler.readBlob(this);
        }
    }

    /** 3.4.4.6. */
    record ReadBlobResponse(byte[] value) implements Response {
        @Override
        public int opcode() {
            return AttOpcode.READ_BLOB_RESPONSE;
        }
    }

    /** 3.4.4.7. */
    record ReadMultipleRequest(List<Integer> handles) implements Request {
        @Override
        public int opcode() {
            return AttOpcode.READ_MULTIPLE_REQUEST;
        }

        @Override
        public void handle(RequestHandler handler) {
            handler.readMultiple(this);
        }
    }

    /** 3.4.4.8. */
    record ReadMultipleResponse(byte[] values) implements Response {
        @Override
        public int opcode() {
            return AttOpcode.READ_MULTIPLE_RESPONSE;
        }
    }

    /** 3.4.4.9. */
    record ReadByGroupTypeRequest(int start, int end, UUID type) implements Request {
        @Override
        public int opcode() {
            return AttOpcode.READ_BY_GROUP_TYPE_REQUEST;
        }

        @Override
        public void handle(RequestHandler handler) {
            handler.readByGroupType(this);
        }
    }

    /** 3.4.4.10. All values have the same length. */
    record ReadByGroupTypeResponse(List<Group> found) implements Response {
        @Override
        public int opcode() {
            return AttOpcode.READ_BY_GROUP_TYPE_RESPONSE;
        }

        /** A group of attributes and the value of its declaration. */
        public record Group(int handle, int end, byte[] value) {}
    }

    /** 3.4.5.1. */
    record WriteRequest(int handle, byte[] value) implements Request {
        @Override
        public int opcode() {
            return AttOpcode.WRITE_REQUEST;
        }

        @Override
        public void handle(RequestHandler handler) {
            handler.write(this);
        }
    }

    /** 3.4.5.2. */
    record WriteResponse() implements Response {
        @Override
        public int opcode() {
            return AttOpcode.WRITE_RESPONSE;
        }
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

    /** 3.4.6.1. */
    record PrepareWriteRequest(int handle, int offset, byte[] value) implements Request {
        @Override
        public int opcode() {
            return AttOpcode.PREPARE_WRITE_REQUEST;
        }

        @Override
        public void handle(RequestHandler handler) {
            handler.prepareWrite(this);
        }
    }

    /** 3.4.6.2. */
    record PrepareWriteResponse(int handle, int offset, byte[] value) implements Response {
        @Override
        public int opcode() {
            return AttOpcode.PREPARE_WRITE_RESPONSE;
        }
    }

    /** 3.4.6.3. */
    record ExecuteWriteRequest(int flags) implements Request {
        @Override
        public int opcode() {
            return AttOpcode.EXECUTE_WRITE_REQUEST;
        }

        @Override
        public void handle(RequestHandler handler) {
            handler.executeWrite(this);
        }
    }

    /** 3.4.6.4. */
    record ExecuteWriteResponse() implements Response {
        @Override
        public int opcode() {
            return AttOpcode.EXECUTE_WRITE_RESPONSE;
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
