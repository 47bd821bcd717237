package org.everbond.hci.socket.internal;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.everbond.hci.spi.HciTransport;
import org.everbond.hci.spi.HciTransportProvider;
import org.osgi.service.component.annotations.Component;

/** Answers to {@code transport=unix:/path/of/socket}: H4 over a Unix-domain stream socket. */
@Component
public final class UnixTransportProvider implements HciTransportProvider {
    /** What the kernels have room for, less the closing zero: 108 on Linux, 104 elsewhere. */
    private static final int MAX_PATH = 103;

    @Override
    public String scheme() {
        return "unix";
    }

    @Override
    public HciTransport create(String place, Map<String, String> options) {
        NoOptions.check("unix", options);
        var name = "unix:" + place;
        try {
            if (place.isBlank()) {
                throw new IllegalArgumentException("transport=unix: needs the path of a socket, as in unix:/run/hci.sock");
            }
            if (place.getBytes(StandardCharsets.UTF_8).length > MAX_PATH) {
                throw new IllegalArgumentException(
                        "the path of " + name + " is longer than " + MAX_PATH + " octets; use a shorter one");
            }
            var path = Path.of(place);
            return new SocketTransport(name, () -> connect(name, path));
        } catch (InvalidPathException failure) {
            throw new IllegalArgumentException("'" + name + "' is no path of a socket; correct it", failure);
        }
    }

    private static SocketChannel connect(String name, Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new IOException(name + " does not exist; start the server that makes it, or correct the path");
        }
        try {
            return SocketChannel.open(UnixDomainSocketAddress.of(path));
        } catch (IOException failure) {
            throw new IOException(sentence(name, path, failure), failure);
        }
    }

    private static String sentence(String name, Path path, IOException failure) {
        if (Files.isRegularFile(path) || Files.isDirectory(path)) {
            return name + " is not a socket; correct the path";
        }
        if (!Files.isWritable(path)) {
            return name + " may not be opened by this user; change its owner or its mode";
        }
        return name + " refuses the connection (" + failure.getMessage() + "); is its server still running?";
    }
}
