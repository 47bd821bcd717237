package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.Toolbox;
import org.everbond.faults.BtstackModel;

/**
 * BTstack on the files of gateways that are off: it opens them, deletes bonds, and pairs two of them anew. What it leaves is what counts
 * when they are on again.
 */
final class Btstack {
    private static final int LE_DEVICE_DB = 0x42544400;
    private static final int SLOTS = 16;
    private static final int ADDRESS = 8;
    private static final int PLAIN = 60;
    private static final int SIGNED = 100;

    private final SimulatedStory story;
    private final Random random;
    /** Of those that keep their bonds in a file that they share with it. */
    private final Map<SimulatedGateway, Path> files = new HashMap<>();

    Btstack(SimulatedStory story) {
        this.story = story;
        random = story.random;
        story.gateways.forEach(gateway -> gateway.sharedFile().ifPresent(file -> files.put(gateway, file)));
    }

    /** Everybody is on and nobody is connected. */
    void borrow() {
        var tie = story.ledger.ties().get(random.nextInt(story.ledger.ties().size()));
        var one = random.nextBoolean() ? tie.one : tie.other;
        var other = one == tie.one ? tie.other : tie.one;
        if (!files.containsKey(one.gateway)) {
            return;
        }
        var key = key();
        if (files.containsKey(other.gateway) && random.nextBoolean()) {
            var addresses = List.of(one.gateway.identity().orElseThrow(), other.gateway.identity().orElseThrow());
            one.gateway.kill();
            other.gateway.kill();
            story.note("BTstack pairs %s", tie);
            pair(one, addresses.get(1), key);
            pair(other, addresses.get(0), key);
            one.gateway.boot();
            other.gateway.boot();
            story.allUp();
            one.adopt(key);
            other.adopt(key);
            tie.bonded = true;
            story.tally.count("BTstack between two processes", "paired");
        } else if (one.now().isPresent()) {
            story.note("BTstack deletes %s at %s", other.gateway.name, one.gateway.name);
            var address = other.gateway.identity().orElseThrow();
            one.gateway.kill();
            delete(one, address);
            tie.bonded = false;
            one.forgets(one.now().orElseThrow().id());
            one.gateway.boot();
            story.allUp();
            one.look();
            assertThat(one.now()).as("P10: BTstack deleted the bond of %s with %s", one.gateway.name, one.peer.name).isEmpty();
            story.tally.count("BTstack between two processes", "deleted");
        }
    }

    /** As it leaves a file which it has opened and closed. */
    static byte[] opened(byte[] file) {
        return BtstackModel.open(file).fileAfterOpen(file);
    }

    private void delete(Side side, DeviceAddress peer) {
        var btstack = open(side);
        append(side, BtstackModel.record(slot(btstack, peer).orElseThrow(), new byte[0]));
    }

    private void pair(Side side, DeviceAddress peer, Key ltk) {
        side.forgetsWhatWasTold();
        var btstack = open(side);
        int free = IntStream.range(LE_DEVICE_DB, LE_DEVICE_DB + SLOTS).filter(tag -> !btstack.live.containsKey(tag)).findFirst().orElseThrow();
        int sequence = btstack.live.entrySet().stream()
                .filter(record -> isEntry(record.getKey()))
                .mapToInt(record -> ByteBuffer.wrap(record.getValue()).order(ByteOrder.LITTLE_ENDIAN).getInt())
                .max().orElse(0);
        append(side, BtstackModel.record(slot(btstack, peer).orElse(free), entry(side, peer, ltk, sequence + 1)));
    }

    /** It hands out the IRK that it derives from IR, and knows of no other. */
    private byte[] entry(Side side, DeviceAddress peer, Key ltk, int sequence) {
        var irk = Toolbox.irk(story.ledger.identityRoot(side.peer));
        var entry = ByteBuffer.allocate(SIGNED).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(sequence)
                .putInt(peer.type().value())
                .put(peer.octets())
                .put(irk.octets())
                .put(ltk.octets())
                .put(new byte[10])
                .put(new byte[] {16, 0, 0, 1})
                .array();
        return random.nextBoolean() ? entry : Arrays.copyOf(entry, PLAIN);
    }

    private BtstackModel open(Side side) {
        var disk = side.gateway.disk();
        var file = files.get(side.gateway);
        disk.put(file, opened(disk.get(file)));
        return BtstackModel.open(disk.get(file));
    }

    private void append(Side side, byte[] record) {
        var disk = side.gateway.disk();
        var file = files.get(side.gateway);
        var octets = new ByteArrayOutputStream();
        octets.writeBytes(disk.get(file));
        octets.writeBytes(record);
        disk.put(file, octets.toByteArray());
    }

    private static Optional<Integer> slot(BtstackModel btstack, DeviceAddress peer) {
        return btstack.live.entrySet().stream()
                .filter(record -> isEntry(record.getKey()))
                .filter(record -> DeviceAddress.of(peer.type(), Arrays.copyOfRange(record.getValue(), ADDRESS, ADDRESS + 6)).equals(peer))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean isEntry(int tag) {
        return (tag & 0xffffff00) == LE_DEVICE_DB;
    }

    private Key key() {
        var octets = new byte[16];
        random.nextBytes(octets);
        return Key.of(octets);
    }
}
