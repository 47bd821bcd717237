/** The host below SMP and ATT: controller start-up, connections, L2CAP fixed channels, GAP. */
@Version("0.1.0")
@Export
package org.everbond.host;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
