package org.everbond.tlv.flash;

import java.util.Locale;

/**
 * How a build of BTstack deletes and replaces records. An image does not tell: it must be opened in the mode in which it was
 * written.
 */
public enum FlashMode {
    /** BTstack's default: the tag of a dead record, or the whole record, is programmed to zero. */
    OVERWRITE,
    /** {@code ENABLE_TLV_FLASH_WRITE_ONCE}: nothing is programmed twice, the last record of a tag counts. */
    WRITE_ONCE,
    /** {@code ENABLE_TLV_FLASH_EXPLICIT_DELETE_FIELD}: a field behind the header of a dead record is programmed to zero. */
    DELETE_FIELD;

    /** {@code overwrite}, {@code write-once} or {@code delete-field}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The mode of this name.
     *
     * @throws IllegalArgumentException with a sentence for people
     */
    public static FlashMode of(String name) {
        for (var mode : values()) {
            if (mode.toString().equals(name)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("mode '" + name + "' is none of overwrite, write-once and delete-field");
    }
}
