package org.everbond.hci.virtual.internal;

import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;

/** The addresses under which a controller is on air (Vol 6, Part B, 1.3). */
final class OwnAddresses {
    private static final int RESOLVABLE = 2;

    private final Controller controller;
    private DeviceAddress random;

    OwnAddresses(Controller controller) {
        this.controller = controller;
    }

    /** The address of LE Set Random Address, or null. */
    DeviceAddress random() {
        return random;
    }

    void random(DeviceAddress value) {
        random = value;
    }

    /**
     * The address on air for an Own_Address_Type: 2 and 3 are resolvable towards a peer whose entry has our IRK, else as 0 and 1.
     *
     * @param peer the peer's identity, or null
     * @param randomOfUser the random address of the set, or of the controller
     */
    DeviceAddress onAir(int type, DeviceAddress peer, DeviceAddress randomOfUser) {
        var resolvable = type >= RESOLVABLE ? controller.resolvingList().localAddress(peer) : null;
        if (resolvable != null) {
            return resolvable;
        }
        if ((type & 1) == AddressType.PUBLIC.value()) {
            return controller.address();
        }
        if (randomOfUser == null) {
            throw Refused.parameters();
        }
        return randomOfUser;
    }

    /** How a directed PDU names a peer: with Own_Address_Type 2 and 3 by a private address made from its IRK, if there is one (Vol 6, Part B, 6.2.2). */
    DeviceAddress peerOnAir(int type, DeviceAddress peer) {
        var resolvable = type >= RESOLVABLE ? controller.resolvingList().peerAddress(peer) : null;
        return resolvable == null ? peer : resolvable;
    }

    /** Whether a directed PDU to this address is for us. */
    boolean include(DeviceAddress target) {
        return target.equals(controller.address())
                || target.equals(random)
                || controller.resolvingList().isLocal(target);
    }

    void reset() {
        random = null;
    }
}
