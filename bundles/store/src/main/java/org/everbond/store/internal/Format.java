package org.everbond.store.internal;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.file.FileStore;
import org.everbond.tlv.flash.FlashStore;
import org.everbond.tlv.nvs.NvsStore;
import org.everbond.tlv.sealed.SealedStore;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackendProvider;

/** What a file can be. */
enum Format {
    FILE("BTstack log file", Set.of()),
    NVS("NVS partition image", Set.of("size")),
    FLASH("two-bank flash image", Set.of("mode", "alignment", "bank-size"));

    /** For people. */
    final String title;
    /** What the store's backend has to be told besides the place. */
    final Set<String> options;

    Format(String title, Set<String> options) {
        this.title = title;
        this.options = options;
    }

    static Format of(String name) throws ToolException {
        for (var format : values()) {
            if (format.toString().equals(name)) {
                return format;
            }
        }
        throw new ToolException(ToolException.UNUSABLE, "there is no format '" + name + "'; choose file, nvs or flash");
    }

    /** The gateway's own backend for it; with a key, sealed. */
    TlvBackend backend(Disk disk, Path file, Map<String, String> options, Optional<SealedStore> key) throws ToolException {
        try {
            var backend = provider(disk).create(file.toString(), options);
            return key.map(seal -> seal.around(backend)).orElse(backend);
        } catch (IllegalArgumentException e) {
            throw new ToolException(ToolException.UNUSABLE, e.getMessage(), e);
        }
    }

    private TlvBackendProvider provider(Disk disk) {
        var here = new DataFolder(Path.of(""));
        return switch (this) {
            case FILE -> FileStore.on(disk, here);
            case NVS -> NvsStore.on(disk, here);
            case FLASH -> FlashStore.on(disk, here);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
