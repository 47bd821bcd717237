package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.tlv.TlvState;

/** How some stories end: a file is damaged while nobody looks. P4: what was in it is not destroyed, and told; P11: no peer hears that it is dead. */
final class Epilogue {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final SimulatedStory story;
    private final Random random;

    Epilogue(SimulatedStory story) {
        this.story = story;
        random = story.random;
    }

    void tell() {
        var ties = story.ledger.ties().stream().filter(tie -> tie.bonded).toList();
        if (ties.isEmpty() || random.nextInt(3) != 0) {
            return;
        }
        var tie = ties.get(random.nextInt(ties.size()));
        boolean turned = random.nextBoolean();
        var side = turned ? tie.other : tie.one;
        var gateway = side.gateway;
        var file = gateway.storeFile();
        if (gateway.disk().get(file) == null) {
            return;
        }
        gateway.kill();
        var damaged = damage(gateway, file);
        side.mayBeUnreadable();
        story.ledger.ties().forEach(each -> List.of(each.one, each.other).stream()
                .filter(other -> other.gateway == gateway)
                .forEach(Side::mayBeUnreadable));
        var irk = story.ledger.irkMayBeUnreadable(gateway);
        gateway.boot();
        story.run(SOON);
        if (gateway.bonds().ready() && !gateway.bonds().local().map(LocalKeys::irk).equals(irk)) {
            assertThat(gateway.adapter().status().notices()).as("P4: the IRK of %s is another one, and nobody is told", gateway).isNotEmpty();
        }
        boolean there = gateway.bonds().ready() && Version.of(gateway.bonds(), side.peer.identity().orElseThrow()).isPresent();
        nothingWasDestroyed(gateway, file, damaged, there);
        if (gateway.isUp()) {
            // The peer comes, with its key; what it hears is held against P11 at every packet.
            story.begin(() -> new Visit(story, side.peer, gateway).knock());
            story.until(story.people::isIdle, Duration.ofMinutes(10), "people do not come to an end");
            // Something is written, for which a damaged file must have been kept before.
            gateway.adapter().changeIrk();
            story.run(SOON);
            nothingWasDestroyed(gateway, file, damaged, there);
        }
        story.tally.count("damaged stores", there ? "read all the same" : "the bond set aside");
    }

    /** An octet changes; where zeros stand at the end, or more is changed there, somebody else may have written it. */
    private byte[] damage(SimulatedGateway gateway, Path file) {
        var octets = gateway.disk().get(file).clone();
        int at = random.nextInt(octets.length);
        octets[at] ^= 1 + random.nextInt(255);
        story.note("%s: octet %d of %s is damaged", gateway.name, at, file);
        gateway.disk().put(file, octets);
        return octets;
    }

    /** A bond that cannot be read any more is told of, and its octets are still somewhere. */
    private void nothingWasDestroyed(SimulatedGateway gateway, Path file, byte[] damaged, boolean readable) {
        if (readable) {
            return;
        }
        boolean kept = gateway.disk().names().stream()
                .filter(name -> name.equals(file) || name.toString().startsWith(file + ".damaged-"))
                .anyMatch(name -> Arrays.equals(gateway.disk().get(name), damaged));
        var status = gateway.adapter().status();
        if (!kept) {
            throw new AssertionError("P4: the damaged content of " + gateway.name + " is gone: " + gateway.disk().names() + " " + status);
        }
        if (status.notices().isEmpty() && status.storeState() == TlvState.READY) {
            throw new AssertionError("P4: nobody is told that the bond of " + gateway.name + " cannot be read: " + status);
        }
    }
}
