package org.everbond.tlv.flash;

import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.flash.internal.FlashBackend;
import org.everbond.tlv.flash.internal.FlashBackendProvider;
import org.everbond.tlv.flash.spi.FlashBank;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackendProvider;
import org.osgi.annotation.versioning.ProviderType;

/**
 * BTstack's flash store over any {@link FlashBank}: publish what {@link #on} returns as a service {@link TlvBackend} with the
 * property {@code everbond.store}, and an adapter can use it. Image files need none of this: they are {@code store=flash:<path>}.
 */
@ProviderType
public interface FlashStore {
    /** A backend that is not open yet. It opens and closes the banks. */
    static TlvBackend on(FlashBank bank, FlashMode mode) {
        return new FlashBackend(bank, mode);
    }

    /** Creates backends on image files as {@code store=flash:} does, on any disk. */
    static TlvBackendProvider on(Disk disk, DataFolder folder) {
        return new FlashBackendProvider(disk, folder);
    }
}
