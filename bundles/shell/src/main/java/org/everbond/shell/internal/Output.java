package org.everbond.shell.internal;

import java.io.PrintStream;

/** Where one call of a command writes: for people or as JSON. Whole lines at a time, so that events do not tear them. */
record Output(PrintStream stream, boolean json) {
    /** One result: the object, or the text for people. */
    void print(Json object, String text) {
        line(json ? object.toString() : text);
    }

    /** A line that is for people only. */
    void remark(String text) {
        if (!json) {
            line(text);
        }
    }

    private void line(String text) {
        synchronized (stream) {
            stream.println(text);
            stream.flush();
        }
    }
}
