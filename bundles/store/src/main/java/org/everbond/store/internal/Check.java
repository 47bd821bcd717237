package org.everbond.store.internal;

import java.io.PrintStream;

/** {@code store check}. */
public final class Check {
    private static final int DAMAGED = 1;

    private Check() {}

    /** One sentence for each finding; 0 when the store is clean, 1 when it is damaged. */
    public static int print(StoreFile store, boolean json, PrintStream out) {
        var findings = store.findings();
        for (var finding : findings) {
            out.println(json ? Json.object().put("finding", finding) : Words.line(finding));
        }
        for (var remark : store.remarks()) {
            out.println(json ? Json.object().put("remark", remark) : "remark: " + Words.line(remark));
        }
        var verdict = findings.isEmpty() ? "clean" : "damaged";
        out.println(json
                ? Json.object().put("store", store.path()).put("format", store.format()).put("verdict", verdict)
                        .put("tags", store.image().values().size()).put("bonds", store.isLocked() ? null : store.bonds().bonds().size())
                : store.path() + ": " + verdict + ", " + Words.contents(store));
        return findings.isEmpty() ? 0 : DAMAGED;
    }
}
