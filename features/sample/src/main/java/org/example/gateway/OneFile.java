package org.example.gateway;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.spi.TlvBackend;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * A place for the store of an adapter: one file that is written anew with each commit and takes its name in one step (Linux, macOS). While
 * it is there, what {@code store=} says waits. Its configuration, {@code org.example.onefile.cfg}: {@code everbond.store=main} and
 * {@code file=/somewhere/bonds}.
 */
@Component(configurationPid = "org.example.onefile", configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class OneFile implements TlvBackend {
    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

    private final Path file;
    private Map<Integer, byte[]> values = new TreeMap<>();

    /** No I/O here: the store in front opens it, on a thread of its own. */
    @Activate
    public OneFile(Map<String, Object> properties) {
        file = Path.of(String.valueOf(properties.get("file"))).toAbsolutePath();
    }

    @Override
    public BackendInfo info() {
        return new BackendInfo("one-file", file.toString(), Long.MAX_VALUE, Long.MAX_VALUE, true, true);
    }

    @Override
    public Image open() throws TlvException {
        values = new TreeMap<>();
        if (Files.notExists(file)) {
            return new Image(Map.of(), null, 0, false, List.of());
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            var id = new StoreId(uuid(in), uuid(in));
            long sequence = in.readLong();
            for (int tags = in.readInt(); tags > 0; tags--) {
                values.put(in.readInt(), in.readNBytes(in.readUnsignedShort()));
            }
            return new Image(Map.copyOf(values), id, sequence, false, List.of());
        } catch (IOException e) {
            throw new TlvException(TlvException.Reason.UNUSABLE, file + " cannot be read; put back a copy of it", e);
        }
    }

    @Override
    public void commit(Batch batch) throws TlvException {
        var next = new TreeMap<>(values);
        for (var change : batch.changes()) {
            if (change.isDelete()) {
                next.remove(change.tag());
            } else {
                next.put(change.tag(), change.value());
            }
        }
        try {
            write(batch.id(), batch.sequence(), next);
        } catch (IOException e) {
            // Until the rename it was as before; whether that happened is not known.
            throw new TlvException(TlvException.Reason.IN_DOUBT, file + " cannot be written: " + e.getMessage(), e);
        }
        values = next;
    }

    private void write(StoreId id, long sequence, Map<Integer, byte[]> content) throws IOException {
        var octets = new ByteArrayOutputStream();
        var out = new DataOutputStream(octets);
        for (var uuid : List.of(id.lineage(), id.store())) {
            out.writeLong(uuid.getMostSignificantBits());
            out.writeLong(uuid.getLeastSignificantBits());
        }
        out.writeLong(sequence);
        out.writeInt(content.size());
        for (var value : content.entrySet()) {
            out.writeInt(value.getKey());
            out.writeShort(value.getValue().length);
            out.write(value.getValue());
        }
        var temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(temporary);
        try (var channel = FileChannel.open(
                temporary, NEW, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            for (var rest = ByteBuffer.wrap(octets.toByteArray()); rest.hasRemaining(); ) {
                channel.write(rest);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        try (var folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            folder.force(true); // the new name, too
        }
    }

    private static UUID uuid(DataInputStream in) throws IOException {
        return new UUID(in.readLong(), in.readLong());
    }

    @Override
    public void close() {
        // There is no handle and no lock.
    }
}
