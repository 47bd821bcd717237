/** HCI: packets, H4 framing, the trace, and the event loop that owns an adapter (Vol 4). */
@Version("0.1.0")
@Export
package org.everbond.hci;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
