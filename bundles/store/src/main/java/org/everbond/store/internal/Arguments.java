package org.everbond.store.internal;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.everbond.bonds.keys.BondImport;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.sealed.SealedStore;

/**
 * The command line behind {@code store}.
 *
 * @param file the store that is looked at
 * @param kind what it is, as far as told
 * @param to where it is converted to; null for other commands
 * @param target what that becomes
 * @param keys whether keys are shown
 * @param force whether {@code to} may exist
 * @param dryRun whether an import is told and not done
 * @param importing what is done with the bonds that are imported
 */
public record Arguments(
        Command command, Path file, Kind kind, Path to, Kind target, boolean keys, boolean json, boolean force,
        boolean dryRun, BondImport.Options importing) {
    /** What is to be done. */
    public enum Command {
        LIST,
        CHECK,
        CONVERT,
        SEAL,
        UNSEAL,
        IMPORT,
        COMPACT,
        HELP
    }

    /**
     * What was told of a file.
     *
     * @param format empty to recognise it
     * @param options of its backend
     * @param key with which it is sealed; empty for a store in clear, or to see the outside only
     */
    public record Kind(Optional<Format> format, Map<String, String> options, Optional<SealedStore> key) {
        /** The same without a key. */
        Kind inClear() {
            return new Kind(format, options, Optional.empty());
        }
    }

    public static final String HELP =
            """
            Looks at a store of bonds, or makes another one of it, without a gateway.

              java -jar everbond.jar store FILE                lists what is in it
              java -jar everbond.jar store check FILE          0 clean, 1 damaged, 2 not usable; a sentence for each finding
              java -jar everbond.jar store convert FROM TO --format file|nvs|flash
                                                               writes everything to another file
              java -jar everbond.jar store seal FROM TO        the same, encrypted with a key; unseal FROM TO: in clear again
              java -jar everbond.jar store import FROM INTO    adds the bonds of one store to another one, in one transaction
              java -jar everbond.jar store compact FILE        leaves out what is deleted or replaced

              --json          one JSON object in each line
              --keys          shows values and keys, too
              --format F      what the file is (convert: what TO becomes): file, nvs or flash. Files and NVS partitions are
                              recognised, flash images do not describe themselves:
              --mode M          flash: overwrite (the default), write-once or delete-field
              --alignment N     flash: 1 (the default), 2, 4, 8 or 16
              --bank-size N     flash: octets of one bank, the default is half of the image, 65536 for a new one
              --size N          nvs: octets of a new partition, such as 24K (the default) or 64K
              --from-format, --from-mode, --from-alignment, --from-bank-size
                              convert, seal, unseal, import: the same for FROM
              --dry-run       import: tells what would come of it and writes nothing
              --replace       import: takes the bond of FROM where INTO has one with the same identity address, which stays otherwise
              --allow-weaker  import --replace: also where the bond of FROM is weaker than the one of INTO, which stays otherwise
              --identity I    import: keep INTO's identity or take FROM's, where the two differ and both have bonds
              --from-address A  import: the address on air that FROM's bonds know the gateway by, where FROM does not say
              --database-hash H  import: of the attribute table that BTstack's subscriptions belong to, where FROM does not say
              --force         convert, seal, unseal: TO may exist and is written over
              --keystore K    the key of a sealed store: a PKCS #12 file, with its password in the first line of a file or in a variable
              --password-file P   of the environment
              --password-env V
              --alias A       which key in it, the default is everbond

            Listing and checking change nothing, not even damage, also while a gateway uses the store. Exit status of the other
            commands: 0 done, 1 not done and nothing changed, 2 not usable or wrong command.
            """;

    private static final Set<String> VALUED = Set.of("--format", "--mode", "--alignment", "--bank-size", "--size",
            "--from-format", "--from-mode", "--from-alignment", "--from-bank-size",
            "--keystore", "--password-file", "--password-env", "--alias", "--identity", "--from-address",
            "--database-hash");

    /** @throws ToolException naming the argument that is wrong, and the cure */
    public static Arguments parse(List<String> arguments) throws ToolException {
        var flags = new ArrayList<String>();
        var values = new HashMap<String, String>();
        var words = new ArrayDeque<String>();
        var rest = new ArrayDeque<>(arguments);
        while (!rest.isEmpty()) {
            var argument = rest.pop();
            if (VALUED.contains(argument)) {
                if (rest.isEmpty()) {
                    throw wrong(argument + " needs a value behind it");
                }
                values.put(argument, rest.pop());
            } else if (Set.of("--json", "--keys", "--force", "--replace", "--allow-weaker", "--dry-run", "--help", "-h", "-v", "--verbose").contains(argument)) {
                flags.add(argument);
            } else if (argument.startsWith("-")) {
                throw wrong("unknown option '" + argument + "'");
            } else {
                words.add(argument);
            }
        }
        if (flags.contains("--help") || flags.contains("-h") || words.isEmpty()) {
            if (words.isEmpty() && !flags.contains("--help") && !flags.contains("-h")) {
                throw wrong("store needs a file behind it, as in store data/bonds.tlv");
            }
            return new Arguments(Command.HELP, null, null, null, null, false, false, false, false, null);
        }
        return parse(command(words), words, values, flags);
    }

    private static Command command(ArrayDeque<String> words) {
        var command = switch (words.peek()) {
            case "check" -> Command.CHECK;
            case "convert" -> Command.CONVERT;
            case "seal" -> Command.SEAL;
            case "unseal" -> Command.UNSEAL;
            case "import" -> Command.IMPORT;
            case "compact" -> Command.COMPACT;
            default -> Command.LIST;
        };
        if (command != Command.LIST) {
            words.pop();
        }
        return command;
    }

    private static Arguments parse(Command command, ArrayDeque<String> words, Map<String, String> values, List<String> flags)
            throws ToolException {
        boolean importing = command == Command.IMPORT;
        boolean convert = importing || Set.of(Command.CONVERT, Command.SEAL, Command.UNSEAL).contains(command);
        if (words.size() != (convert ? 2 : 1)) {
            var name = command.name().toLowerCase(Locale.ROOT);
            throw wrong(convert
                    ? name + " needs two files behind it, FROM and " + (importing ? "INTO" : "TO")
                    : command == Command.LIST
                            ? "store takes one file, or a command and its files, but '" + words.peek() + "' is no command"
                            : "store " + name + " takes one file, not " + words.size());
        }
        if (flags.contains("--force") && (importing || !convert)) {
            throw wrong("--force belongs to convert, seal and unseal");
        }
        boolean importsOnly = flags.contains("--replace") || flags.contains("--dry-run") || values.containsKey("--identity")
                || values.containsKey("--from-address") || values.containsKey("--database-hash");
        if (!importing && importsOnly) {
            throw wrong("--replace, --dry-run, --identity, --from-address and --database-hash belong to import");
        }
        if (flags.contains("--allow-weaker") && !flags.contains("--replace")) {
            throw wrong("--allow-weaker belongs to import --replace");
        }
        if (flags.contains("--keys") && command != Command.LIST && !importing) {
            throw wrong("--keys belongs to listing, as in store FILE --keys, and to import");
        }
        var file = path(words.pop());
        var to = convert ? path(words.pop()) : null;
        var key = key(values);
        if (key.isEmpty() && (command == Command.SEAL || command == Command.UNSEAL)) {
            throw wrong(command.name().toLowerCase(Locale.ROOT) + " needs the key: --keystore FILE, and --password-file FILE or "
                    + "--password-env VARIABLE");
        }
        var named = kind("--", values, command == Command.UNSEAL ? Optional.empty() : key);
        var from = kind("--from-", values, command == Command.SEAL ? Optional.empty() : key);
        if (!convert && values.keySet().stream().anyMatch(option -> option.startsWith("--from-"))) {
            throw wrong("--from-... belong to convert, seal, unseal and import; write --format and so on");
        }
        if (command == Command.CONVERT && named.format().isEmpty()) {
            throw wrong("convert needs the format of TO: --format file, --format nvs or --format flash");
        }
        if (!convert && values.containsKey("--size")) {
            throw wrong("--size belongs to convert and import with --format nvs");
        }
        return new Arguments(command, file, convert ? from : named, to, convert ? named : null,
                flags.contains("--keys"), flags.contains("--json"), flags.contains("--force"),
                flags.contains("--dry-run"),
                new BondImport.Options(
                        flags.contains("--replace"), flags.contains("--allow-weaker"), identity(values.get("--identity")),
                        address(values.get("--from-address")), hash(values.get("--database-hash")), 0));
    }

    private static BondImport.Identity identity(String word) throws ToolException {
        return switch (word == null ? "" : word) {
            case "" -> BondImport.Identity.ASK;
            case "keep" -> BondImport.Identity.KEEP;
            case "take" -> BondImport.Identity.TAKE;
            default -> throw wrong("--identity is '" + word + "'; choose keep or take");
        };
    }

    private static Optional<DeviceAddress> address(String text) throws ToolException {
        try {
            var address = text == null ? null : DeviceAddress.parse(text);
            if (address != null && !address.isIdentity()) {
                throw wrong("--from-address " + address + " is neither a public nor a static random address");
            }
            return Optional.ofNullable(address);
        } catch (IllegalArgumentException e) {
            throw wrong("--from-address: " + e.getMessage());
        }
    }

    private static Optional<byte[]> hash(String hex) throws ToolException {
        if (hex == null) {
            return Optional.empty();
        }
        if (!hex.matches("[0-9a-fA-F]{32}")) {
            throw wrong("--database-hash is '" + hex + "', but a hash has 32 hex digits, as the gateway's characteristic 2b2a shows it");
        }
        return Optional.of(HexFormat.of().parseHex(hex));
    }

    private static Optional<SealedStore> key(Map<String, String> values) throws ToolException {
        var keystore = values.get("--keystore");
        var file = values.get("--password-file");
        var variable = values.get("--password-env");
        if (keystore == null) {
            if (file != null || variable != null || values.containsKey("--alias")) {
                throw wrong("--password-file, --password-env and --alias belong to --keystore");
            }
            return Optional.empty();
        }
        if ((file == null) == (variable == null)) {
            throw wrong("--keystore needs its password, by either --password-file or --password-env");
        }
        var whence = file != null ? new SealedStore.Whence.InFile(path(file)) : new SealedStore.Whence.InVariable(variable);
        return Optional.of(new SealedStore(path(keystore), whence, values.getOrDefault("--alias", SealedStore.ALIAS)));
    }

    private static Kind kind(String prefix, Map<String, String> values, Optional<SealedStore> key) throws ToolException {
        var name = values.get(prefix + "format");
        var format = name == null ? Optional.<Format>empty() : Optional.of(Format.of(name));
        var options = new HashMap<String, String>();
        for (var known : Format.values()) {
            for (var option : known.options) {
                var value = values.get(prefix + option);
                if (value != null && format.filter(known::equals).isEmpty()) {
                    throw wrong(prefix + option + " belongs to " + prefix + "format " + known);
                }
                if (value != null) {
                    options.put(option, value);
                }
            }
        }
        return new Kind(format, Map.copyOf(options), key);
    }

    private static Path path(String text) throws ToolException {
        try {
            return Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new ToolException(ToolException.UNUSABLE, "'" + text + "' is not a path here: " + e.getReason(), e);
        }
    }

    private static ToolException wrong(String sentence) {
        return new ToolException(ToolException.UNUSABLE, sentence + "; store --help lists the commands");
    }
}
