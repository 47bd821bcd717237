/** The offline tool: {@code everbond.jar store}. */
@Version("0.1.0")
@Export
package org.everbond.store;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
