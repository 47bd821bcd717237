package org.everbond.bonds;

import org.everbond.crypto.DeviceAddress;

/**
 * A bond on Bluetooth Classic (BR/EDR) as people and programs may see it: without its link key.
 *
 * @param address the peer's BD_ADDR, of type public
 * @param type of the link key
 */
public record ClassicBond(DeviceAddress address, LinkKeyType type) {}
