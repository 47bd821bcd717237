/** What other bundles offer to those who keep bonds. */
@Version("0.1.0")
@Export
package org.everbond.bonds.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
