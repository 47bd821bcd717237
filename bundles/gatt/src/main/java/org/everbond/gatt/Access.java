package org.everbond.gatt;

/** What a link must have before an attribute may be read or written (Vol 3, Part F, 3.2.5). */
public enum Access {
    /** Not at all: error 0x02 or 0x03. */
    NONE,
    /** Any link. */
    OPEN,
    /** An encrypted link: else error 0x0F when a key exists, 0x05 when not (Vol 3, Part C, 10.3.1). */
    ENCRYPTED,
    /** A link encrypted with an authenticated key: else error 0x05, or 0x0F when such a key exists and is not in use. */
    AUTHENTICATED
}
