package org.everbond.adapter.internal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.everbond.crypto.DeviceAddress;
import org.everbond.security.SecurityOptions;
import org.everbond.tlv.TlvStoreOwner;

/**
 * The checked configuration of an adapter. Every value is checked here, so that a wrong one gives one sentence that names it and
 * what is allowed.
 */
record Settings(
        String name,
        Locator transport,
        Locator store,
        Duration storeWait,
        TlvStoreOwner.Trace storeTrace,
        int slots,
        int linkKeySlots,
        int entrySize,
        int capacity,
        Bondable bondable,
        SecurityOptions security,
        Optional<DeviceAddress> identity,
        Optional<DeviceAddress> pinnedController,
        String controllerSetup,
        String deviceName,
        int appearance,
        String trace,
        boolean traceKeys) {
    private static final Set<String> KNOWN = new TreeSet<>(Arrays.stream(AdapterConfiguration.class.getDeclaredMethods())
            .map(method -> method.getName().replace('_', '.'))
            .toList());
    /** Stands alone in the configuration of a file that the gateway cannot read, and says why. */
    private static final String UNREADABLE = ".unreadable";
    private static final Set<String> NOT_OURS = Set.of("service", "component", "felix", "org", "osgi");

    /** @throws IllegalArgumentException with one sentence for people */
    static Settings of(Map<String, ?> properties) {
        var in = new Reader(properties);
        String unreadable = in.text(UNREADABLE, "");
        if (!unreadable.isEmpty()) {
            throw new IllegalArgumentException("it cannot be read (" + unreadable + "); mend the file");
        }
        String name = nameOf(properties);
        if (!name.matches("[A-Za-z0-9_.-]{1,64}")) {
            throw new IllegalArgumentException(
                    "name=" + name + " is no adapter name; use 1 to 64 letters, digits, dots, dashes and underscores");
        }
        refuseMisspelt(properties);
        String transport = in.text("transport", "");
        if (transport.isEmpty()) {
            throw new IllegalArgumentException("adapter " + name
                    + " has no transport; set transport=serial:/dev/ttyUSB0, tcp:host:port, unix:path or virtual:air");
        }
        boolean wait = in.choice("store.absent", "wait", "wait", "refuse").equals("wait");
        String deviceName = in.text("device.name", "Everbond");
        if (deviceName.getBytes(StandardCharsets.UTF_8).length > 248) {
            throw new IllegalArgumentException("device.name is longer than 248 octets; shorten it");
        }
        return new Settings(
                name,
                Locator.parse("transport", transport),
                Locator.parse("store", in.text("store", "file:" + name + ".tlv")),
                Duration.ofSeconds(wait ? in.number("store.wait", 20, 0, 20) : 0),
                TlvStoreOwner.Trace.valueOf(
                        in.choice("store.trace", "off", "off", "on", "values").toUpperCase(Locale.ROOT)),
                in.number("btstack.slots", 16, 0, 256),
                in.number("btstack.linkKeys", 16, 1, 256),
                entrySize(in.choice("btstack.entrySize", "as-found", "as-found", "60", "100")),
                in.number("bond.capacity", 4096, 1, 100_000),
                Bondable.of(in),
                SecuritySettings.of(in),
                in.address("identity"),
                in.address("controller.pin"),
                in.text("controller.setup", ""),
                deviceName,
                in.number("device.appearance", 0, 0, 0xffff),
                in.text("trace", ""),
                in.flag("trace.keys", false));
    }

    /**
     * Whether going from the other settings to these needs a new stack; the rest is taken over while links are up.
     *
     * @param hasIdentity whether the stack was ever loaded; before, even the kind of store matters, since only one that is
     *     configured may be given an identity
     */
    boolean needsNewStack(Settings other, boolean hasIdentity) {
        return !hasIdentity && !store.scheme().equals(other.store.scheme())
                || !name.equals(other.name) || slots != other.slots || linkKeySlots != other.linkKeySlots || entrySize != other.entrySize || capacity != other.capacity
                || !identity.equals(other.identity);
    }

    /** What the link to the controller depends on: a change of it begins that anew. */
    List<Object> radio() {
        return List.of(transport, pinnedController, controllerSetup);
    }

    /** Properties that nobody reads, most likely misspelt. */
    static Set<String> unknown(Map<String, ?> properties) {
        var unknown = new TreeSet<String>();
        for (String key : properties.keySet()) {
            if (!KNOWN.contains(key) && !key.startsWith(".") && !NOT_OURS.contains(key.split("\\.", 2)[0])) {
                unknown.add(key);
            }
        }
        return unknown;
    }

    /** What was meant by a misspelt option may be safety, or where the keys are: its default instead could be the opposite. */
    private static void refuseMisspelt(Map<String, ?> properties) {
        for (String option : unknown(properties)) {
            Spelling.nearest(option, KNOWN).filter(meant -> !properties.containsKey(meant)).ifPresent(meant -> {
                throw new IllegalArgumentException(
                        "the option " + option + " is not known; did you mean " + meant + "? Write it so, or remove it");
            });
        }
    }

    /** What to do about an option that is not known. */
    static String cure(String unknown) {
        return Spelling.nearest(unknown, KNOWN)
                .map(known -> "did you mean " + known + "?")
                .orElse("remove it; known are " + String.join(", ", KNOWN));
    }

    /** The name of the adapter, also where it is wrong. */
    static String nameOf(Map<String, ?> properties) {
        return new Reader(properties).text("name", nameFrom(properties));
    }

    /** 0: as found. */
    private static int entrySize(String choice) {
        return choice.equals("as-found") ? 0 : Integer.parseInt(choice);
    }

    private static String nameFrom(Map<String, ?> properties) {
        String pid = String.valueOf(properties.get("service.pid"));
        int tilde = pid.lastIndexOf('~');
        return tilde < 0 ? "main" : pid.substring(tilde + 1);
    }

    /** Reads the properties, each with its default and its range. */
    record Reader(Map<String, ?> properties) {
        String text(String key, String otherwise) {
            Object value = properties.get(key);
            return value == null || value.toString().isBlank() ? otherwise : value.toString().trim();
        }

        int number(String key, int otherwise, int least, int most) {
            String text = text(key, Integer.toString(otherwise));
            try {
                int value = Integer.parseInt(text);
                if (value >= least && value <= most) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // answered below
            }
            throw new IllegalArgumentException(key + "=" + text + " is out of range; use " + least + ".." + most);
        }

        String choice(String key, String otherwise, String... allowed) {
            String text = text(key, otherwise);
            if (!Arrays.asList(allowed).contains(text)) {
                throw new IllegalArgumentException(key + "=" + text + " is not known; use " + String.join(" or ", allowed));
            }
            return text;
        }

        boolean flag(String key, boolean otherwise) {
            return choice(key, Boolean.toString(otherwise), "true", "false").equals("true");
        }

        Optional<DeviceAddress> address(String key) {
            String text = text(key, "");
            return text.isEmpty() ? Optional.empty() : Optional.of(parsed(key, DeviceAddress::parse, text));
        }

        /** Six digits, which no message repeats. */
        OptionalInt passkey(String key) {
            String text = properties.get(key) instanceof Integer value ? String.format("%06d", value) : text(key, "");
            if (!text.isEmpty() && !text.matches("[0-9]{6}")) {
                throw new IllegalArgumentException(key + " is no passkey; use six digits, 000000 to 999999");
            }
            return text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
        }

        private static <T> T parsed(String key, Function<String, T> parser, String text) {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(key + "=" + text + ": " + e.getMessage());
            }
        }
    }
}
