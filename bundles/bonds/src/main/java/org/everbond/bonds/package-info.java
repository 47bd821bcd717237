/** Bonds and the local identity, without their keys. */
@Version("0.1.0")
@Export
package org.everbond.bonds;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
