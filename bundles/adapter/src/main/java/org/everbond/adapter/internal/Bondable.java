package org.everbond.adapter.internal;

import java.time.Duration;

/**
 * Whether peers may bond without having been asked to, as configured.
 *
 * @param on until changed
 * @param window for so long once the adapter is up; zero for never
 */
record Bondable(boolean on, Duration window) {
    static final Bondable OFF = new Bondable(false, Duration.ZERO);

    private static final int LONGEST = 86_400;

    /** @throws IllegalArgumentException with one sentence for people */
    static Bondable of(Settings.Reader in) {
        var text = in.text("bondable", "off");
        if (text.equals("off") || text.equals("on")) {
            return new Bondable(text.equals("on"), Duration.ZERO);
        }
        if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= LONGEST) {
            return new Bondable(false, Duration.ofSeconds(Integer.parseInt(text)));
        }
        throw new IllegalArgumentException(
                "bondable=" + text + " is not known; use off, on, or the seconds of a window, 1.." + LONGEST);
    }
}
