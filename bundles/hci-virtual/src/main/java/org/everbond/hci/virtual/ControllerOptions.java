package org.everbond.hci.virtual;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;

/**
 * What kind of controller it is. Immutable; start from {@link #extended()} or {@link #legacy()} and change with the methods.
 *
 * @param flavour the advertising commands that it has
 * @param dualMode whether it is a BR/EDR/LE controller (answers the BR/EDR set-up commands; has no BR/EDR links)
 * @param address public device address, or null for the next free one of the air
 * @param aclLength LE ACL data packet length, 27..65535 octets
 * @param aclPackets number of LE ACL data packets that it can hold, 1..255
 * @param sharedBuffers LE buffer length is reported as 0, the BR/EDR buffers serve both (Vol 4, Part E, 7.8.2)
 * @param advertisingSets number of advertising sets, 1..239
 * @param links number of connections that it can have, 1..32
 * @param p256 whether it has the P-256 and DHKey commands
 * @param quirks ways in which it differs from the specification, as some real ones do
 */
public record ControllerOptions(
        Flavour flavour,
        boolean dualMode,
        DeviceAddress address,
        int aclLength,
        int aclPackets,
        boolean sharedBuffers,
        int advertisingSets,
        int links,
        boolean p256,
        Set<Quirk> quirks) {

    /** Which advertising, scanning and connection commands a controller has (Vol 4, Part E, 3.1.1). */
    public enum Flavour {
        /** Core 4.2: legacy commands only. */
        LEGACY,
        /** Core 5.3: extended and legacy commands, of which one family may be used between two Resets. */
        EXTENDED
    }

    /** What some real controllers do. */
    public enum Quirk {
        /** Whole L2CAP PDUs go to the host in one ACL packet, longer than any announced buffer. */
        OVERSIZED_ACL,
        /** It cannot resolve addresses: no command of the resolving list is there. */
        NO_RESOLVING_LIST,
        /** It has no extended scanner filter policies: directed advertising to private addresses that it cannot resolve is never reported. */
        NO_EXTENDED_SCANNER_FILTER_POLICIES,
        /** BD_ADDR reads as zeros (no address was ever programmed). */
        NO_PUBLIC_ADDRESS,
        /** Links outlive a Reset command; only losing the power ends them. */
        LINKS_SURVIVE_RESET,
        /** The duplicate filter lets everything through. */
        DUPLICATE_REPORTS,
        /** A peer's wrong LTK is reported as 0x3D at the other end, too (as some controllers do), not as 0x08. */
        MIC_FAILURE_AT_BOTH_ENDS
    }

    public ControllerOptions {
        range("aclLength", aclLength, 27, 65535);
        range("aclPackets", aclPackets, 1, 255);
        range("advertisingSets", advertisingSets, 1, 0xef);
        range("links", links, 1, 32);
        if (address != null && address.type() != AddressType.PUBLIC) {
            throw new IllegalArgumentException("address " + address + " of a virtual controller must be public");
        }
        quirks = Set.copyOf(quirks);
    }

    private static void range(String name, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(name + " " + value + " is out of range " + low + ".." + high);
        }
    }

    /** An LE controller of Core 5.3 with extended advertising. */
    public static ControllerOptions extended() {
        return new ControllerOptions(Flavour.EXTENDED, false, null, 251, 8, false, 4, 8, true, Set.of());
    }

    /** An LE controller of Core 4.2. */
    public static ControllerOptions legacy() {
        return new ControllerOptions(Flavour.LEGACY, false, null, 251, 8, false, 1, 8, true, Set.of());
    }

    /**
     * Reads options as they stand behind the question mark of {@code transport=virtual:<air>?...}: {@code address},
     * {@code flavour} (legacy, extended), {@code dual} (on, off), {@code acl} (octets), {@code buffers} (packets),
     * {@code shared} (on, off), {@code p256} (on, off), {@code resolving} (on, off).
     *
     * @throws IllegalArgumentException for an unknown option or value; one sentence for people
     */
    public static ControllerOptions parse(Map<String, String> options) {
        var flavour = options.getOrDefault("flavour", "extended");
        var result = switch (flavour) {
            case "extended" -> extended();
            case "legacy" -> legacy();
            default -> throw new IllegalArgumentException(
                    "option flavour of a virtual controller is legacy or extended, not '" + flavour + "'");
        };
        for (var option : options.entrySet()) {
            String value = option.getValue();
            result = switch (option.getKey()) {
                case "flavour" -> result;
                case "address" -> result.address(DeviceAddress.parse(value));
                case "dual" -> result.dualMode(onOff(option.getKey(), value));
                case "shared" -> result.sharedBuffers(onOff(option.getKey(), value));
                case "p256" -> result.p256(onOff(option.getKey(), value));
                case "resolving" -> onOff(option.getKey(), value) ? result : result.quirk(Quirk.NO_RESOLVING_LIST);
                case "acl" -> result.acl(number(option.getKey(), value), result.aclPackets);
                case "buffers" -> result.acl(result.aclLength, number(option.getKey(), value));
                default -> throw new IllegalArgumentException("a virtual controller has no option '" + option.getKey()
                        + "'; it knows address, flavour, dual, acl, buffers, shared, p256 and resolving");
            };
        }
        return result;
    }

    private static boolean onOff(String name, String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "on", "true", "yes" -> true;
            case "off", "false", "no" -> false;
            default -> throw new IllegalArgumentException(
                    "option " + name + " of a virtual controller is on or off, not '" + value + "'");
        };
    }

    private static int number(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "option " + name + " of a virtual controller is a number, not '" + value + "'", e);
        }
    }

    /** With this public device address. */
    public ControllerOptions address(DeviceAddress value) {
        return new ControllerOptions(
                flavour, dualMode, value, aclLength, aclPackets, sharedBuffers, advertisingSets, links, p256, quirks);
    }

    /** As a BR/EDR/LE controller, or not. */
    public ControllerOptions dualMode(boolean value) {
        return new ControllerOptions(
                flavour, value, address, aclLength, aclPackets, sharedBuffers, advertisingSets, links, p256, quirks);
    }

    /** With so many ACL buffers (1..255) of so many octets (27..65535). */
    public ControllerOptions acl(int length, int packets) {
        return new ControllerOptions(
                flavour, dualMode, address, length, packets, sharedBuffers, advertisingSets, links, p256, quirks);
    }

    /** With buffers that serve BR/EDR, too, or not. */
    public ControllerOptions sharedBuffers(boolean value) {
        return new ControllerOptions(
                flavour, dualMode, address, aclLength, aclPackets, value, advertisingSets, links, p256, quirks);
    }

    /** With so many advertising sets, 1..239. */
    public ControllerOptions advertisingSets(int value) {
        return new ControllerOptions(
                flavour, dualMode, address, aclLength, aclPackets, sharedBuffers, value, links, p256, quirks);
    }

    /** With room for so many connections, 1..32. */
    public ControllerOptions links(int value) {
        return new ControllerOptions(
                flavour, dualMode, address, aclLength, aclPackets, sharedBuffers, advertisingSets, value, p256, quirks);
    }

    /** With the P-256 and DHKey commands, or not. */
    public ControllerOptions p256(boolean value) {
        return new ControllerOptions(
                flavour, dualMode, address, aclLength, aclPackets, sharedBuffers, advertisingSets, links, value, quirks);
    }

    /** With one more way to differ from the specification. */
    public ControllerOptions quirk(Quirk quirk) {
        var all = EnumSet.of(quirk);
        all.addAll(quirks);
        return new ControllerOptions(
                flavour, dualMode, address, aclLength, aclPackets, sharedBuffers, advertisingSets, links, p256, all);
    }

    /** Whether it differs in this way. */
    public boolean has(Quirk quirk) {
        return quirks.contains(quirk);
    }
}
