package org.everbond.tlv.flash.spi;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Two banks of flash of the same size, 0 and 1. An erased octet is ff; programming only clears bits. Called on one thread at a
 * time; may block. {@link #open} comes first.
 *
 * <p>A failure that is an {@link IOException} is reported with its message. A {@link org.everbond.tlv.TlvException} is passed on
 * as it is.
 */
@ConsumerType
public interface FlashBank {
    /** Where it is, for people, and to tell whether two stores are in the same place. Any thread, also before {@link #open}. */
    String name();

    /** Takes the place. Does not change what is in it; a new place is erased. */
    void open() throws IOException;

    /** Octets of one bank, a multiple of the alignment. Constant while open. */
    int size();

    /** How BTstack's build lays records out: 1, 2, 4, 8 or 16. */
    int alignment();

    /**
     * The smallest piece that can be programmed, a power of two up to the alignment. Where it is at most 4, the order of writing
     * keeps BTstack, too, from losing everything by a torn header.
     */
    default int granularity() {
        return alignment();
    }

    /** Sets a whole bank to ff. */
    void erase(int bank) throws IOException;

    /** Fills the target from an offset in a bank. */
    void read(int bank, int offset, byte[] target) throws IOException;

    /** Programs octets. Offset and length are multiples of {@link #granularity}. Octets already programmed are only ever set to 0. */
    void write(int bank, int offset, byte[] octets) throws IOException;

    /** Returns when everything that was erased and programmed is on stable storage. */
    default void force() throws IOException {}

    /**
     * Keeps a copy of both banks somewhere before a damaged store is written anew.
     *
     * @return whether there is a place for one
     */
    default boolean keepAside() throws IOException {
        return false;
    }

    /** Whether the place did not exist before {@link #open}. */
    default boolean created() {
        return false;
    }

    /** The line that {@link #note(String)} was given last, in this run or one before; empty when there is no place for one. */
    default String note() {
        return "";
    }

    /** Keeps one line of text beside the banks, if there is a place for it; by it an older copy of them is noticed. Never throws. */
    default void note(String line) {}

    /** Whether content survives a power cut. Any thread, also before {@link #open}. */
    default boolean durable() {
        return true;
    }

    /** Gives up the place. Idempotent, never throws. */
    void close();
}
