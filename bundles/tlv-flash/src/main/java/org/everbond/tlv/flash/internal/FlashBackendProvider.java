package org.everbond.tlv.flash.internal;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.flash.FlashMode;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackendProvider;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Answers to {@code store=flash:<path>?mode=<mode>&alignment=<octets>&bank-size=<octets>}, an image file of both banks. Relative
 * paths start in the {@link DataFolder}.
 */
@Component
public final class FlashBackendProvider implements TlvBackendProvider {
    private static final String MODE = "mode";
    private static final String ALIGNMENT = "alignment";
    private static final String BANK_SIZE = "bank-size";
    private static final Set<Integer> ALIGNMENTS = Set.of(1, 2, 4, 8, 16);

    private final Disk disk;
    private final DataFolder folder;

    @Activate
    public FlashBackendProvider(BundleContext context) {
        this(Disk.system(), DataFolder.of(context::getProperty));
    }

    /** Without a framework. */
    public FlashBackendProvider(Path dataFolder) {
        this(Disk.system(), new DataFolder(dataFolder));
    }

    /** On any disk. */
    public FlashBackendProvider(Disk disk, DataFolder folder) {
        this.disk = disk;
        this.folder = folder;
    }

    @Override
    public String scheme() {
        return "flash";
    }

    @Override
    public TlvBackend create(String place, Map<String, String> options) {
        var file = folder.file(scheme(), place);
        var unknown = new TreeSet<>(options.keySet());
        unknown.removeAll(Set.of(MODE, ALIGNMENT, BANK_SIZE));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("store=flash: has no option '" + unknown.first() + "'; it has "
                    + MODE + ", " + ALIGNMENT + " and " + BANK_SIZE);
        }
        FlashMode mode;
        try {
            mode = FlashMode.of(options.getOrDefault(MODE, FlashMode.OVERWRITE.toString()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("store=flash: " + e.getMessage(), e);
        }
        int alignment = number(options, ALIGNMENT, 1);
        if (!ALIGNMENTS.contains(alignment)) {
            throw new IllegalArgumentException("store=flash: alignment=" + alignment + " is none of 1, 2, 4, 8 and 16");
        }
        int size = number(options, BANK_SIZE, 0);
        boolean configured = options.containsKey(BANK_SIZE);
        if (configured && (size < ImageFile.SMALLEST_BANK || size > ImageFile.LARGEST_BANK || size % alignment != 0)) {
            throw new IllegalArgumentException("store=flash: bank-size=" + options.get(BANK_SIZE) + " is not possible; it is the octets "
                    + "of one of the two banks, " + ImageFile.SMALLEST_BANK + " to " + ImageFile.LARGEST_BANK
                    + " and a multiple of the alignment");
        }
        return new FlashBackend(new ImageFile(disk, file, alignment, size), mode);
    }

    private static int number(Map<String, String> options, String name, int fallback) {
        var text = options.get(name);
        if (text == null) {
            return fallback;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("store=flash: " + name + "=" + text + " is no number of octets", e);
        }
    }
}
