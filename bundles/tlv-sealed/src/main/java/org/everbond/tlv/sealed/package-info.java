/** Sealed stores without a framework. */
@Version("0.1.0")
@Export
package org.everbond.tlv.sealed;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
