package org.everbond.host.internal;

import java.util.List;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.HciCommand;
import org.everbond.hci.LeCommands;
import org.everbond.hci.LeExtendedCommands;
import org.everbond.host.Advertising;
import org.everbond.host.ConnectionParameters;

/**
 * One family of commands for advertising, scanning and connecting. A host uses only one of the two between two Resets (Vol 4,
 * Part E, 3.1.1).
 */
interface AirCommands {
    /** Slots of 0.625 ms: we listen all the time while we look for somebody. */
    int SCAN_INTERVAL = 0x60;
    int SCAN_WINDOW = 0x60;

    /** Scanning filter policies (Vol 4, Part E, 7.8.10): directed advertising only if the controller knows that it is for us, ... */
    int EVERY_ADVERTISER = 0;
    /** ... or that to private addresses which it cannot resolve, too. */
    int UNRESOLVED_TARGETS_TOO = 2;

    /** All that sets up advertising, in order, without switching it on. */
    List<HciCommand> advertisingSetup(DeviceAddress own, Advertising advertising);

    HciCommand advertisingEnable(boolean on);

    /** Whether advertising uses the one address of LE Set Random Address, which therefore cannot be changed meanwhile. */
    boolean advertisesWithRandomAddress();

    /** @param filterPolicy {@link #EVERY_ADVERTISER} or {@link #UNRESOLVED_TARGETS_TOO} */
    HciCommand scanParameters(DeviceAddress own, boolean active, int filterPolicy);

    HciCommand scanEnable(boolean on, boolean filterDuplicates);

    /** @param resolved whether the peer is named by its identity address, for the controller to find behind private ones */
    HciCommand createConnection(DeviceAddress own, DeviceAddress peer, boolean resolved, ConnectionParameters wanted);

    private static int slots(Advertising advertising) {
        long slots = advertising.interval().toNanos() / 625_000;
        return (int) Math.max(0x20, Math.min(0x4000, slots));
    }

    /** Bluetooth 4.0. */
    final class Legacy implements AirCommands {
        private static final int ADV_IND = 0;

        @Override
        public List<HciCommand> advertisingSetup(DeviceAddress own, Advertising advertising) {
            int slots = slots(advertising);
            return List.of(
                    LeCommands.setAdvertisingParameters(slots, slots, ADV_IND, own.type().value()),
                    LeCommands.setAdvertisingData(advertising.data()),
                    LeCommands.setScanResponseData(advertising.scanResponse()));
        }

        @Override
        public boolean advertisesWithRandomAddress() {
            return true;
        }

        @Override
        public HciCommand advertisingEnable(boolean on) {
            return LeCommands.setAdvertisingEnable(on);
        }

        @Override
        public HciCommand scanParameters(DeviceAddress own, boolean active, int filterPolicy) {
            return LeCommands.setScanParameters(active, SCAN_INTERVAL, SCAN_WINDOW, own.type().value(), filterPolicy);
        }

        @Override
        public HciCommand scanEnable(boolean on, boolean filterDuplicates) {
            return LeCommands.setScanEnable(on, filterDuplicates);
        }

        @Override
        public HciCommand createConnection(
                DeviceAddress own, DeviceAddress peer, boolean resolved, ConnectionParameters wanted) {
            return LeCommands.createConnection(
                    SCAN_INTERVAL, SCAN_WINDOW, peer, resolved, own.type().value(), wanted.interval(), wanted.interval(),
                    wanted.latency(), wanted.supervisionTimeout());
        }
    }

    /** Bluetooth 5.0, with legacy PDUs on air, so that every central finds us. */
    final class Extended implements AirCommands {
        private static final int SET = 0;

        @Override
        public List<HciCommand> advertisingSetup(DeviceAddress own, Advertising advertising) {
            int slots = slots(advertising);
            var parameters = LeExtendedCommands.setAdvertisingParameters(
                    SET, LeExtendedCommands.LEGACY_CONNECTABLE, slots, slots, own.type().value());
            var data = LeExtendedCommands.setAdvertisingData(SET, advertising.data());
            var scanResponse = LeExtendedCommands.setScanResponseData(SET, advertising.scanResponse());
            return own.type().value() == 0
                    ? List.of(parameters, data, scanResponse)
                    : List.of(parameters, LeExtendedCommands.setAdvertisingSetRandomAddress(SET, own), data, scanResponse);
        }

        @Override
        public boolean advertisesWithRandomAddress() {
            return false;
        }

        @Override
        public HciCommand advertisingEnable(boolean on) {
            return LeExtendedCommands.setAdvertisingEnable(on, SET);
        }

        @Override
        public HciCommand scanParameters(DeviceAddress own, boolean active, int filterPolicy) {
            return LeExtendedCommands.setScanParameters(active, SCAN_INTERVAL, SCAN_WINDOW, own.type().value(), filterPolicy);
        }

        @Override
        public HciCommand scanEnable(boolean on, boolean filterDuplicates) {
            return LeExtendedCommands.setScanEnable(on, filterDuplicates);
        }

        @Override
        public HciCommand createConnection(
                DeviceAddress own, DeviceAddress peer, boolean resolved, ConnectionParameters wanted) {
            return LeExtendedCommands.createConnection(
                    SCAN_INTERVAL, SCAN_WINDOW, peer, own.type().value(), wanted.interval(), wanted.interval(),
                    wanted.latency(), wanted.supervisionTimeout());
        }
    }
}
