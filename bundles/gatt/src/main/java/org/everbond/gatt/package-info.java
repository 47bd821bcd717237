/** GATT server and client (Vol 3, Part G) over one ATT bearer per connection (Vol 3, Part F). */
@Version("0.1.0")
@Export
package org.everbond.gatt;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
