package org.everbond.agent.internal;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.everbond.crypto.DeviceAddress;
import org.everbond.security.IoCapability;
import org.everbond.security.OobData;

/** The checked configuration of a headless agent; messages about it repeat no secret. */
record AgentSettings(
        List<String> adapters,
        List<DeviceAddress> peers,
        int ranking,
        Optional<Secret> passkey,
        Optional<Secret> oob,
        boolean numbers,
        boolean justWorks,
        boolean authorize,
        boolean replace,
        IoCapability io) {
    private static final TreeSet<String> KNOWN = new TreeSet<>(Arrays.stream(AgentConfiguration.class.getDeclaredMethods())
            .map(method -> method.getName().replace('_', '.'))
            .toList());
    /** What the gateway puts in the place of a file that it cannot read. */
    private static final String UNREADABLE = ".unreadable";
    private static final List<String> NOT_OURS = List.of("service", "component", "felix", "org", "osgi");

    /**
     * @param dataFolder in which relative paths begin
     * @throws IllegalArgumentException with one sentence for people
     */
    static AgentSettings of(Map<String, ?> properties, Path dataFolder) {
        var unreadable = text(properties, UNREADABLE);
        if (!unreadable.isEmpty()) {
            throw new IllegalArgumentException("it cannot be read (" + unreadable + "); mend the file");
        }
        var adapters = list(properties, "adapter");
        var peers = list(properties, "peer").stream().map(AgentSettings::address).toList();
        var passkey = Secret.configured("passkey", passkeyText(properties), path(properties, "passkey.file", dataFolder));
        var oob = Secret.configured("oob", text(properties, "oob"), path(properties, "oob.file", dataFolder));
        boolean numbers = accepts(properties, "number", "refuse");
        var settings = new AgentSettings(
                adapters,
                peers,
                ranking(text(properties, "ranking"), peers.isEmpty() ? 0 : 1),
                passkey,
                oob,
                numbers,
                accepts(properties, "justWorks", "refuse"),
                accepts(properties, "authorize", "accept"),
                accepts(properties, "replace", "refuse"),
                io(text(properties, "io"), passkey.isPresent(), numbers));
        // What is in the configuration itself is judged now; files may come and change.
        passkey.filter(secret -> path(properties, "passkey.file", dataFolder).isEmpty()).ifPresent(AgentSettings::passkey);
        oob.filter(secret -> path(properties, "oob.file", dataFolder).isEmpty()).ifPresent(AgentSettings::oobData);
        return settings;
    }

    /** Properties that nobody reads, most likely misspelt. */
    static List<String> unknown(Map<String, ?> properties) {
        return properties.keySet().stream()
                .filter(key -> !KNOWN.contains(key) && !key.startsWith(".") && !NOT_OURS.contains(key.split("\\.", 2)[0]))
                .sorted()
                .toList();
    }

    static List<String> known() {
        return List.copyOf(KNOWN);
    }

    /** @throws IllegalArgumentException when it is none, with one sentence that does not repeat it */
    static int passkey(Secret secret) {
        var text = secret.read();
        if (!text.matches("[0-9]{6}")) {
            throw new IllegalArgumentException(secret.place() + " holds no passkey; write six digits, 000000 to 999999");
        }
        return Integer.parseInt(text);
    }

    /** Likewise. */
    static OobData oobData(Secret secret) {
        try {
            return OobData.parse(secret.read());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(secret.place() + ": " + e.getMessage());
        }
    }

    private static String text(Map<String, ?> properties, String key) {
        var value = properties.get(key);
        return value == null ? "" : value.toString().trim();
    }

    private static String passkeyText(Map<String, ?> properties) {
        return properties.get("passkey") instanceof Integer number ? String.format("%06d", number) : text(properties, "passkey");
    }

    private static List<String> list(Map<String, ?> properties, String key) {
        return Arrays.stream(text(properties, key).split(",")).map(String::trim).filter(text -> !text.isEmpty()).toList();
    }

    private static DeviceAddress address(String text) {
        try {
            return DeviceAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("peer=" + text + ": " + e.getMessage());
        }
    }

    private static Optional<Path> path(Map<String, ?> properties, String key, Path dataFolder) {
        var text = text(properties, key);
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(dataFolder.resolve(text));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(key + "=" + text + " is no path; write the name of a file");
        }
    }

    private static int ranking(String text, int otherwise) {
        try {
            int ranking = text.isEmpty() ? otherwise : Integer.parseInt(text);
            if (ranking >= -1000 && ranking <= 1000) {
                return ranking;
            }
        } catch (NumberFormatException e) {
            // answered below
        }
        throw new IllegalArgumentException("ranking=" + text + " is out of range; use -1000..1000");
    }

    private static boolean accepts(Map<String, ?> properties, String key, String otherwise) {
        var text = text(properties, key).isEmpty() ? otherwise : text(properties, key);
        if (!text.equals("accept") && !text.equals("refuse")) {
            throw new IllegalArgumentException(key + "=" + text + " is not known; use refuse or accept");
        }
        return text.equals("accept");
    }

    private static IoCapability io(String text, boolean passkey, boolean numbers) {
        if (text.isEmpty()) {
            return passkey
                    ? numbers ? IoCapability.KEYBOARD_DISPLAY : IoCapability.KEYBOARD_ONLY
                    : numbers ? IoCapability.DISPLAY_YES_NO : IoCapability.NO_INPUT_NO_OUTPUT;
        }
        return Arrays.stream(IoCapability.values())
                .filter(capability -> word(capability).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("io=" + text + " is not known; use one of "
                        + String.join(", ", Arrays.stream(IoCapability.values()).map(AgentSettings::word).toList())));
    }

    private static String word(IoCapability capability) {
        return capability.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
