package org.everbond.shell.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.everbond.crypto.DeviceAddress;
import org.everbond.security.IoCapability;
import org.everbond.security.OobData;
import org.everbond.security.PairingPeer;

/**
 * How the shell answers for the user.
 *
 * @param io what the user can do, if it was said
 * @param passkey to give whenever one is asked for; secret
 * @param number what to say whenever two numbers are to be compared
 * @param oob data of peers that came out of band; secret
 */
record Instructions(Mode mode, Optional<IoCapability> io, Optional<Integer> passkey, Optional<Boolean> number, List<OobData> oob) {
    /** What to do with a question that no standing instruction answers. */
    enum Mode {
        /** No agent: the adapter's policy decides. */
        OFF,
        /** Say yes to what needs no look at the other device; ask for the rest. */
        ACCEPT,
        REFUSE,
        /** By an event; the answer is {@code agent yes}, {@code agent no} or {@code agent passkey}. */
        ASK
    }

    static final Instructions NONE = new Instructions(Mode.OFF, Optional.empty(), Optional.empty(), Optional.empty(), List.of());

    Instructions with(Mode wanted) {
        return new Instructions(wanted, io, passkey, number, oob);
    }

    Instructions withIo(Optional<IoCapability> wanted) {
        return new Instructions(mode, wanted, passkey, number, oob);
    }

    Instructions withPasskey(Optional<Integer> wanted) {
        return new Instructions(mode, io, wanted, number, oob);
    }

    Instructions withNumber(Optional<Boolean> wanted) {
        return new Instructions(mode, io, passkey, wanted, oob);
    }

    Instructions withoutOob() {
        return new Instructions(mode, io, passkey, number, List.of());
    }

    /** The newest data of a peer comes first. */
    Instructions withOob(OobData data) {
        var all = new ArrayList<OobData>();
        all.add(data);
        oob.stream().filter(other -> !other.address().equals(data.address())).forEach(all::add);
        return new Instructions(mode, io, passkey, number, List.copyOf(all));
    }

    /** What was said; else what the standing instructions can answer. */
    IoCapability ioCapability() {
        return io.orElseGet(() -> passkey.isPresent()
                ? number.isPresent() ? IoCapability.KEYBOARD_DISPLAY : IoCapability.KEYBOARD_ONLY
                : number.isPresent() ? IoCapability.DISPLAY_YES_NO : IoCapability.NO_INPUT_NO_OUTPUT);
    }

    /** The data of this peer, or some that does not say whose it is. */
    Optional<OobData> oobOf(PairingPeer peer) {
        return oob.stream()
                .filter(data -> data.address().filter(address -> isAddressOf(peer, address)).isPresent())
                .findFirst()
                .or(() -> oob.stream().filter(data -> data.address().isEmpty()).findFirst());
    }

    private static boolean isAddressOf(PairingPeer peer, DeviceAddress address) {
        return address.equals(peer.address()) || peer.bond().filter(bond -> bond.identity().equals(address)).isPresent();
    }

    /** Without the secrets. */
    Json object() {
        return Json.object()
                .put("agent", Words.word(mode))
                .put("io", Words.word(ioCapability()))
                .put("passkey", passkey.isPresent())
                .put("number", number.map(yes -> yes ? "yes" : "no"))
                .put("oob", oob.size());
    }

    String text() {
        return "agent " + Words.word(mode) + ", " + Words.word(ioCapability())
                + (passkey.isPresent() ? ", a standing passkey" : "")
                + number.map(yes -> ", numbers are " + (yes ? "confirmed unseen" : "refused")).orElse("")
                + (oob.isEmpty() ? "" : ", out of band data of " + (oob.size() == 1 ? "1 peer" : oob.size() + " peers"));
    }

    @Override
    public String toString() {
        return text();
    }
}
