/** What storage backends that keep their content in files share: the disk, and a store's place on it. */
@Version("0.1.0")
@Export
package org.everbond.tlv.disk;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
