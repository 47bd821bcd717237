/** The storage behind a gateway changes while links are up and peers pair: the same story in plain Java, on Felix and on Karaf. */
@Version("0.1.0")
@Export
package org.everbond.itests.story.swap;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
