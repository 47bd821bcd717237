package org.everbond.hci.virtual.internal;

import java.security.SecureRandom;
import java.util.function.Consumer;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.AclPacket;
import org.everbond.hci.EventLoop;
import org.everbond.hci.HciCommand;
import org.everbond.hci.spi.HciTransport;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.ControllerOptions.Flavour;
import org.everbond.hci.virtual.ControllerOptions.Quirk;
import org.everbond.hci.virtual.Faults;
import org.everbond.hci.virtual.VirtualController;

/** One controller: its parts, its power, and the packets of its host. Everything runs on the loop of the air. */
final class Controller implements VirtualController {
    private static final int MAX_PACKET = 4 + 65535;

    private final Air air;
    private final ControllerOptions options;
    private final DeviceAddress address;
    private final SecureRandom random = new SecureRandom();
    private final FaultInjection faults;
    private final HostOutput out;
    private final Commands commands;
    private final Baseband baseband;
    private final CommandFamily family = new CommandFamily();
    private final OwnAddresses ownAddresses;
    private final AcceptList acceptList;
    private final ResolvingList resolvingList;
    private final LegacyAdvertising legacyAdvertising;
    private final ExtendedAdvertising extendedAdvertising;
    private final Scanning scanning;
    private final Initiating initiating;
    private final Connections connections;
    private final LinkCommands linkCommands;
    private final CryptoCommands cryptoCommands;
    private final HostSocket socket;

    Controller(Air air, ControllerOptions options, DeviceAddress address, int firstHandle) {
        this.air = air;
        this.options = options;
        this.address = address;
        faults = new FaultInjection(this);
        socket = new HostSocket(air.loop(), faults::fromHost, this::powerOff);
        out = new HostOutput(faults::toHost);
        commands = new Commands(out);
        baseband = new Baseband(this);
        acceptList = new AcceptList(this);
        resolvingList = new ResolvingList(this);
        ownAddresses = new OwnAddresses(this);
        legacyAdvertising = new LegacyAdvertising(this);
        extendedAdvertising = new ExtendedAdvertising(this);
        scanning = new Scanning(this);
        initiating = new Initiating(this);
        connections = new Connections(this, firstHandle);
        linkCommands = new LinkCommands(this);
        cryptoCommands = new CryptoCommands(this);
        baseband.register(commands);
        acceptList.register(commands);
        boolean resolving = !options.has(Quirk.NO_RESOLVING_LIST);
        if (resolving) {
            resolvingList.register(commands);
        }
        legacyAdvertising.register(commands);
        scanning.registerLegacy(commands);
        initiating.registerLegacy(commands);
        linkCommands.register(commands);
        cryptoCommands.register(commands);
        if (options.flavour() == Flavour.EXTENDED) {
            extendedAdvertising.register(commands);
            scanning.registerExtended(commands);
            initiating.registerExtended(commands);
            if (resolving) {
                resolvingList.registerPrivacyMode(commands);
            }
            linkCommands.registerPhy(commands);
        }
    }

    // --- the host ----------------------------------------------------------------------------------------------

    @Override
    public DeviceAddress address() {
        return address;
    }

    @Override
    public ControllerOptions options() {
        return options;
    }

    @Override
    public boolean powered() {
        return socket.isUsed();
    }

    @Override
    public HciTransport transport() {
        return new InProcessTransport(this);
    }

    @Override
    public void attach(Consumer<byte[]> newHost) {
        attach(newHost, () -> {});
    }

    void attach(Consumer<byte[]> newHost, Runnable whenUnplugged) {
        socket.attach(newHost, whenUnplugged);
    }

    @Override
    public void receive(byte[] packet) {
        socket.receive(packet);
    }

    /** As {@link #receive(byte[])}, from a host that may have been replaced by now. */
    void receive(Consumer<byte[]> from, byte[] packet) {
        socket.receive(from, packet);
    }

    @Override
    public void detach() {
        socket.detach();
    }

    void detach(Consumer<byte[]> from) {
        socket.detach(from);
    }

    @Override
    public void unplug() {
        socket.unplug();
    }

    /** There is no host any more. */
    void powerOff() {
        connections.vanish();
        reset();
        faults.powerOff();
    }

    @Override
    public Faults faults() {
        return faults;
    }

    /** A packet that the faults let through. */
    void carryOut(byte[] packet) {
        if (packet.length == 0 || packet.length > MAX_PACKET) {
            return;
        }
        if (packet[0] == AclPacket.INDICATOR) {
            AclPacket.parse(packet).ifPresent(connections::send);
        } else if (packet[0] == HciCommand.INDICATOR && packet.length >= 4 && packet.length == 4 + (packet[3] & 0xff)) {
            commands.carryOut(HciCommand.parse(packet));
        }
    }

    void toHost(byte[] packet) {
        socket.toHost(packet);
    }

    /** Reset (Vol 4, Part E, 7.3.2): links are gone, peers find out by supervision timeout. */
    void reset() {
        if (!options.has(Quirk.LINKS_SURVIVE_RESET)) {
            connections.vanish();
        }
        out.reset();
        baseband.reset();
        acceptList.reset();
        resolvingList.reset();
        legacyAdvertising.reset();
        extendedAdvertising.reset();
        scanning.reset();
        initiating.reset();
        linkCommands.reset();
        cryptoCommands.reset();
        ownAddresses.reset();
        family.reset();
    }

    void completed(int handle) {
        if (!faults.completedPacketsWithheld()) {
            out.completedPackets(handle, 1);
        }
    }

    // --- the air -----------------------------------------------------------------------------------------------

    /** An advertising PDU of another controller. */
    void heard(AdvertisingSet set) {
        initiating.heard(set);
        if (set.enabled()) {
            scanning.heard(set);
        }
    }

    // --- state that parts share --------------------------------------------------------------------------------

    CommandFamily family() {
        return family;
    }

    OwnAddresses ownAddresses() {
        return ownAddresses;
    }

    /** Whether the accept list has this device, resolved where possible. */
    boolean accepts(DeviceAddress onAir) {
        var identity = resolvingList.identify(onAir);
        return acceptList.contains(identity == null ? onAir : identity);
    }

    /** Whether LE Set Random Address has to wait (Vol 4, Part E, 7.8.4). */
    boolean usesRandomAddress() {
        return legacyAdvertising.set().enabled() || scanning.enabled() || initiating.active();
    }

    boolean busyOnAir() {
        return scanning.enabled()
                || initiating.active()
                || legacyAdvertising.set().enabled()
                || extendedAdvertising.sets().stream().anyMatch(AdvertisingSet::enabled);
    }

    boolean usesAcceptList() {
        return scanning.usesAcceptList()
                || initiating.usesAcceptList()
                || legacyAdvertising.set().usesAcceptList()
                || extendedAdvertising.sets().stream().anyMatch(AdvertisingSet::usesAcceptList);
    }

    Air air() {
        return air;
    }

    EventLoop loop() {
        return air.loop();
    }

    SecureRandom random() {
        return random;
    }

    HostOutput out() {
        return out;
    }

    Commands commands() {
        return commands;
    }

    Connections connections() {
        return connections;
    }

    AcceptList acceptList() {
        return acceptList;
    }

    ResolvingList resolvingList() {
        return resolvingList;
    }

    int version() {
        return baseband.version();
    }

    long features() {
        return baseband.features();
    }

    int suggestedOctets() {
        return linkCommands.suggestedOctets();
    }
}
