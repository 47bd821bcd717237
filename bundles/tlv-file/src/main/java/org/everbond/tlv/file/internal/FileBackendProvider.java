package org.everbond.tlv.file.internal;

import java.nio.file.Path;
import java.util.Map;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackendProvider;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Answers to {@code store=file:<path>}. Relative paths start in the {@link DataFolder}. */
@Component
public final class FileBackendProvider implements TlvBackendProvider {
    private final Disk disk;
    private final DataFolder folder;

    @Activate
    public FileBackendProvider(BundleContext context) {
        this(Disk.system(), DataFolder.of(context::getProperty));
    }

    /** Without a framework. */
    public FileBackendProvider(Path dataFolder) {
        this(Disk.system(), new DataFolder(dataFolder));
    }

    /** On any disk. */
    public FileBackendProvider(Disk disk, DataFolder folder) {
        this.disk = disk;
        this.folder = folder;
    }

    @Override
    public String scheme() {
        return "file";
    }

    @Override
    public TlvBackend create(String place, Map<String, String> options) {
        var file = folder.file(scheme(), place);
        if (!options.isEmpty()) {
            throw new IllegalArgumentException("store=file: has no option '" + options.keySet().iterator().next() + "'; none is known");
        }
        return new FileBackend(disk, file);
    }
}
