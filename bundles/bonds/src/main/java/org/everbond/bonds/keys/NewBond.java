package org.everbond.bonds.keys;

import org.everbond.bonds.BondSecurity;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;

/**
 * A bond that a pairing has just made.
 *
 * @param identity the peer's identity address; a bond with the same address and type is replaced
 * @param security what was achieved
 * @param keys what was distributed
 * @param ownIrk of ours that the peer was given, which is a former one when it was changed meanwhile; null for the present one
 * @param subscriptions what the peer has subscribed to on the link that the pairing ran on, made durable with the bond; null for none
 */
public record NewBond(DeviceAddress identity, BondSecurity security, BondKeys keys, Key ownIrk, Subscriptions subscriptions) {
    /** A bond whose peer holds our present IRK and has subscribed to nothing. */
    public NewBond(DeviceAddress identity, BondSecurity security, BondKeys keys) {
        this(identity, security, keys, null, null);
    }

    /** The same with the IRK that the peer was given. */
    public NewBond given(Key irk) {
        return new NewBond(identity, security, keys, irk, subscriptions);
    }

    /** The same with what the peer has subscribed to. */
    public NewBond with(Subscriptions those) {
        return new NewBond(identity, security, keys, ownIrk, those);
    }
}
