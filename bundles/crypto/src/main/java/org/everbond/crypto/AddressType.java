package org.everbond.crypto;

/** Whether a device address is public or random (Vol 6, Part B, 1.3). */
public enum AddressType {
    /** A BD_ADDR assigned by the manufacturer. */
    PUBLIC,
    /** Static, resolvable private or non-resolvable private. */
    RANDOM;

    /**
     * The type that an address type octet of HCI or SMP names. The identity types 2 and 3 of HCI (an address that the
     * controller resolved) map to the type of the identity.
     *
     * @param value 0..3
     * @throws IllegalArgumentException for any other value
     */
    public static AddressType of(int value) {
        if (value < 0 || value > 3) {
            throw new IllegalArgumentException("address type " + value + " is out of range 0..3");
        }
        return (value & 1) == 0 ? PUBLIC : RANDOM;
    }

    /** The octet that stands for this type in HCI, SMP, f5 and f6: 0 or 1. */
    public int value() {
        return ordinal();
    }
}
