/** What a transport to a controller implements. */
@Version("0.1.0")
@Export
package org.everbond.hci.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
