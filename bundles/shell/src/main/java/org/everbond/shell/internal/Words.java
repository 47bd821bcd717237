package org.everbond.shell.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.everbond.adapter.AdapterStatus;
import org.everbond.adapter.LinkStatus;
import org.everbond.adapter.PrivacyStatus;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.ClassicBond;
import org.everbond.bonds.LinkKeyType;
import org.everbond.gatt.Property;
import org.everbond.host.BluetoothUuid;

/** How things are named: as members of JSON objects, and in words for people. Keys have no name here. */
final class Words {
    private Words() {}

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@code SC Just Works, level 2, key size 16}. */
    static String security(BondSecurity security) {
        var method =
                switch (security.method()) {
                    case JUST_WORKS -> "Just Works";
                    case NUMERIC_COMPARISON -> "Numeric Comparison";
                    case PASSKEY_ENTRY -> "Passkey Entry";
                    case OUT_OF_BAND -> "Out of Band";
                    case UNKNOWN -> "unknown method";
                };
        boolean countsNoMore = security.method() == PairingMethod.PASSKEY_ENTRY && !security.authenticated();
        return (security.secureConnections() ? "SC " : "legacy (weak) ") + method + ", level " + security.level().number()
                + (countsNoMore ? " (counts as not authenticated today)" : "") + ", key size " + security.keySize();
    }

    static String security(Optional<BondSecurity> security) {
        return security.map(Words::security).orElse("not encrypted");
    }

    static Json securityObject(BondSecurity security) {
        return Json.object()
                .put("level", security.level().number())
                .put("method", word(security.method()))
                .put("secureConnections", security.secureConnections())
                .put("authenticated", security.authenticated())
                .put("keySize", security.keySize());
    }

    static Json bond(Bond bond) {
        return Json.object()
                .put("bond", bond.id())
                .put("store", bond.id().store())
                .put("identity", bond.identity())
                .put("name", bond.name())
                .putAll(securityObject(bond.security()))
                .put("resolvable", bond.resolvable())
                .put("pinned", bond.pinned())
                .put("privacyMode", bond.privacyMode().map(Words::word))
                .put("createdAt", bond.createdAt());
    }

    /** @param done what was done before, or empty */
    static Json privacy(PrivacyStatus status, String adapter, String done) {
        return Json.object()
                .put("adapter", adapter)
                .put("done", done.isEmpty() ? null : done)
                .put("privateAddresses", status.privateAddresses())
                .put("onAir", status.onAir())
                .put("lifetimeMs", status.lifetime().toMillis())
                .put("mode", word(status.mode()))
                .put("resolvable", status.resolvable())
                .put("resolvedByController", status.resolvedByController())
                .put("withFormerIrk", status.withFormerIrk().stream()
                        .map(bond -> Json.object().put("bond", bond.id()).put("peer", bond.identity()))
                        .toList());
    }

    static Json classic(ClassicBond bond) {
        return Json.object()
                .put("address", bond.address().text())
                .put("type", word(bond.type()))
                .put("secureConnections", bond.type().secureConnections())
                .put("authenticated", bond.type().authenticated());
    }

    /** {@code SC authenticated, P-256}. */
    static String linkKey(LinkKeyType type) {
        return switch (type) {
            case UNAUTHENTICATED_P192 -> "unauthenticated, P-192";
            case AUTHENTICATED_P192 -> "authenticated, P-192";
            case UNAUTHENTICATED_P256 -> "SC unauthenticated, P-256";
            case AUTHENTICATED_P256 -> "SC authenticated, P-256";
            case DEBUG -> "debug: protects nothing";
            case COMBINATION -> "combination (PIN)";
            case LOCAL_UNIT -> "local unit";
            case REMOTE_UNIT -> "remote unit";
            case CHANGED -> "changed on a connection";
        };
    }

    static Json link(String adapter, LinkStatus link) {
        return Json.object()
                .put("adapter", adapter)
                .put("link", link.id())
                .put("role", word(link.role()))
                .put("peer", link.peer())
                .put("peerOnAir", link.peerOnAir())
                .put("ownOnAir", link.ownOnAir())
                .put("bond", link.bond().map(Bond::id))
                .put("encrypted", link.security().isPresent())
                .put("security", link.security().map(Words::securityObject))
                .put("intervalMs", link.parameters().interval() * 1.25)
                .put("latency", link.parameters().latency())
                .put("supervisionMs", link.parameters().supervisionTimeout() * 10);
    }

    /** {@code link 1 to C0:FF:EE:00:00:01/random (bond 7@3f2a9c01)}. */
    static String link(LinkStatus link) {
        return "link " + link.id() + " to " + link.peer()
                + link.bond().map(bond -> " (bond " + bond.id() + ")").orElse("");
    }

    static Json status(AdapterStatus status) {
        return Json.object()
                .put("adapter", status.name())
                .put("state", word(status.state()))
                .put("reason", status.reason())
                .put("transport", status.transport())
                .put("store", status.store())
                .put("storeState", word(status.storeState()))
                .put("identity", status.identity())
                .put("controller", status.controller().map(controller -> Json.object()
                        .put("address", controller.publicAddress())
                        .put("hciVersion", controller.hciVersion())
                        .put("manufacturer", controller.manufacturer())
                        .put("extendedAdvertising", controller.extendedAdvertising())
                        .put("aclLength", controller.aclLength())
                        .put("aclCount", controller.aclCount())))
                .put("advertising", status.advertising())
                .put("scanning", status.scanning())
                .put("bondable", status.bondable())
                .put("weaknesses", status.weaknesses())
                .put("links", status.links())
                .put("bonds", status.bonds());
    }

    static Json store(AdapterStatus status) {
        var backend = status.backend();
        return Json.object()
                .put("adapter", status.name())
                .put("store", status.store())
                .put("state", word(status.storeState()))
                .put("reason", status.storeReason())
                .put("kind", backend.kind())
                .put("resource", backend.resource())
                .put("durable", backend.durable())
                .put("atomicBatch", backend.atomicBatch())
                .put("maxTags", limit(backend.maxTags()))
                .put("maxOctets", limit(backend.maxOctets()))
                .put("notices", status.notices())
                .put("bonds", status.bonds());
    }

    /** @return null for as good as none */
    private static Long limit(long value) {
        return value == Long.MAX_VALUE ? null : value;
    }

    /** 16-bit UUIDs in their short form. */
    static String uuid(UUID uuid) {
        return BluetoothUuid.is16(uuid) ? uuid.toString().substring(4, 8) : uuid.toString();
    }

    static String handle(int handle) {
        return String.format("0x%04x", handle);
    }

    static String properties(Set<Property> properties) {
        return new TreeSet<>(properties).stream().map(Words::word).collect(Collectors.joining(","));
    }

    static String hex(byte[] value) {
        return HexFormat.of().formatHex(value);
    }

    /** The value as text, if it is printable UTF-8. */
    static Optional<String> text(byte[] value) {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
            return text.isEmpty() || !Table.printable(text).equals(text) ? Optional.empty() : Optional.of(text);
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    static String value(byte[] value) {
        return text(value).map(text -> "'" + text + "' (" + hex(value) + ")").orElse(hex(value));
    }

    /** {@code 500 ms}, {@code 10 s}. */
    static String time(Duration time) {
        long ms = time.toMillis();
        if (ms < 1000) {
            return ms + " ms";
        }
        return ms % 1000 == 0 ? ms / 1000 + " s" : ms / 1000.0 + " s";
    }
}
