package org.everbond.adapter;

import java.util.List;
import java.util.Optional;
import org.everbond.crypto.DeviceAddress;
import org.everbond.host.ControllerInfo;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.TlvState;

/**
 * A snapshot of an adapter.
 *
 * @param name by which configuration, commands and agents refer to it
 * @param state where it is in its life
 * @param reason one sentence on why the state is what it is, with the cure; empty when UP
 * @param transport how the controller is reached, as configured
 * @param store where bonds are kept, as configured
 * @param storeState whether they can be relied upon
 * @param storeReason one sentence on why the store is not READY, or why it is another one than configured; else empty
 * @param backend what serves now
 * @param notices what people should know about the content of the store, one sentence each: what was damaged and kept aside, what
 *     was confirmed and is missing, an unfinished end that was left out, weak root keys, a key that two bonds share; and that another controller
 *     answers than before
 * @param weaknesses what of the configuration is weak, such as a fixed passkey, one sentence each
 * @param identity our identity address, once the store is loaded
 * @param controller what the controller said of itself, while UP
 * @param advertising whether it is connectable now
 * @param scanning whether it scans, or will as soon as it is UP
 * @param bondable whether peers may bond now
 * @param links how many are open
 * @param bonds how many bonds the store holds
 */
public record AdapterStatus(
        String name,
        AdapterState state,
        String reason,
        String transport,
        String store,
        TlvState storeState,
        String storeReason,
        BackendInfo backend,
        List<String> notices,
        List<String> weaknesses,
        Optional<DeviceAddress> identity,
        Optional<ControllerInfo> controller,
        boolean advertising,
        boolean scanning,
        boolean bondable,
        int links,
        int bonds) {}
