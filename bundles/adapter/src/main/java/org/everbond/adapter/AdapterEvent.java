package org.everbond.adapter;

import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.ClassicBonds;
import org.everbond.security.PairingResult;
import org.everbond.security.SecurityEvent;
import org.everbond.tlv.TlvState;

/** Something that happened, in the order in which it happened. {@code adapter} is the adapter's name. */
public sealed interface AdapterEvent {
    String adapter();

    record StateChanged(String adapter, AdapterState state, String reason) implements AdapterEvent {}

    record StoreChanged(String adapter, TlvState state, long generation, String reason) implements AdapterEvent {}

    record AdvertisingChanged(String adapter, boolean on) implements AdapterEvent {}

    record Connected(String adapter, LinkStatus link) implements AdapterEvent {}

    /** @param reason error code of the controller (Vol 1, Part F) */
    record Disconnected(String adapter, LinkStatus link, int reason, String explanation) implements AdapterEvent {}

    record PairingStarted(String adapter, LinkStatus link, boolean initiator) implements AdapterEvent {}

    record Paired(String adapter, LinkStatus link, PairingResult result) implements AdapterEvent {}

    /** @param reason of Pairing Failed (Vol 3, Part H, 3.5.5), 0 for another cause */
    record PairingFailed(String adapter, LinkStatus link, int reason, boolean byPeer, String explanation)
            implements AdapterEvent {}

    record EncryptionChanged(String adapter, LinkStatus link, Optional<BondSecurity> security) implements AdapterEvent {}

    /** @param bond empty when we are the side that has no record */
    record BondLost(
            String adapter, LinkStatus link, Optional<Bond> bond, SecurityEvent.BondLost.Cause cause, String explanation)
            implements AdapterEvent {}

    /** Also when a bond was evicted: its kind is {@code EVICTED}, and the newcomer follows. */
    record BondChanged(String adapter, BondEvent event) implements AdapterEvent {}

    record ClassicBondChanged(String adapter, ClassicBonds.Event event) implements AdapterEvent {}
}
