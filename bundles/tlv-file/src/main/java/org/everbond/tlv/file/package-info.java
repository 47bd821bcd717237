/** BTstack's log in a file as a storage backend. */
@Version("0.1.0")
@Export
package org.everbond.tlv.file;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
