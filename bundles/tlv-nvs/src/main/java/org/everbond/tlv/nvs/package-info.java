/** An image of an ESP32's NVS partition as a storage backend. */
@Version("0.1.0")
@Export
package org.everbond.tlv.nvs;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
