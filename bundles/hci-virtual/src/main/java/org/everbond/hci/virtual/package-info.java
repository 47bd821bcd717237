/** Bluetooth LE controllers on a virtual air: HCI in, HCI out, no radio. In process or served on sockets. */
@Version("0.1.0")
@Export
package org.everbond.hci.virtual;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
