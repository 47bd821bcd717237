package org.everbond.hci.virtual;

import java.util.function.Consumer;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.spi.HciTransport;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A controller without radio: takes HCI packets of a host and gives HCI packets (Vol 4, Part E). Packets carry their H4
 * indicator as the first octet. Every method may be called on any thread; the host is called on the loop of the air.
 */
@ProviderType
public interface VirtualController {
    /** Its public device address. */
    DeviceAddress address();

    /** What it was built with. */
    ControllerOptions options();

    /** Whether a host is attached. */
    boolean powered();

    /**
     * A transport to this controller for a host in the same process. Opening it powers the controller on with everything
     * reset; closing takes the power away at once, so that peers lose their links by supervision timeout. One transport may
     * be open at a time; a later one finds the same controller again.
     */
    HciTransport transport();

    /** Powers the controller on, everything reset, with this host. A host that was attached before is forgotten. */
    void attach(Consumer<byte[]> host);

    /** Takes one packet from the host, with its H4 indicator. Anything may be in it. */
    void receive(byte[] packet);

    /** Takes the power away: no more packets, and peers lose their links by supervision timeout. */
    void detach();

    /** Breaks the connection to the host from the controller's side (a dongle that is pulled out), and takes the power away. */
    void unplug();

    /** What goes wrong on purpose. */
    Faults faults();
}
