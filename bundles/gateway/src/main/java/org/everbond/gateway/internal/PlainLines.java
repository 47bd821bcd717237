package org.everbond.gateway.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;

/** Lines of a file or a pipe, without a prompt. */
final class PlainLines implements Lines {
    private final BufferedReader lines;
    private final PrintStream out;

    PlainLines(InputStream in, PrintStream out) {
        this.lines = new BufferedReader(new InputStreamReader(in, Charset.defaultCharset()));
        this.out = out;
    }

    @Override
    public PrintStream out() {
        return out;
    }

    @Override
    public String next() throws IOException {
        return lines.readLine();
    }
}
