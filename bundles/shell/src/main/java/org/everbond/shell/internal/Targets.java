package org.everbond.shell.internal;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.Link;
import org.everbond.adapter.LinkStatus;
import org.everbond.bonds.Bond;
import org.everbond.crypto.DeviceAddress;
import org.everbond.gatt.RemoteService;
import org.everbond.host.BluetoothUuid;

/** What people write to name a peer, a link, a bond or an attribute. */
final class Targets {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final Pattern BOND = Pattern.compile("(\\d{1,18})(?:@([0-9a-fA-F]{1,8}))?");
    private static final Pattern SHORT_UUID = Pattern.compile("[0-9a-fA-F]{4}");
    private static final Pattern HANDLE = Pattern.compile("0[xX]([0-9a-fA-F]{1,4})");

    private Targets() {}

    static boolean isBond(String text) {
        return BOND.matcher(text).matches();
    }

    /** The bond named {@code 7}, {@code 7@3f2a9c01} or by its identity address. */
    static Bond bond(Adapter adapter, String text) throws CommandException {
        var matcher = BOND.matcher(text);
        List<Bond> found;
        if (matcher.matches()) {
            long serial = Long.parseLong(matcher.group(1));
            var store = matcher.group(2) == null ? "" : matcher.group(2).toLowerCase(Locale.ROOT);
            found = adapter.bonds().stream()
                    .filter(bond -> bond.id().serial() == serial && bond.id().store().toString().startsWith(store))
                    .toList();
        } else {
            var identity = address(text);
            found = adapter.bonds().stream().filter(bond -> bond.identity().equals(identity)).toList();
        }
        if (found.isEmpty()) {
            throw new CommandException("adapter " + adapter.name() + " has no bond " + text + "; 'bonds' lists them");
        }
        if (found.size() > 1) {
            throw new CommandException(text + " may be any of " + found.stream().map(bond -> bond.id().toString()).toList() + "; write the id whole");
        }
        return found.get(0);
    }

    static DeviceAddress address(String text) throws CommandException {
        try {
            return DeviceAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandException(e.getMessage(), e);
        }
    }

    /** The link named by its number, the peer's address or its bond; without a name the only one. */
    static Link link(Adapter adapter, Optional<String> name) throws CommandException {
        var links = adapter.links().stream().filter(Link::isOpen).toList();
        if (links.isEmpty()) {
            throw new CommandException("adapter " + adapter.name() + " has no link; 'connect' makes one");
        }
        if (name.isEmpty()) {
            if (links.size() > 1) {
                throw new CommandException("there are several links; name one: " + links.stream().map(Link::id).toList());
            }
            return links.get(0);
        }
        var found = links.stream().filter(link -> names(name.get(), link.status())).toList();
        if (found.size() != 1) {
            throw new CommandException("no link is named " + name.get() + "; there are " + links.stream().map(Link::id).toList());
        }
        return found.get(0);
    }

    private static boolean names(String text, LinkStatus link) {
        if (NUMBER.matcher(text).matches()) {
            return Long.parseLong(text) == link.id();
        }
        return link.peer().toString().equalsIgnoreCase(text)
                || link.peer().text().equalsIgnoreCase(text)
                || link.peerOnAir().toString().equalsIgnoreCase(text)
                || link.bond().map(bond -> bond.id().toString().equalsIgnoreCase(text)).orElse(false);
    }

    /** The characteristic named by its UUID (whole or 16-bit, {@code 2a00}) or its value handle ({@code 0x000b}). */
    static RemoteService.Characteristic characteristic(List<RemoteService> services, String text) throws CommandException {
        var handle = HANDLE.matcher(text);
        var all = services.stream().flatMap(service -> service.characteristics().stream()).toList();
        List<RemoteService.Characteristic> found;
        if (handle.matches()) {
            int value = Integer.parseInt(handle.group(1), 16);
            found = all.stream().filter(c -> c.valueHandle() == value).toList();
        } else {
            var uuid = parsed(text).orElseThrow(() ->
                    new CommandException("'" + text + "' is neither a UUID (whole, or 16-bit such as 2a00) nor a handle (such as 0x000b)"));
            found = all.stream().filter(c -> c.uuid().equals(uuid)).toList();
        }
        if (found.isEmpty()) {
            throw new CommandException("the peer has no characteristic " + text + "; 'services' lists them");
        }
        if (found.size() > 1) {
            throw new CommandException("the peer has several characteristics " + text + "; name one by its handle: "
                    + found.stream().map(c -> Words.handle(c.valueHandle())).toList());
        }
        return found.get(0);
    }

    /** A value handle, where the services of the peer are not known. */
    static int valueHandle(String text) throws CommandException {
        var handle = HANDLE.matcher(text);
        if (!handle.matches()) {
            throw new CommandException("'" + text + "' is no value handle such as 0x0012, and a signed write looks nothing up;"
                    + " 'services' shows the handles");
        }
        return Integer.parseInt(handle.group(1), 16);
    }

    static UUID uuid(String text) throws CommandException {
        return parsed(text).orElseThrow(() -> new CommandException("'" + text + "' is no UUID; write it whole, or 16-bit such as 180f"));
    }

    private static Optional<UUID> parsed(String text) {
        if (SHORT_UUID.matcher(text).matches()) {
            return Optional.of(BluetoothUuid.of(Integer.parseInt(text, 16)));
        }
        try {
            return text.length() == 36 ? Optional.of(UUID.fromString(text)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
