/** The cryptographic toolbox of the Security Manager (Vol 3, Part H, 2.2) and the value types that every layer shares. */
@Version("0.1.0")
@Export
package org.everbond.crypto;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
