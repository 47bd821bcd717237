package org.everbond.tlv.file;

import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.file.internal.FileBackendProvider;
import org.everbond.tlv.spi.TlvBackendProvider;
import org.osgi.annotation.versioning.ProviderType;

/** BTstack's log in a file, without a framework. */
@ProviderType
public interface FileStore {
    /** Creates backends as {@code store=file:} does, on any disk. */
    static TlvBackendProvider on(Disk disk, DataFolder folder) {
        return new FileBackendProvider(disk, folder);
    }
}
