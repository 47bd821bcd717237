/** What offers a GATT service to peers. */
@Version("0.1.0")
@Export
package org.everbond.gatt.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
