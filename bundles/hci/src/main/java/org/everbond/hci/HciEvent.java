package org.everbond.hci;

import java.util.List;
import org.everbond.hci.internal.EventParser;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a controller tells (Vol 4, Part E, 7.7). One record for each event that a host acts on; anything else is
 * {@link Ignored} or, when its length or a value cannot be, {@link Malformed}. Status and reason are {@link ErrorCode}
 * octets as they came. Arrays are not changed afterwards.
 */
public sealed interface HciEvent
        permits LeEvent, HciEvent.DisconnectionComplete, HciEvent.EncryptionChange, HciEvent.EncryptionKeyRefreshComplete,
                HciEvent.ReadRemoteVersionInformationComplete, HciEvent.CommandComplete, HciEvent.CommandStatus,
                HciEvent.HardwareError, HciEvent.NumberOfCompletedPackets, HciEvent.DataBufferOverflow,
                HciEvent.AuthenticatedPayloadTimeoutExpired, HciEvent.Ignored, HciEvent.Malformed {
    /** H4 packet indicator of events (Vol 4, Part A, 2). */
    int INDICATOR = 0x04;

    /**
     * Reads an event packet with its H4 indicator. Never throws, whatever the octets.
     */
    static HciEvent parse(byte[] packet) {
        return EventParser.parse(packet);
    }

    /** Calls the method of the handler that belongs to this event. */
    void to(Handler handler);

    /** One method for each event; a new event breaks the build until everybody decides. */
    @ProviderType
    interface Handler {
        void on(DisconnectionComplete event);

        void on(EncryptionChange event);

        void on(EncryptionKeyRefreshComplete event);

        void on(ReadRemoteVersionInformationComplete event);

        void on(CommandComplete event);

        void on(CommandStatus event);

        void on(HardwareError event);

        void on(NumberOfCompletedPackets event);

        void on(DataBufferOverflow event);

        void on(AuthenticatedPayloadTimeoutExpired event);

        void on(LeEvent.ConnectionComplete event);

        void on(LeEvent.AdvertisingReports event);

        void on(LeEvent.ConnectionUpdateComplete event);

        void on(LeEvent.ReadRemoteFeaturesComplete event);

        void on(LeEvent.LongTermKeyRequest event);

        void on(LeEvent.RemoteConnectionParameterRequest event);

        void on(LeEvent.DataLengthChange event);

        void on(LeEvent.PhyUpdateComplete event);

        void on(LeEvent.ScanTimeout event);

        void on(LeEvent.AdvertisingSetTerminated event);

        void on(Ignored event);

        void on(Malformed event);
    }

    /** Vol 4, Part E, 7.7.5. */
    record DisconnectionComplete(int status, int handle, int reason) implements HciEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /**
     * Vol 4, Part E, 7.7.8, both versions.
     *
     * @param enabled whether the link is encrypted now (on LE: with AES-CCM)
     * @param keySize encryption key size in octets, or 0 when the controller did not say (version 1)
     */
    record EncryptionChange(int status, int handle, boolean enabled, int keySize) implements HciEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /** Vol 4, Part E, 7.7.39. */
    record EncryptionKeyRefreshComplete(int status, int handle) implements HciEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /**
     * Vol 4, Part E, 7.7.12.
     *
     * @param version of the link layer (Assigned Numbers: 9 is 5.0)
     * @param company company identifier
     */
    record ReadRemoteVersionInformationComplete(int status, int handle, int version, int company, int subversion)
            implements HciEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /**
     * Vol 4, Part E, 7.7.14.
     *
     * @param credits how many commands the host may send now (0 is legal and means wait)
     * @param opCode of the command, 0 for none
     * @param returnParameters from the status on, may hold secrets
     */
    record CommandComplete(int credits, int opCode, byte[] returnParameters) implements HciEvent {
        /** The first return parameter, which for every command of ours is its status; Unspecified Error when there is none. */
        public int status() {
            return returnParameters.length == 0 ? ErrorCode.UNSPECIFIED_ERROR.value() : returnParameters[0] & 0xff;
        }

        @Override
        public void to(Handler handler) {
            handler.on(this);
        }

        @Override
        public String toString() {
            return "CommandComplete[" + OpCode.describe(opCode) + ", " + returnParameters.length + " octets, credits=" + credits + "]";
        }
    }

    /** Vol 4, Part E, 7.7.15. */
    record CommandStatus(int status, int credits, int opCode) implements HciEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /** Vol 4, Part E, 7.7.16. */
    record HardwareError(int code) implements HciEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /** Vol 4, Part E, 7.7.19. */
    record NumberOfCompletedPackets(List<Completed> completed) implements HciEvent {
        /** How many packets of a link have left the controller, or were thrown away. */
        public record Completed(int handle, int count) {}

        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /** Vol 4, Part E, 7.7.26. */
    record DataBufferOverflow(int linkType) implements HciEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /** Vol 4, Part E, 7.7.75. */
    record AuthenticatedPayloadTimeoutExpired(int handle) implements HciEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /**
     * An event that we do not act on.
     *
     * @param code event code
     * @param subevent subevent code of an LE Meta event, else -1
     */
    record Ignored(int code, int subevent) implements HciEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /**
     * A packet that is no event, or an event whose length or value cannot be. To be dropped and counted.
     *
     * @param reason one sentence for people, without the content
     */
    record Malformed(String reason) implements HciEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }
}
