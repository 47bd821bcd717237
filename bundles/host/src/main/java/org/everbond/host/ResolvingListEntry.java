package org.everbond.host;

import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;

/**
 * A bonded peer whose private addresses the controller resolves (Vol 4, Part E, 7.8.38).
 *
 * @param peerIrk not zero
 * @param localIrk our own; zero without privacy
 * @param deviceMode device privacy mode: the peer is also heard under its identity address; else network privacy mode
 */
public record ResolvingListEntry(DeviceAddress peer, Key peerIrk, Key localIrk, boolean deviceMode) {}
