package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.ClassicBond;
import org.everbond.bonds.ClassicBonds;
import org.everbond.bonds.LinkKeyType;
import org.everbond.bonds.keys.LinkKey;
import org.everbond.bonds.keys.LinkKeyOptions;
import org.everbond.bonds.keys.LinkKeyStore;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;

/** Classic link keys over a store in the hand of the test, and an event loop that runs when told. */
final class LinkKeyBench {
    final TestStore store;
    final LinkKeyStore keys;
    final List<ClassicBonds.Event> events = new ArrayList<>();
    private final LinkKeyOptions options;
    private final Deque<Runnable> tasks = new ArrayDeque<>();

    LinkKeyBench(TestStore store, int slots) {
        this.store = store;
        options = new LinkKeyOptions(slots);
        keys = LinkKeyStore.create(store, tasks::add, options);
        keys.listen(events::add);
        run();
    }

    static LinkKeyBench fresh(int slots) {
        return new LinkKeyBench(TestStore.ready(), slots);
    }

    LinkKeyBench restarted() {
        return new LinkKeyBench(store.restarted(), options.slots());
    }

    void run() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    <T> T done(CompletionStage<T> stage) {
        run();
        assertThat(stage.toCompletableFuture()).isDone();
        return stage.toCompletableFuture().join();
    }

    Throwable failed(CompletionStage<?> stage) {
        run();
        var future = stage.toCompletableFuture();
        assertThat(future).isCompletedExceptionally();
        try {
            future.join();
            throw new AssertionError("completed");
        } catch (CompletionException e) {
            return e.getCause();
        }
    }

    ClassicBond put(int i, int pairing) {
        return done(keys.put(linkKey(i, pairing))).bond();
    }

    /** One operation of the golden files; what {@code lkget} finds, as BTstack tells it, else empty. */
    String operate(String operation) {
        var words = operation.split(" ");
        switch (words[0]) {
            case "lkput" -> done(keys.put(new LinkKey(
                    peer(words[1]),
                    Key.ofLittleEndian(HexFormat.of().parseHex(words[2]), 0),
                    LinkKeyType.of(Integer.parseInt(words[3])).orElseThrow())));
            case "lkdel" -> done(keys.forget(peer(words[1])));
            case "lkget" -> {
                var answer = keys.find(peer(words[1]));
                return answer.key() == null ? "none" : text(answer.key());
            }
            default -> throw new AssertionError(operation);
        }
        return "";
    }

    /** What BTstack's link key DB has in its places, without the two octets that mean nothing. */
    Map<String, String> records() {
        var records = new TreeMap<String, String>();
        store.values.forEach((tag, value) -> {
            if (Tags.isLinkKey(tag)) {
                records.put(HexFormat.of().toHexDigits(tag), withoutPadding(HexFormat.of().formatHex(value)));
            }
        });
        return records;
    }

    static String withoutPadding(String value) {
        return value.substring(0, 52) + "...." + value.substring(56);
    }

    /** Key in the order of the store, then type. */
    static String text(LinkKey key) {
        var octets = new byte[16];
        key.key().writeLittleEndian(octets, 0);
        return HexFormat.of().formatHex(octets) + " " + key.type().value();
    }

    static DeviceAddress peer(String hex) {
        return new DeviceAddress(AddressType.PUBLIC, Long.parseLong(hex, 16));
    }

    static DeviceAddress peer(int i) {
        return new DeviceAddress(AddressType.PUBLIC, 0x001a7dda7100L + i);
    }

    static LinkKey linkKey(int i, int pairing) {
        return new LinkKey(peer(i), Bench.key(0x55, i, pairing), LinkKeyType.AUTHENTICATED_P256);
    }

    /** A record as BTstack writes it. */
    static byte[] entry(int sequence, int i, int pairing) {
        return new LinkKeyEntry(sequence, linkKey(i, pairing), 0x0b9e).encode();
    }

    static byte[] withType(byte[] entry, int type) {
        var value = Arrays.copyOf(entry, entry.length);
        Arrays.fill(value, 28, 32, (byte) (type >> 8));
        value[28] = (byte) type;
        return value;
    }
}
