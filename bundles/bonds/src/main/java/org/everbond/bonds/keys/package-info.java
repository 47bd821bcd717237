/**
 * Bonds with their keys, for the security manager and the composition root. The mandatory attribute keeps other bundles from
 * being wired to it by accident; bundles of one framework trust each other all the same.
 */
@Version("0.1.0")
@Export(attribute = {"everbond=keys", "mandatory:=everbond"})
package org.everbond.bonds.keys;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
