package org.everbond.host;

/** Our role on a connection (Vol 6, Part B, 4.5). */
public enum Role {
    CENTRAL,
    PERIPHERAL
}
