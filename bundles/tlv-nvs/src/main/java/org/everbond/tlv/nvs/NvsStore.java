package org.everbond.tlv.nvs;

import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.nvs.internal.NvsBackendProvider;
import org.everbond.tlv.spi.TlvBackendProvider;
import org.osgi.annotation.versioning.ProviderType;

/** An image of an ESP32's NVS partition, without a framework. */
@ProviderType
public interface NvsStore {
    /** Creates backends as {@code store=nvs:} does, on any disk. */
    static TlvBackendProvider on(Disk disk, DataFolder folder) {
        return new NvsBackendProvider(disk, folder);
    }
}
