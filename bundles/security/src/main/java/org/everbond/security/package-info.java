/** The Security Manager: pairing, bonding, encryption with stored keys, privacy (Vol 3, Part H). */
@Version("0.1.0")
@Export
package org.everbond.security;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
