/** What answers for the user while pairing. */
@Version("0.1.0")
@Export
package org.everbond.security.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
