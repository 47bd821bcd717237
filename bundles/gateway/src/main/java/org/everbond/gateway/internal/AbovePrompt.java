package org.everbond.gateway.internal;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import org.jline.reader.LineReader;

/** Writes whole lines to the terminal; while a line is being edited, above it. */
final class AbovePrompt extends OutputStream {
    private final LineReader reader;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    AbovePrompt(LineReader reader) {
        this.reader = reader;
    }

    @Override
    public synchronized void write(int octet) {
        if (octet != '\n') {
            line.write(octet);
            return;
        }
        var text = line.toString(reader.getTerminal().encoding());
        line.reset();
        if (reader.isReading()) {
            reader.printAbove(text);
        } else {
            reader.getTerminal().writer().println(text);
            reader.getTerminal().flush();
        }
    }

    @Override
    public synchronized void write(byte[] octets, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            write(octets[i]);
        }
    }
}
