/** The store of tagged values: always there, whatever backend is behind it. */
@Version("0.1.0")
@Export
package org.everbond.tlv;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
