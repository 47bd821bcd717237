package org.everbond.sig;

import java.util.Arrays;
import java.util.HexFormat;

/** What has to be so, or the case has failed. */
final class Expect {
    private Expect() {}

    static void same(Object expected, Object actual) {
        if (!expected.equals(actual)) {
            fail("expected: " + expected + "\n  but is:   " + actual);
        }
    }

    /** Whether a PDU fits "01 03 .. 09". */
    static void fits(String pattern, byte[] pdu) {
        var expected = Arrays.asList(pattern.split(" "));
        var actual = Arrays.asList(hex(pdu).split(" "));
        boolean fits = expected.size() == actual.size();
        for (int i = 0; fits && i < expected.size(); i++) {
            fits = expected.get(i).equals("..") || expected.get(i).equals(actual.get(i));
        }
        if (!fits) {
            same(pattern, hex(pdu));
        }
    }

    static void that(boolean right, String what) {
        if (!right) {
            fail("not so: " + what);
        }
    }

    static void fail(String sentence) {
        throw new AssertionError(sentence);
    }

    static String hex(byte[] octets) {
        return HexFormat.ofDelimiter(" ").formatHex(octets);
    }
}
