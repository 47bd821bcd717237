package org.everbond.tlv.file.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.everbond.faults.RamDisk;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.everbond.tlv.spi.TlvBackend.Image;

/** A file backend on a disk in memory. */
class FileBench {
    static final StoreId ID = new StoreId(new UUID(1, 2), new UUID(3, 4));
    static final Path PLACE = Path.of("/var/everbond/bonds.tlv");
    static final int COMPANION = 0xe8000001;
    static final int BOND = Tags.LE_DEVICE | 15;

    final RamDisk disk = new RamDisk();
    FileBackend backend = new FileBackend(disk, PLACE);

    Image reopen() throws TlvException {
        backend.close();
        backend = new FileBackend(disk, PLACE);
        return backend.open();
    }

    /** As the store in front does after an error. */
    Image reopenSame() throws TlvException {
        backend.close();
        return backend.open();
    }

    void commit(long sequence, Change... changes) throws TlvException {
        backend.commit(new Batch(ID, sequence, List.of(changes)));
    }

    void refused(Reason reason, String sentence) {
        assertThatThrownBy(() -> backend.open()).isInstanceOfSatisfying(TlvException.class, e -> {
            assertThat(e.reason()).isEqualTo(reason);
            assertThat(e).hasMessageContaining(sentence);
        });
        backend.close();
    }

    void refusedCommit(Reason reason, String sentence) {
        assertThatThrownBy(() -> commit(2, put(COMPANION, 200))).isInstanceOfSatisfying(TlvException.class, e -> {
            assertThat(e.reason()).isEqualTo(reason);
            assertThat(e).hasMessageContaining(sentence);
        });
    }

    void place(byte[] octets) {
        disk.put(PLACE, octets);
    }

    byte[] octets() {
        return disk.get(PLACE);
    }

    /** A value that tells its tag and length. */
    static Change put(int tag, int length) {
        var value = new byte[length];
        for (int i = 0; i < length; i++) {
            value[i] = (byte) (tag * 31 + length * 7 + i * 3 + 1);
        }
        return new Change(tag, value);
    }

    static byte[] concat(byte[] one, byte[] other) {
        var both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
