package org.everbond.bonds;

/** Privacy modes towards one peer (Vol 6, Part B, 4.7); they mean something only for a peer that gave its IRK. */
public enum PrivacyMode {
    /** It is heard under private addresses and under its identity address: what many peers need that give their IRK and never use it. */
    DEVICE,
    /** It is neither heard nor let in under its identity address, which anybody may claim or follow. */
    NETWORK
}
