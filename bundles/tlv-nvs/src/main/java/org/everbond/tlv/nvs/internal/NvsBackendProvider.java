package org.everbond.tlv.nvs.internal;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackendProvider;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Answers to {@code store=nvs:<path>?size=<octets>}. Relative paths start in the {@link DataFolder}; the size is that of a partition
 * to be made where there is none, in octets or KiB ({@code 24K}, the default).
 */
@Component
public final class NvsBackendProvider implements TlvBackendProvider {
    private static final int DEFAULT_PAGES = 6;
    private static final int FEWEST_PAGES = 3;
    private static final int MOST_PAGES = 2048;
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,8})([kK]?)");

    private final Disk disk;
    private final DataFolder folder;

    @Activate
    public NvsBackendProvider(BundleContext context) {
        this(Disk.system(), DataFolder.of(context::getProperty));
    }

    /** Without a framework. */
    public NvsBackendProvider(Path dataFolder) {
        this(Disk.system(), new DataFolder(dataFolder));
    }

    /** On any disk. */
    public NvsBackendProvider(Disk disk, DataFolder folder) {
        this.disk = disk;
        this.folder = folder;
    }

    @Override
    public String scheme() {
        return "nvs";
    }

    @Override
    public TlvBackend create(String place, Map<String, String> options) {
        var file = folder.file(scheme(), place);
        for (var option : options.keySet()) {
            if (!option.equals("size")) {
                throw new IllegalArgumentException("store=nvs: has no option '" + option + "'; known is size");
            }
        }
        return new NvsBackend(disk, file, pages(options.get("size")));
    }

    private static int pages(String size) {
        if (size == null) {
            return DEFAULT_PAGES;
        }
        var parts = SIZE.matcher(size);
        if (parts.matches()) {
            long octets = Long.parseLong(parts.group(1)) * (parts.group(2).isEmpty() ? 1 : 1024);
            long pages = octets / Page.SIZE;
            if (octets % Page.SIZE == 0 && pages >= FEWEST_PAGES && pages <= MOST_PAGES) {
                return (int) pages;
            }
        }
        throw new IllegalArgumentException("store=nvs: size=" + size + " is no size of a partition; write a multiple of 4K from 12K to "
                + "8192K, as in size=24K");
    }
}
