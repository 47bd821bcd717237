package org.everbond.tlv.sealed.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** A key for each alias. */
final class TestKeys implements KeySource {
    @Override
    public byte[] key(String alias) {
        return Arrays.copyOf(alias.getBytes(UTF_8), 32);
    }

    @Override
    public String describe(String alias) {
        return alias;
    }
}
