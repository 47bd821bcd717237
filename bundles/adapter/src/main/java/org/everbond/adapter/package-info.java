/** One Bluetooth LE adapter with everything on top of it: the service that other bundles use. */
@Version("0.1.0")
@Export
package org.everbond.adapter;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
