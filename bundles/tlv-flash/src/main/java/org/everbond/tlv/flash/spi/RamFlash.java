package org.everbond.tlv.flash.spi;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Two banks in memory that behave like flash: erased octets are ff, programming clears bits and never sets one. Keeps its
 * content when it is closed. The power can be cut at any operation and at any octet in it.
 */
public final class RamFlash implements FlashBank {
    private static final int NEVER = Integer.MAX_VALUE;

    private final int size;
    private final int alignment;
    private final int granularity;
    private final byte[][] banks = new byte[2][];
    /** What would be left without each operation since the last {@link #force}. */
    private final List<Operation> unforced = new ArrayList<>();

    private byte[][] forced;
    private int operations;
    private int erasures;
    private int cutOperation = NEVER;
    private int cutOctets;

    private record Operation(int bank, int offset, byte[] octets, boolean erasure) {}

    /** Erased banks that can be programmed in pieces of the alignment. */
    public RamFlash(int size, int alignment) {
        this(size, alignment, alignment);
    }

    /**
     * Erased banks.
     *
     * @param size octets of a bank, a multiple of the alignment
     * @param alignment 1, 2, 4, 8 or 16
     * @param granularity of programming, a power of two up to the alignment
     */
    public RamFlash(int size, int alignment, int granularity) {
        if (size < 0 || Integer.bitCount(alignment) != 1 || alignment > 16 || size % alignment != 0
                || Integer.bitCount(granularity) != 1 || granularity > alignment) {
            throw new IllegalArgumentException("no flash has banks of " + size + " octets, alignment " + alignment
                    + " and granularity " + granularity);
        }
        this.size = size;
        this.alignment = alignment;
        this.granularity = granularity;
        for (int bank = 0; bank < 2; bank++) {
            banks[bank] = new byte[size];
            Arrays.fill(banks[bank], (byte) 0xff);
        }
        sync();
    }

    /** Both banks, 0 first. */
    public byte[] image() {
        var image = Arrays.copyOf(banks[0], 2 * size);
        System.arraycopy(banks[1], 0, image, size, size);
        return image;
    }

    /** Sets both banks to what {@link #image} has returned, and gives the power back. */
    public RamFlash load(byte[] image) {
        if (image.length != 2 * size) {
            throw new IllegalArgumentException("an image of two banks of " + size + " octets has " + 2 * size + ", not " + image.length);
        }
        System.arraycopy(image, 0, banks[0], 0, size);
        System.arraycopy(image, size, banks[1], 0, size);
        cutOperation = NEVER;
        sync();
        return this;
    }

    /**
     * Cuts the power in the future: so many operations (programming, erasing) succeed, and of the next one so many octets;
     * that one and all later ones fail.
     */
    public void cutAfter(int operations, int octets) {
        cutOperation = this.operations + operations;
        cutOctets = octets;
    }

    /** Operations so far, without reading. */
    public int operations() {
        return operations;
    }

    /** How often a bank was erased so far. */
    public int erasures() {
        return erasures;
    }

    /**
     * What a power cut now may leave on a medium that brings unforced operations to stable storage in any order: each of them
     * survives or not.
     */
    public byte[] survivors(Random random) {
        var image = Arrays.copyOf(forced[0], 2 * size);
        System.arraycopy(forced[1], 0, image, size, size);
        for (var operation : unforced) {
            if (random.nextBoolean()) {
                int from = operation.bank * size + operation.offset;
                for (int i = 0; i < operation.octets.length; i++) {
                    image[from + i] = (byte) (operation.erasure ? 0xff : image[from + i] & operation.octets[i]);
                }
            }
        }
        return image;
    }

    @Override
    public String name() {
        return "RAM";
    }

    @Override
    public void open() {}

    @Override
    public int size() {
        return size;
    }

    @Override
    public int alignment() {
        return alignment;
    }

    @Override
    public int granularity() {
        return granularity;
    }

    @Override
    public void erase(int bank) throws IOException {
        var erased = new byte[size];
        Arrays.fill(erased, (byte) 0xff);
        int count = powered(size);
        System.arraycopy(erased, 0, banks[bank], 0, count);
        erasures++;
        unforced.add(new Operation(bank, 0, erased, true));
        finish(count, size);
    }

    @Override
    public void read(int bank, int offset, byte[] target) throws IOException {
        if (operations > cutOperation) {
            throw new IOException("no power");
        }
        System.arraycopy(banks[bank], offset, target, 0, target.length);
    }

    @Override
    public void write(int bank, int offset, byte[] octets) throws IOException {
        if (offset % granularity != 0 || octets.length % granularity != 0) {
            throw new IllegalArgumentException(octets.length + " octets cannot be programmed at " + offset
                    + ": only multiples of " + granularity + " can");
        }
        int count = powered(octets.length);
        for (int i = 0; i < count; i++) {
            banks[bank][offset + i] &= octets[i];
        }
        unforced.add(new Operation(bank, offset, octets.clone(), false));
        finish(count, octets.length);
    }

    private int powered(int length) throws IOException {
        if (operations > cutOperation) {
            throw new IOException("no power");
        }
        return operations == cutOperation ? Math.min(cutOctets, length) : length;
    }

    private void finish(int count, int length) throws IOException {
        boolean cut = operations == cutOperation;
        operations++;
        if (cut) {
            throw new IOException("the power was cut after " + count + " of " + length + " octets");
        }
    }

    @Override
    public void force() throws IOException {
        if (operations > cutOperation) {
            throw new IOException("no power");
        }
        sync();
    }

    private void sync() {
        forced = new byte[][] {banks[0].clone(), banks[1].clone()};
        unforced.clear();
    }

    @Override
    public boolean durable() {
        return false;
    }

    @Override
    public void close() {}
}
