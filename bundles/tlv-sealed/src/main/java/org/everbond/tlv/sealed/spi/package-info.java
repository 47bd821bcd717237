/** Keys for stores that are encrypted at rest, from elsewhere than a key store file. */
@Version("0.1.0")
@Export
package org.everbond.tlv.sealed.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
