package org.everbond.bonds.internal;

import java.util.Optional;
import org.everbond.crypto.DeviceAddress;

/** A record that could not be read and stays where it is: a sentence on it, and whose it is if that is known. */
record SetAside(String reason, Optional<DeviceAddress> address) {}
