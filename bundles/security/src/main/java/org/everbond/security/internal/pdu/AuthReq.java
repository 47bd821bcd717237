package org.everbond.security.internal.pdu;

/** The bits of AuthReq (Vol 3, Part H, 3.5.1, Figure 3.3). */
public final class AuthReq {
    public static final int BONDING_FLAGS = 0x03;
    public static final int BONDING = 0x01;
    public static final int MITM = 0x04;
    public static final int SECURE_CONNECTIONS = 0x08;
    public static final int KEYPRESS = 0x10;
    public static final int CT2 = 0x20;

    private AuthReq() {}
}
