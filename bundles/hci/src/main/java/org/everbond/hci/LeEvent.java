package org.everbond.hci;

import java.util.List;
import org.everbond.crypto.DeviceAddress;

/** The subevents of LE Meta (Vol 4, Part E, 7.7.65) that a host acts on. */
public sealed interface LeEvent extends HciEvent {
    /**
     * LE Connection Complete and LE Enhanced Connection Complete, both versions (Vol 4, Part E, 7.7.65.1 and 7.7.65.10).
     *
     * @param central whether we are the central
     * @param peer the peer's address: its identity address when the controller resolved it
     * @param peerIsIdentity whether the controller says that {@code peer} is an identity address that it resolved
     * @param localResolvable our resolvable private address, or null when the controller named none
     * @param peerResolvable the peer's resolvable private address that was on air, or null when the controller named none
     * @param interval connection interval in units of 1.25 ms
     * @param latency peripheral latency in connection events
     * @param timeout supervision timeout in units of 10 ms
     * @param advertisingHandle of the advertising set that was connected to, or -1 (version 2 only)
     */
    record ConnectionComplete(
            int status,
            int handle,
            boolean central,
            DeviceAddress peer,
            boolean peerIsIdentity,
            DeviceAddress localResolvable,
            DeviceAddress peerResolvable,
            int interval,
            int latency,
            int timeout,
            int advertisingHandle)
            implements LeEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /** LE Advertising Report and LE Extended Advertising Report (Vol 4, Part E, 7.7.65.2 and 7.7.65.13). */
    record AdvertisingReports(List<AdvertisingReport> reports) implements LeEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /** Vol 4, Part E, 7.7.65.3; units as in {@link ConnectionComplete}. */
    record ConnectionUpdateComplete(int status, int handle, int interval, int latency, int timeout) implements LeEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /** Vol 4, Part E, 7.7.65.4. */
    record ReadRemoteFeaturesComplete(int status, int handle, long features) implements LeEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /**
     * Vol 4, Part E, 7.7.65.5.
     *
     * @param rand the 64-bit Rand of the central
     * @param ediv the 16-bit EDIV of the central
     */
    record LongTermKeyRequest(int handle, long rand, int ediv) implements LeEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /** Vol 4, Part E, 7.7.65.6; units as in {@link ConnectionComplete}. */
    record RemoteConnectionParameterRequest(int handle, int minInterval, int maxInterval, int latency, int timeout)
            implements LeEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /** Vol 4, Part E, 7.7.65.7; octets and microseconds. */
    record DataLengthChange(int handle, int maxTxOctets, int maxTxTime, int maxRxOctets, int maxRxTime)
            implements LeEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /** Vol 4, Part E, 7.7.65.12. */
    record PhyUpdateComplete(int status, int handle, int txPhy, int rxPhy) implements LeEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /** Vol 4, Part E, 7.7.65.17. */
    record ScanTimeout() implements LeEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }

    /**
     * Vol 4, Part E, 7.7.65.18.
     *
     * @param status 0 when a connection ended the advertising, else why it ended
     * @param handle of the connection, only if status is 0
     */
    record AdvertisingSetTerminated(int status, int advertisingHandle, int handle) implements LeEvent {
        @Override
        public void to(Handler handler) {
            handler.on(this);
        }
    }
}
