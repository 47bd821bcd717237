package org.everbond.adapter.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Stands between one host and its controller and sees whether the promises hold at every packet: what the host never says to a peer
 * with whom it was told to be bonded, and when it must be silent.
 */
final class Watch {
    private static final int COMMAND = 1;
    private static final int ACL = 2;
    private static final int ATT = 4;
    private static final int NEGATIVE_REPLY = 0x201b;
    private static final int ADVERTISING_ENABLE = 0x200a;
    private static final int EXTENDED_ADVERTISING_ENABLE = 0x2039;
    private static final int CREATE_CONNECTION = 0x200d;
    private static final int EXTENDED_CREATE_CONNECTION = 0x2043;
    private static final int RESET = 0x0c03;

    private final boolean client;
    private final BooleanSupplier bonded;
    private final BooleanSupplier hasIdentity;
    private final Set<Integer> encrypted = new HashSet<>();
    private final List<String> broken = new ArrayList<>();

    /**
     * @param client whether it is the central, which is the only one that reads
     * @param bonded whether it was told that its bond is durable
     * @param hasIdentity whether its store was loaded
     */
    Watch(boolean client, BooleanSupplier bonded, BooleanSupplier hasIdentity) {
        this.client = client;
        this.bonded = bonded;
        this.hasIdentity = hasIdentity;
    }

    /** What was broken so far. */
    List<String> broken() {
        return broken;
    }

    void fromHost(byte[] packet) {
        if (packet[0] == COMMAND) {
            command(two(packet, 1), packet);
        } else if (packet[0] == ACL && client && two(packet, 7) == ATT && bonded.getAsBoolean()) {
            int handle = two(packet, 1) & 0xfff;
            boolean first = (packet[2] & 0x30) != 0x10;
            if (first && !encrypted.contains(handle)) {
                broken.add("P8: an ATT PDU left to a bonded peer in clear");
            }
        }
    }

    private void command(int opCode, byte[] packet) {
        switch (opCode) {
            case RESET -> encrypted.clear();
            case NEGATIVE_REPLY -> {
                if (bonded.getAsBoolean()) {
                    broken.add("P11: a bonded peer was told that there is no key");
                }
            }
            case ADVERTISING_ENABLE, EXTENDED_ADVERTISING_ENABLE -> {
                if (packet[4] == 1 && !hasIdentity.getAsBoolean()) {
                    broken.add("P5: advertising before the store was loaded");
                }
            }
            case CREATE_CONNECTION, EXTENDED_CREATE_CONNECTION -> {
                if (!hasIdentity.getAsBoolean()) {
                    broken.add("P5: connecting before the store was loaded");
                }
            }
            default -> {}
        }
    }

    void toHost(byte[] packet) {
        int code = packet[1] & 0xff;
        if (packet[0] != 4 || packet[3] != 0) {
            return;
        }
        if (code == 0x08 && packet[6] != 0 || code == 0x30) {
            encrypted.add(two(packet, 4));
        } else if (code == 0x05 || code == 0x08) {
            encrypted.remove(two(packet, 4));
        }
    }

    private static int two(byte[] packet, int at) {
        return packet.length < at + 2 ? -1 : packet[at] & 0xff | (packet[at + 1] & 0xff) << 8;
    }
}
