package org.everbond.itests.processes;

/** Characteristics of the demo peripheral that {@code serve} serves. */
final class DemoService {
    static final String ENCRYPTED = "00000000-1111-2222-3333-444444444444";
    static final String OPEN = "00000000-1111-2222-3333-444444444445";
    static final String AUTHENTICATED = "00000000-1111-2222-3333-444444444446";
    static final String WRITE_NOTIFY = "00000000-1111-2222-3333-444444444447";

    private DemoService() {}
}
