package org.everbond.shell.internal;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.everbond.adapter.AdapterEvent;
import org.everbond.bonds.Bond;
import org.everbond.security.Keypress;
import org.everbond.security.PairingPeer;

/**
 * Something that happened, ready to be shown.
 *
 * @param type the member {@code event} of the object
 * @param time of the system clock
 * @param object as JSON
 * @param text for people
 */
record Happening(String type, Instant time, Json object, String text) {
    static final List<String> TYPES = List.of("state", "store", "advertising", "connected", "recognised", "disconnected", "pairing",
            "pairing-question", "pairing-passkey", "pairing-keypress", "paired", "pairing-failed", "encryption", "bond-lost",
            "encryption-refused", "bond", "classic-bond", "notification");

    /** To the millisecond, and with the day: the last events may be of several. */
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT);

    private static Happening of(String type, String adapter, Json members, String text) {
        var now = Instant.now();
        return new Happening(
                type,
                now,
                Json.object().put("event", type).put("time", now).put("adapter", adapter).putAll(members),
                type + "  " + adapter + "  " + text);
    }

    /** An adapter whose configuration was removed, or whose bundle was stopped. */
    static Happening gone(String adapter) {
        var reason = "its configuration or its bundle is gone";
        return of("state", adapter, Json.object().put("state", "off").put("reason", reason), "off" + because(reason));
    }

    /** A value that a peer notified or indicated. */
    static Happening notification(String adapter, long link, String uuid, int handle, byte[] value) {
        return of("notification", adapter, Json.object()
                .put("link", link).put("uuid", uuid).put("handle", handle).put("value", Words.hex(value)).put("text", Words.text(value)),
                "link " + link + " " + uuid + " " + Words.value(value));
    }

    /**
     * A question of the agent that waits for an answer.
     *
     * @param question {@code authorize}, {@code just-works}, {@code number} or {@code passkey}
     * @param number to be compared
     */
    static Happening question(PairingPeer peer, String question, OptionalInt number) {
        var digits = number.isPresent() ? digits(number.getAsInt()) : null;
        var replacing = peer.bond().map(bond -> ", replacing bond " + bond.id()).orElse("");
        var text =
                switch (question) {
                    case "authorize" -> "may " + peer.address() + " pair" + replacing + "? 'agent yes' or 'agent no'";
                    case "number" -> "does " + peer.address() + " show " + digits + replacing + "? 'agent yes' or 'agent no'";
                    case "passkey" -> "which passkey does " + peer.address() + " show" + replacing + "? 'agent passkey 123456' or 'agent no'";
                    default -> "pair with " + peer.address() + " without protection against a man in the middle" + replacing
                            + "? 'agent yes' or 'agent no'";
                };
        return of("pairing-question", peer.adapter(),
                of(peer).put("replaces", peer.bond().map(Bond::id)).put("question", question).put("number", digits), text);
    }

    /** A passkey to be typed at the peer. */
    static Happening passkey(PairingPeer peer, int passkey) {
        return of("pairing-passkey", peer.adapter(), of(peer).put("passkey", digits(passkey)),
                "type " + digits(passkey) + " at " + peer.address());
    }

    /** A key typed at the peer. */
    static Happening keypress(PairingPeer peer, Keypress keypress) {
        return of("pairing-keypress", peer.adapter(), of(peer).put("key", Words.word(keypress)),
                peer.address() + ": " + Words.word(keypress));
    }

    private static Json of(PairingPeer peer) {
        return Json.object().put("link", peer.link()).put("peer", peer.address());
    }

    private static String digits(int number) {
        return String.format("%06d", number);
    }

    /** For people who want to know when it was, by their own clock. */
    String line() {
        return LOCAL.format(time.atZone(ZoneId.systemDefault())) + "  " + text;
    }

    /** Whether it is something that the user of a pairing has to see. */
    boolean isForTheUser() {
        return type.startsWith("pairing-q") || type.startsWith("pairing-pass") || type.startsWith("pairing-k");
    }

    static Happening of(AdapterEvent event) {
        // Java 17 has no pattern switch; the order is that of AdapterEvent.
        if (event instanceof AdapterEvent.StateChanged e) {
            return of("state", e.adapter(), Json.object().put("state", Words.word(e.state())).put("reason", e.reason()),
                    Words.word(e.state()) + because(e.reason()));
        }
        if (event instanceof AdapterEvent.StoreChanged e) {
            return of("store", e.adapter(),
                    Json.object().put("state", Words.word(e.state())).put("generation", e.generation()).put("reason", e.reason()),
                    Words.word(e.state()) + because(e.reason()));
        }
        if (event instanceof AdapterEvent.AdvertisingChanged e) {
            return of("advertising", e.adapter(), Json.object().put("on", e.on()), e.on() ? "on" : "off");
        }
        if (event instanceof AdapterEvent.Connected e) {
            return of("connected", e.adapter(), Words.link(e.adapter(), e.link()), Words.link(e.link()) + ", we are " + Words.word(e.link().role()));
        }
        if (event instanceof AdapterEvent.PeerRecognised e) {
            return of("recognised", e.adapter(), Words.link(e.adapter(), e.link()), Words.link(e.link()) + ", heard as " + e.link().peerOnAir());
        }
        if (event instanceof AdapterEvent.Disconnected e) {
            return of("disconnected", e.adapter(),
                    Json.object().put("link", e.link().id()).put("peer", e.link().peer()).put("reason", e.reason()).put("explanation", e.explanation()),
                    Words.link(e.link()) + because(e.explanation()));
        }
        return ofSecurity(event);
    }

    private static Happening ofSecurity(AdapterEvent event) {
        if (event instanceof AdapterEvent.PairingStarted e) {
            return of("pairing", e.adapter(), Json.object().put("link", e.link().id()).put("peer", e.link().peer()).put("initiator", e.initiator()),
                    Words.link(e.link()) + (e.initiator() ? ", started by us" : ", started by the peer"));
        }
        if (event instanceof AdapterEvent.Paired e) {
            return of("paired", e.adapter(), Json.object().put("link", e.link().id()).put("peer", e.link().peer()).putAll(PairingWords.object(e.result())),
                    Words.link(e.link()) + ": " + PairingWords.text(e.result()));
        }
        if (event instanceof AdapterEvent.PairingFailed e) {
            return of("pairing-failed", e.adapter(),
                    Json.object().put("link", e.link().id()).put("peer", e.link().peer()).put("reason", e.reason()).put("byPeer", e.byPeer())
                            .put("explanation", e.explanation()),
                    Words.link(e.link()) + because(e.explanation()));
        }
        if (event instanceof AdapterEvent.EncryptionChanged e) {
            return of("encryption", e.adapter(),
                    Json.object().put("link", e.link().id()).put("peer", e.link().peer()).put("bond", e.link().bond().map(Bond::id))
                            .put("encrypted", e.security().isPresent()).put("security", e.security().map(Words::securityObject)),
                    Words.link(e.link()) + ": " + Words.security(e.security()));
        }
        if (event instanceof AdapterEvent.BondLost e) {
            return of("bond-lost", e.adapter(),
                    Json.object().put("link", e.link().id()).put("peer", e.link().peer()).put("bond", e.bond().map(Bond::id)).put("cause", Words.word(e.cause()))
                            .put("explanation", e.explanation()),
                    e.bond().map(b -> b.id().toString()).orElseGet(() -> Words.link(e.link())) + because(e.explanation()));
        }
        if (event instanceof AdapterEvent.EncryptionRefused e) {
            return of("encryption-refused", e.adapter(),
                    Json.object().put("link", e.link().id()).put("peer", e.link().peer()).put("bond", e.bond().map(Bond::id))
                            .put("explanation", e.explanation()),
                    e.bond().map(b -> b.id().toString()).orElseGet(() -> Words.link(e.link())) + because(e.explanation()));
        }
        if (event instanceof AdapterEvent.ClassicBondChanged e) {
            var classic = Optional.ofNullable(e.event().bond());
            return of("classic-bond", e.adapter(),
                    Json.object().put("change", Words.word(e.event().kind())).putAll(classic.map(Words::classic).orElseGet(Json::object)),
                    Words.word(e.event().kind()) + classic.map(b -> " " + b.address().text() + ": " + Words.linkKey(b.type())).orElse(""));
        }
        var e = (AdapterEvent.BondChanged) event;
        var bond = Optional.ofNullable(e.event().bond());
        return of("bond", e.adapter(), Json.object().put("change", Words.word(e.event().kind())).putAll(bond.map(Words::bond).orElseGet(Json::object)),
                Words.word(e.event().kind()) + bond.map(b -> " " + b.id() + " with " + b.identity() + ": " + Words.security(b.security())).orElse(""));
    }

    private static String because(String reason) {
        return reason.isEmpty() ? "" : ": " + reason;
    }
}
