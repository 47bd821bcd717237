/** What carries a flash store: two banks of flash. */
@Version("0.1.0")
@Export
package org.everbond.tlv.flash.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
