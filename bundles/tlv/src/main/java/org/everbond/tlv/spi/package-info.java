/** What a storage backend implements. */
@Version("0.1.0")
@Export
package org.everbond.tlv.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
