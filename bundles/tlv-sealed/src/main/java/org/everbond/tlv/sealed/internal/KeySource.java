package org.everbond.tlv.sealed.internal;

import org.everbond.tlv.TlvException;

/** Where the keys come from. May block. */
public interface KeySource {
    /**
     * @return 16 octets or more
     * @throws TlvException when there is no such key, or it cannot be had now; one sentence that names it
     */
    byte[] key(String alias) throws TlvException;

    /** For messages: {@code 'bonds' of /data/keys.p12}. */
    String describe(String alias);
}
