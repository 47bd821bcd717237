package org.everbond.hci.socket.internal;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.regex.Pattern;
import org.everbond.hci.spi.HciTransport;
import org.everbond.hci.spi.HciTransportProvider;
import org.osgi.service.component.annotations.Component;

/** Answers to {@code transport=tcp:host:port} and {@code tcp:[::1]:port}: H4 over a TCP connection. */
@Component
public final class TcpTransportProvider implements HciTransportProvider {
    private static final int CONNECT_TIMEOUT_MS = 5000;
    private static final Pattern PLACE = Pattern.compile("(\\[[0-9A-Fa-f:.%\\w]+]|[^:\\[\\]/\\s]+):(\\d{1,5})");

    @Override
    public String scheme() {
        return "tcp";
    }

    @Override
    public HciTransport create(String place, Map<String, String> options) {
        NoOptions.check("tcp", options);
        var parts = PLACE.matcher(place);
        int port = parts.matches() ? Integer.parseInt(parts.group(2)) : 0;
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("'tcp:" + place
                    + "' is no TCP place; write host and port (1..65535), as in tcp:localhost:4000 or tcp:[::1]:4000");
        }
        String host = parts.group(1);
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        String name = "tcp:" + place;
        return new SocketTransport(name, () -> connect(name, bare, port));
    }

    private static SocketChannel connect(String name, String host, int port) throws IOException {
        var address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("the host '" + host + "' of " + name + " is unknown; check its name or the name service");
        }
        var channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            channel.socket().connect(address, CONNECT_TIMEOUT_MS);
            return channel;
        } catch (IOException failure) {
            channel.close();
            throw new IOException(sentence(name, failure), failure);
        }
    }

    private static String sentence(String name, IOException failure) {
        if (failure instanceof SocketTimeoutException) {
            return name + " does not answer within 5 s; check the address and the firewall";
        }
        if (failure instanceof NoRouteToHostException) {
            return name + " cannot be reached; check the network";
        }
        if (failure instanceof ConnectException) {
            return name + " refuses the connection; is the controller's server running there?";
        }
        return name + " cannot be connected to (" + failure.getMessage() + "); check the address and the network";
    }
}
