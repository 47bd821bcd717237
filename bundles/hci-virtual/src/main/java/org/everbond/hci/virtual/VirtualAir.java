package org.everbond.hci.virtual;

import java.time.Duration;
import java.util.List;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.internal.Air;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The shared medium of some virtual controllers: all that are on one air and in range hear each other. It runs on one event
 * loop, has no clock and no thread of its own, and does the same thing every time. Every method may be called on any thread.
 */
@ProviderType
public interface VirtualAir {
    /** A new air whose controllers all run on the given loop. */
    static VirtualAir on(EventLoop loop) {
        return new Air(loop);
    }

    /** The loop that it runs on. */
    EventLoop loop();

    /**
     * Puts a controller on the air; it is without power until a host is attached.
     *
     * @throws IllegalArgumentException when another controller on this air has that public address
     */
    VirtualController controller(ControllerOptions options);

    /** An extended-advertising LE controller with the next free address. */
    default VirtualController controller() {
        return controller(ControllerOptions.extended());
    }

    /** The controllers on this air in the order in which they came. */
    List<VirtualController> controllers();

    /** Takes a controller off the air for good; its peers lose their links by supervision timeout. */
    void remove(VirtualController controller);

    /** How long every PDU takes from one controller to another; zero at first. */
    void latency(Duration oneWay);

    /** Takes two controllers out of range of each other. Their links end by supervision timeout unless they join in time. */
    void separate(VirtualController one, VirtualController other);

    /** Brings two controllers back into range; what was not yet acknowledged on their links is sent again. */
    void join(VirtualController one, VirtualController other);
}
