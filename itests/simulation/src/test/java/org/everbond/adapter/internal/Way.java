package org.everbond.adapter.internal;

import org.everbond.bonds.PairingMethod;
import org.everbond.security.IoCapability;

/** A way in which people pair two gateways: what they can do at each side, and what has been carried from one to the other. */
enum Way {
    JUST_WORKS(IoCapability.NO_INPUT_NO_OUTPUT, IoCapability.NO_INPUT_NO_OUTPUT, PairingMethod.JUST_WORKS, false, false),
    NUMERIC_COMPARISON(IoCapability.DISPLAY_YES_NO, IoCapability.DISPLAY_YES_NO, PairingMethod.NUMERIC_COMPARISON, false, false),
    PASSKEY_SHOWN_BY_CENTRAL(IoCapability.DISPLAY_ONLY, IoCapability.KEYBOARD_ONLY, PairingMethod.PASSKEY_ENTRY, false, false),
    PASSKEY_SHOWN_BY_PERIPHERAL(IoCapability.KEYBOARD_ONLY, IoCapability.DISPLAY_ONLY, PairingMethod.PASSKEY_ENTRY, false, false),
    PASSKEY_TYPED_AT_BOTH(IoCapability.KEYBOARD_ONLY, IoCapability.KEYBOARD_ONLY, PairingMethod.PASSKEY_ENTRY, false, false),
    OOB_FROM_CENTRAL(IoCapability.NO_INPUT_NO_OUTPUT, IoCapability.NO_INPUT_NO_OUTPUT, PairingMethod.OUT_OF_BAND, true, false),
    OOB_FROM_PERIPHERAL(IoCapability.NO_INPUT_NO_OUTPUT, IoCapability.NO_INPUT_NO_OUTPUT, PairingMethod.OUT_OF_BAND, false, true),
    OOB_BOTH_WAYS(IoCapability.NO_INPUT_NO_OUTPUT, IoCapability.NO_INPUT_NO_OUTPUT, PairingMethod.OUT_OF_BAND, true, true);

    final IoCapability atCentral;
    final IoCapability atPeripheral;
    private final PairingMethod method;
    /** Whether data of the central is at the peripheral, and of the peripheral at the central. */
    final boolean ofCentral;

    final boolean ofPeripheral;

    Way(IoCapability atCentral, IoCapability atPeripheral, PairingMethod method, boolean ofCentral, boolean ofPeripheral) {
        this.atCentral = atCentral;
        this.atPeripheral = atPeripheral;
        this.method = method;
        this.ofCentral = ofCentral;
        this.ofPeripheral = ofPeripheral;
    }

    /** The association model that it comes to (Vol 3, Part H, 2.3.5.1). */
    PairingMethod method(boolean secureConnections) {
        boolean canCompare = secureConnections || this != NUMERIC_COMPARISON;
        boolean hasData = secureConnections || ofCentral == ofPeripheral;
        return canCompare && hasData ? method : PairingMethod.JUST_WORKS;
    }
}
