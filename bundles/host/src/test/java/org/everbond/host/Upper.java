package org.everbond.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.everbond.crypto.DeviceAddress;

/** What stands above a host under test: writes down in order what it hears. */
final class Upper implements SecurityPort, Host.Listener {
    final List<String> heard = new ArrayList<>();
    final List<Connection> connections = new ArrayList<>();
    private Connection announced;
    private Connection ended;
    final Map<DeviceAddress, DeviceAddress> identities = new HashMap<>();
    DeviceAddress own = DeviceAddress.parse("C0:00:00:00:00:01/random");
    final List<String> troubles = new ArrayList<>();
    Runnable atConnect = () -> {};
    String lost;

    void attachTo(Host host) {
        host.security(this);
        host.listener(this);
        host.channel(Connection.CID_ATT, channel("att"));
        host.channel(Connection.CID_SMP, channel("smp"));
    }

    private FixedChannel channel(String name) {
        return new FixedChannel() {
            @Override
            public void connected(Connection connection) {
                heard.add(name + " connected " + connection.epoch());
            }

            @Override
            public void received(Connection connection, byte[] sdu) {
                heard.add(name + " " + connection.epoch() + " " + HexFormat.of().formatHex(sdu));
            }

            @Override
            public void disconnected(Connection connection, int reason) {
                heard.add(name + " disconnected " + connection.epoch() + " " + Integer.toHexString(reason));
            }
        };
    }

    List<String> heard(String prefix) {
        return heard.stream().filter(line -> line.startsWith(prefix)).toList();
    }

    @Override
    public DeviceAddress ownAddress() {
        return own;
    }

    @Override
    public List<DeviceAddress> resolve(DeviceAddress onAir) {
        return Optional.ofNullable(identities.get(onAir)).stream().toList();
    }

    @Override
    public void connected(Connection connection) {
        // Both SecurityPort and Listener: the first call is the port's.
        boolean first = connection != announced;
        heard.add((first ? "security" : "listener") + " connected " + connection.epoch());
        announced = connection;
        if (first) {
            connections.add(connection);
            atConnect.run();
        }
    }

    @Override
    public void disconnected(Connection connection, int reason) {
        heard.add((connection != ended ? "security" : "listener") + " disconnected " + connection.epoch() + " "
                + Integer.toHexString(reason));
        ended = connection;
        connections.remove(connection);
    }

    @Override
    public void longTermKeyRequested(Connection connection, long rand, int ediv) {
        heard.add("key requested " + connection.epoch() + " " + rand + " " + ediv);
    }

    @Override
    public void encryptionChanged(Connection connection, int status, boolean on, boolean refreshed) {
        heard.add("encryption " + connection.epoch() + " " + Integer.toHexString(status) + (on ? " on" : " off")
                + (refreshed ? " refreshed" : ""));
    }

    @Override
    public void trouble(String what) {
        troubles.add(what);
    }

    @Override
    public void controllerLost(String reason) {
        lost = reason;
    }
}
