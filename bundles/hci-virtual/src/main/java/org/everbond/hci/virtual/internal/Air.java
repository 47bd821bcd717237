package org.everbond.hci.virtual.internal;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.hci.virtual.VirtualController;

/** The shared medium: who hears whom, and when. */
public final class Air implements VirtualAir {
    /** Addresses 00:EB:00:00:00:01 and up are given to controllers that have none. */
    private static final long FIRST_ADDRESS = 0x00eb_0000_0001L;

    /** Handles of different controllers differ, so that a host that mixes them up is found out. */
    private static final int FIRST_HANDLE = 0x0040;

    private static final int HANDLES_APART = 0x20;
    private static final int HANDLE_RANGES = 64;

    private final EventLoop loop;
    private final List<Controller> controllers = new CopyOnWriteArrayList<>();
    private final Set<Set<Controller>> apart = new HashSet<>();
    private int created;
    private Duration latency = Duration.ZERO;

    public Air(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public synchronized Controller controller(ControllerOptions options) {
        var address = options.address() == null ? nextAddress() : options.address();
        if (find(address) != null) {
            throw new IllegalArgumentException("a controller with the address " + address.text() + " is on this air already");
        }
        int handles = FIRST_HANDLE + created++ % HANDLE_RANGES * HANDLES_APART;
        var controller = new Controller(this, options, address, handles);
        controllers.add(controller);
        return controller;
    }

    /** A controller for a new client; one with the same address leaves the air first. */
    synchronized Controller takeOver(ControllerOptions options) {
        var present = options.address() == null ? null : find(options.address());
        if (present != null) {
            remove(present);
        }
        return controller(options);
    }

    private DeviceAddress nextAddress() {
        long value = FIRST_ADDRESS;
        while (find(new DeviceAddress(AddressType.PUBLIC, value)) != null) {
            value++;
        }
        return new DeviceAddress(AddressType.PUBLIC, value);
    }

    /** The controller with this address, or null. */
    Controller find(DeviceAddress address) {
        return controllers.stream().filter(each -> each.address().equals(address)).findFirst().orElse(null);
    }

    @Override
    public List<VirtualController> controllers() {
        return List.copyOf(controllers);
    }

    @Override
    public void remove(VirtualController controller) {
        controllers.remove(controller);
        controller.unplug();
    }

    @Override
    public void latency(Duration oneWay) {
        onLoop(() -> latency = oneWay);
    }

    @Override
    public void separate(VirtualController one, VirtualController other) {
        onLoop(() -> {
            apart.add(Set.of((Controller) one, (Controller) other));
            range((Controller) one, (Controller) other, false);
        });
    }

    @Override
    public void join(VirtualController one, VirtualController other) {
        onLoop(() -> {
            apart.remove(Set.of((Controller) one, (Controller) other));
            range((Controller) one, (Controller) other, true);
        });
    }

    private static void range(Controller one, Controller other, boolean inRange) {
        for (var end : one.connections().all()) {
            if (end.link().between(one, other)) {
                end.link().range(inRange);
            }
        }
    }

    private void onLoop(Runnable task) {
        if (loop.inLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    /** Runs a task when a PDU that leaves now has arrived. */
    void later(Runnable task) {
        if (latency.isZero()) {
            loop.execute(task);
        } else {
            loop.schedule(latency, task);
        }
    }

    /** One advertising event: everybody in range hears it, until somebody connects. */
    void advertise(AdvertisingSet set) {
        for (var controller : controllers) {
            boolean hears = controller.powered()
                    && controller != set.controller()
                    && !apart.contains(Set.of(controller, set.controller()));
            if (hears && set.enabled()) {
                controller.heard(set);
            }
        }
    }

    /** A connect request was taken: both ends exist from now on. */
    void connect(Controller initiator, DeviceAddress own, AdvertisingSet set, ConnectionParameters parameters) {
        var link = new Link(this, parameters);
        var central = initiator.connections().add(link, LinkEnd.Role.CENTRAL, own, set.onAir());
        var peripheral = set.controller().connections().add(link, LinkEnd.Role.PERIPHERAL, set.onAir(), own);
        link.ends(central, peripheral);
        set.disable();
        central.connected();
        later(() -> {
            if (!peripheral.gone()) {
                peripheral.connected();
                set.connected(peripheral.handle());
            }
        });
    }
}
