package org.everbond.hci.virtual.internal;

import org.everbond.hci.ErrorCode;
import org.everbond.hci.LeFeature;

/** Link layer control procedures of one end besides encryption and termination (Vol 6, Part B, 5.1). */
final class LinkProcedures {
    private static final int PHY_1M = 1;
    private static final int OCTET_TIME_1M_US = 8;
    private static final int PDU_OVERHEAD_OCTETS = 14;

    private final LinkEnd end;
    private int rxOctets = 27;
    private int txPhy = PHY_1M;
    private int rxPhy = PHY_1M;
    private ConnectionParameters asked;

    LinkProcedures(LinkEnd end) {
        this.end = end;
    }

    private HostOutput out() {
        return end.controller().out();
    }

    /** A controller whose suggested data length is above the least asks for it by itself (Vol 4, Part E, 7.8.35). */
    void connected() {
        int suggested = end.controller().suggestedOctets();
        if (suggested > end.txOctets()) {
            setDataLength(suggested);
        }
    }

    // --- features and version ----------------------------------------------------------------------------------

    void readFeatures() {
        end.procedure(peer -> {
            long features = peer.controller().features();
            peer.procedure(asker -> asker.procedures().out().leEvent(
                    LeEvent.READ_REMOTE_FEATURES_COMPLETE,
                    new Octets().u8(0).u16(asker.handle()).u64(features)));
        });
    }

    void readVersion() {
        end.procedure(peer -> {
            int version = peer.controller().version();
            peer.procedure(asker -> asker.procedures().out().event(
                    EventCode.READ_REMOTE_VERSION_INFORMATION_COMPLETE,
                    new Octets().u8(0).u16(asker.handle()).u8(version).u16(Baseband.COMPANY).u16(Baseband.REVISION)));
        });
    }

    // --- connection parameters ---------------------------------------------------------------------------------

    /** A central decides; a peripheral asks (Vol 6, Part B, 5.1.1 and 5.1.7). */
    void update(ConnectionParameters parameters) {
        if (end.role() == LinkEnd.Role.CENTRAL) {
            apply(parameters);
        } else {
            asked = parameters;
            end.procedure(central -> central.procedures().parametersRequested(parameters));
        }
    }

    private void parametersRequested(ConnectionParameters parameters) {
        asked = parameters;
        if (out().allowsLe(LeEvent.REMOTE_CONNECTION_PARAMETER_REQUEST)) {
            out().leEvent(
                    LeEvent.REMOTE_CONNECTION_PARAMETER_REQUEST,
                    new Octets()
                            .u16(end.handle())
                            .u16(parameters.minimum())
                            .u16(parameters.interval())
                            .u16(parameters.latency())
                            .u16(parameters.timeout()));
        } else {
            refuse(ErrorCode.UNSUPPORTED_REMOTE_FEATURE.value());
        }
    }

    void accept(ConnectionParameters parameters) {
        needRequest();
        apply(parameters);
    }

    void refuse(int reason) {
        needRequest();
        end.procedure(asker -> asker.procedures().refused(reason));
    }

    private void needRequest() {
        if (asked == null || end.role() != LinkEnd.Role.CENTRAL) {
            throw Refused.disallowed();
        }
        asked = null;
    }

    private void refused(int reason) {
        asked = null;
        updated(reason);
    }

    private void apply(ConnectionParameters parameters) {
        end.procedure(peer -> {
            end.link().parameters(parameters);
            peer.procedures().asked = null;
            peer.procedures().updated(0);
            updated(0);
        });
    }

    private void updated(int status) {
        var now = end.link().parameters();
        out().leEvent(
                LeEvent.CONNECTION_UPDATE_COMPLETE,
                new Octets()
                        .u8(status)
                        .u16(end.handle())
                        .u16(now.interval())
                        .u16(now.latency())
                        .u16(now.timeout()));
    }

    // --- data length -------------------------------------------------------------------------------------------

    void setDataLength(int octets) {
        if (!LeFeature.DATA_PACKET_LENGTH_EXTENSION.in(end.controller().features())) {
            return;
        }
        end.procedure(peer -> {
            if (LeFeature.DATA_PACKET_LENGTH_EXTENSION.in(peer.controller().features())) {
                peer.procedures().dataLength(peer.txOctets(), octets);
                peer.procedure(asker -> asker.procedures().dataLength(octets, rxOctets));
            }
        });
    }

    private void dataLength(int tx, int rx) {
        if (tx == end.txOctets() && rx == rxOctets) {
            return;
        }
        end.txOctets(tx);
        rxOctets = rx;
        out().leEvent(
                LeEvent.DATA_LENGTH_CHANGE,
                new Octets().u16(end.handle()).u16(tx).u16(time(tx)).u16(rx).u16(time(rx)));
    }

    static int time(int octets) {
        return (octets + PDU_OVERHEAD_OCTETS) * OCTET_TIME_1M_US;
    }

    // --- PHY ---------------------------------------------------------------------------------------------------

    int txPhy() {
        return txPhy;
    }

    int rxPhy() {
        return rxPhy;
    }

    void setPhy(int tx, int rx) {
        end.procedure(peer -> {
            if (LeFeature.LE_2M_PHY.in(peer.controller().features())) {
                peer.procedures().phy(rx, tx, false);
                peer.procedure(asker -> asker.procedures().phy(tx, rx, true));
            } else {
                peer.procedure(asker -> asker.procedures().phyUpdate(ErrorCode.UNSUPPORTED_REMOTE_FEATURE.value()));
            }
        });
    }

    private void phy(int tx, int rx, boolean always) {
        boolean changed = tx != txPhy || rx != rxPhy;
        txPhy = tx;
        rxPhy = rx;
        if (changed || always) {
            phyUpdate(0);
        }
    }

    private void phyUpdate(int status) {
        out().leEvent(
                LeEvent.PHY_UPDATE_COMPLETE, new Octets().u8(status).u16(end.handle()).u8(txPhy).u8(rxPhy));
    }
}
