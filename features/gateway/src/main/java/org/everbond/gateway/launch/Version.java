package org.everbond.gateway.launch;

/** The version of this build, as the manifest of everbond.jar says. */
final class Version {
    private Version() {}

    static String text() {
        var version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }
}
