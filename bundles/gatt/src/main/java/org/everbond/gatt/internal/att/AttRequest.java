package org.everbond.gatt.internal.att;

import java.util.List;
import java.util.UUID;

/** The requests of the Attribute Protocol (Vol 3, Part F, 3.4): a server answers each with a response or an error. */
public sealed interface AttRequest extends AttPdu {
    void handle(Handler handler);

    /** One method per request, so that a new one breaks the build until the server answers it. */
    interface Handler {
        void exchangeMtu(ExchangeMtu request);

        void findInformation(FindInformation request);

        void findByTypeValue(FindByTypeValue request);

        void readByType(ReadByType request);

        void read(Read request);

        void readBlob(ReadBlob request);

        void readMultiple(ReadMultiple request);

        void readByGroupType(ReadByGroupType request);

        void write(Write request);

        void prepareWrite(PrepareWrite request);

        void executeWrite(ExecuteWrite request);
    }

    /** 3.4.2.1. */
    record ExchangeMtu(int mtu) implements AttRequest {
        @Override
        public int opcode() {
            return AttOpcode.EXCHANGE_MTU_REQUEST;
        }

        @Override
        public void handle(Handler handler) {
            handler.exchangeMtu(this);
        }
    }

    /** 3.4.3.1. */
    record FindInformation(int start, int end) implements AttRequest {
        @Override
        public int opcode() {
            return AttOpcode.FIND_INFORMATION_REQUEST;
        }

        @Override
        public void handle(Handler handler) {
            handler.findInformation(this);
        }
    }

    /** 3.4.3.3. */
    record FindByTypeValue(int start, int end, UUID type, byte[] value) implements AttRequest {
        @Override
        public int opcode() {
            return AttOpcode.FIND_BY_TYPE_VALUE_REQUEST;
        }

        @Override
        public void handle(Handler handler) {
            handler.findByTypeValue(this);
        }
    }

    /** 3.4.4.1. */
    record ReadByType(int start, int end, UUID type) implements AttRequest {
        @Override
        public int opcode() {
            return AttOpcode.READ_BY_TYPE_REQUEST;
        }

        @Override
        public void handle(Handler handler) {
            handler.readByType(this);
        }
    }

    /** 3.4.4.3. */
    record Read(int handle) implements AttRequest {
        @Override
        public int opcode() {
            return AttOpcode.READ_REQUEST;
        }

        @Override
        public void handle(Handler handler) {
            handler.read(this);
        }
    }

    /** 3.4.4.5. */
    record ReadBlob(int handle, int offset) implements AttRequest {
        @Override
        public int opcode() {
            return AttOpcode.READ_BLOB_REQUEST;
        }

        @Override
        public void handle(Handler handler) {
            handler.readBlob(this);
        }
    }

    /** 3.4.4.7. */
    record ReadMultiple(List<Integer> handles) implements AttRequest {
        @Override
        public int opcode() {
            return AttOpcode.READ_MULTIPLE_REQUEST;
        }

        @Override
        public void handle(Handler handler) {
            handler.readMultiple(this);
        }
    }

    /** 3.4.4.9. */
    record ReadByGroupType(int start, int end, UUID type) implements AttRequest {
        @Override
        public int opcode() {
            return AttOpcode.READ_BY_GROUP_TYPE_REQUEST;
        }

        @Override
        public void handle(Handler handler) {
            handler.readByGroupType(this);
        }
    }

    /** 3.4.5.1. */
    record Write(int handle, byte[] value) implements AttRequest {
        @Override
        public int opcode() {
            return AttOpcode.WRITE_REQUEST;
        }

        @Override
        public void handle(Handler handler) {
            handler.write(this);
        }
    }

    /** 3.4.6.1. */
    record PrepareWrite(int handle, int offset, byte[] value) implements AttRequest {
        @Override
        public int opcode() {
            return AttOpcode.PREPARE_WRITE_REQUEST;
        }

        @Override
        public void handle(Handler handler) {
            handler.prepareWrite(this);
        }
    }

    /** 3.4.6.3. */
    record ExecuteWrite(int flags) implements AttRequest {
        @Override
        public int opcode() {
            return AttOpcode.EXECUTE_WRITE_REQUEST;
        }

        @Override
        public void handle(Handler handler) {
            handler.executeWrite(this);
        }
    }
}
