package org.everbond.gatt;

/** Characteristic properties (Vol 3, Part G, 3.3.1.1). */
public enum Property {
    BROADCAST,
    READ,
    WRITE_WITHOUT_RESPONSE,
    WRITE,
    NOTIFY,
    INDICATE,
    AUTHENTICATED_SIGNED_WRITES,
    EXTENDED_PROPERTIES;

    /** Its bit in the properties octet. */
    public int bit() {
        return 1 << ordinal();
    }
}
