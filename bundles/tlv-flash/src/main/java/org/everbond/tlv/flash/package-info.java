/** BTstack's flash store as a storage backend. */
@Version("0.1.0")
@Export
package org.everbond.tlv.flash;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
