package org.everbond.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.NewBond;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.Toolbox;
import org.everbond.hci.EventLoop;
import org.everbond.host.Connection;
import org.everbond.security.internal.signing.BondSigning;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.file.internal.FileBackendProvider;

/**
 * A process that signs and verifies on a store in a file until it is killed: first it hears everything again that any life before it may
 * have heard, then new messages, each of them twice, and signs in between. What is delivered and what is sent it notes in two
 * journals, which a kill leaves as they are.
 */
final class SigningLife {
    static final Path DELIVERED = Path.of("delivered");
    static final Path SENT = Path.of("sent");

    private static final DeviceAddress PEER = DeviceAddress.parse("C0:FF:EE:00:00:02/random");
    private static final Key OF_PEER = key(2);
    private static final Key OURS = key(3);
    /** A write of 0x2A to handle 0x0012. */
    private static final byte[] MESSAGE = {(byte) 0xd2, 0x12, 0x00, 0x2a};
    /** How many messages are on their way at once. */
    private static final int FLOWING = 8;
    /** How many are signed for each that is heard, so that each life needs several blocks of counters. */
    private static final int SIGNED = 100;

    private final Journal delivered;
    private final Journal sent;
    private final EventLoop loop;
    private final BondSigning signing;
    private long next;

    private SigningLife(Path folder, EventLoop loop, BondStore bonds) throws IOException {
        this.loop = loop;
        delivered = new Journal(folder.resolve(DELIVERED));
        sent = new Journal(folder.resolve(SENT));
        var link = link(bonds);
        signing = new BondSigning(bonds, connection -> link);
        next = delivered.entries().stream().mapToLong(Long::longValue).max().orElse(-1) + 1;
    }

    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[0]);
        var loop = EventLoop.onThread("signing");
        var store = TlvStore.create("signing", TlvStoreOwner.Options.DEFAULTS);
        var bonds = BondStore.create(store.store(), loop, BondOptions.DEFAULT);
        var ready = new CompletableFuture<Void>();
        loop.execute(() -> bonds.listen(event -> {
            if (bonds.takesNewBonds()) {
                ready.complete(null);
            }
        }));
        store.bind(new FileBackendProvider(folder).create("bonds.tlv", Map.of()));
        ready.get();
        var bonded = new CompletableFuture<Void>();
        loop.execute(() -> bond(bonds).whenComplete((done, failure) -> settle(bonded, failure)));
        bonded.get();
        var life = new SigningLife(folder, loop, bonds);
        loop.execute(life::begin);
        new CompletableFuture<Void>().get();
    }

    private static CompletableFuture<?> bond(BondStore bonds) {
        if (bonds.byIdentity(PEER).isPresent()) {
            return CompletableFuture.completedFuture(null);
        }
        var made = new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16);
        var keys = new BondKeys(key(1), 0, 0, null, OF_PEER, 0, OURS, 0);
        return bonds.commit(new NewBond(PEER, made, keys)).toCompletableFuture();
    }

    private static void settle(CompletableFuture<Void> future, Throwable failure) {
        if (failure == null) {
            future.complete(null);
        } else {
            future.completeExceptionally(failure);
        }
    }

    private void begin() {
        for (long replayed = 0; replayed < next; replayed++) {
            hear(replayed, () -> {});
        }
        for (int i = 0; i < FLOWING; i++) {
            goOn();
        }
    }

    private void goOn() {
        long number = next++;
        for (int i = 0; i < SIGNED; i++) {
            sign();
        }
        hear(number, this::goOn);
        hear(number, () -> {});
    }

    private void hear(long number, Runnable then) {
        signing.verify(null, signed(number)).whenComplete((genuine, failure) -> {
            if (genuine) {
                delivered.note(number);
                System.out.println(number);
            }
            loop.execute(then);
        });
    }

    private void sign() {
        signing.sign(null, MESSAGE).thenAccept(signature -> sent.note(
                Integer.toUnsignedLong(ByteBuffer.wrap(signature).order(ByteOrder.LITTLE_ENDIAN).getInt())));
    }

    private static byte[] signed(long number) {
        return ByteBuffer.allocate(MESSAGE.length + DataSigning.LENGTH)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MESSAGE)
                .putInt((int) number)
                .put(Toolbox.signature(OF_PEER, MESSAGE, (int) number))
                .array();
    }

    /** A link of the peer that is not encrypted. */
    private static SecureLink link(BondStore bonds) {
        return new SecureLink() {
            @Override
            public Connection connection() {
                return (Connection) Proxy.newProxyInstance(
                        SigningLife.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, given) -> null);
            }

            @Override
            public Optional<Bond> bond() {
                return bonds.byIdentity(PEER);
            }

            @Override
            public Optional<BondSecurity> security() {
                return Optional.empty();
            }

            @Override
            public boolean isPairing() {
                return false;
            }

            @Override
            public boolean isUnproven() {
                return true;
            }

            @Override
            public void subscriptions(Supplier<Optional<Subscriptions>> subscriptions) {}
        };
    }

    private static Key key(int seed) {
        var octets = new byte[16];
        Arrays.fill(octets, (byte) seed);
        return Key.of(octets);
    }

    /** Numbers, one a line. A line is there as soon as it was written, however the process ends. */
    static final class Journal {
        private final Path file;
        private final FileChannel channel;

        Journal(Path file) throws IOException {
            this.file = file;
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        }

        void note(long number) {
            try {
                channel.write(ByteBuffer.wrap((number + "\n").getBytes(StandardCharsets.US_ASCII)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        List<Long> entries() throws IOException {
            return read(file);
        }

        static List<Long> read(Path file) throws IOException {
            return Files.readAllLines(file).stream().map(Long::valueOf).toList();
        }
    }
}
