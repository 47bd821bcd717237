package org.everbond.gatt.internal.att;

import java.util.List;
import java.util.UUID;

/** The responses of the Attribute Protocol (Vol 3, Part F, 3.4): each ends the transaction of a request. */
public sealed interface AttResponse extends AttPdu {
    /** 3.4.1.1. */
    record Error(int requestOpcode, int handle, int error) implements AttResponse {
        @Override
        public int opcode() {
            return AttOpcode.ERROR_RESPONSE;
        }
    }

    /** 3.4.2.2. */
    record ExchangeMtu(int mtu) implements AttResponse {
        @Override
        public int opcode() {
            return AttOpcode.EXCHANGE_MTU_RESPONSE;
        }
    }

    /** 3.4.3.2. All types are sent in the form of the first. */
    record FindInformation(List<Information> attributes) implements AttResponse {
        @Override
        public int opcode() {
            return AttOpcode.FIND_INFORMATION_RESPONSE;
        }

        /** A handle and the type of the attribute there. */
        public record Information(int handle, UUID type) {}
    }

    /** 3.4.3.4. */
    record FindByTypeValue(List<HandleRange> found) implements AttResponse {
        @Override
        public int opcode() {
            return AttOpcode.FIND_BY_TYPE_VALUE_RESPONSE;
        }
    }

    /** A found handle and the end of its group. */
    record HandleRange(int start, int end) {}

    /** 3.4.4.2. All values have the same length. */
    record ReadByType(List<Data> found) implements AttResponse {
        @Override
        public int opcode() {
            return AttOpcode.READ_BY_TYPE_RESPONSE;
        }

        /** A handle and the value there. */
        public record Data(int handle, byte[] value) {}
    }

    /** 3.4.4.4. */
    record Read(byte[] value) implements AttResponse {
        @Override
        public int opcode() {
            return AttOpcode.READ_RESPONSE;
        }
    }

    /** 3.4.4.6. */
    record ReadBlob(byte[] value) implements AttResponse {
        @Override
        public int opcode() {
            return AttOpcode.READ_BLOB_RESPONSE;
        }
    }

    /** 3.4.4.8. */
    record ReadMultiple(byte[] values) implements AttResponse {
        @Override
        public int opcode() {
            return AttOpcode.READ_MULTIPLE_RESPONSE;
        }
    }

    /** 3.4.4.10. All values have the same length. */
    record ReadByGroupType(List<Group> found) implements AttResponse {
        @Override
        public int opcode() {
            return AttOpcode.READ_BY_GROUP_TYPE_RESPONSE;
        }

        /** A group of attributes and the value of its declaration. */
        public record Group(int handle, int end, byte[] value) {}
    }

    /** 3.4.5.2. */
    record Write() implements AttResponse {
        @Override
        public int opcode() {
            return AttOpcode.WRITE_RESPONSE;
        }
    }

    /** 3.4.6.2. */
    record PrepareWrite(int handle, int offset, byte[] value) implements AttResponse {
        @Override
        public int opcode() {
            return AttOpcode.PREPARE_WRITE_RESPONSE;
        }
    }

    /** 3.4.6.4. */
    record ExecuteWrite() implements AttResponse {
        @Override
        public int opcode() {
            return AttOpcode.EXECUTE_WRITE_RESPONSE;
        }
    }
}
