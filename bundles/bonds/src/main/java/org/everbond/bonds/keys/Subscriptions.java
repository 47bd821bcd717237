package org.everbond.bonds.keys;

import java.util.Arrays;
import java.util.Map;

/**
 * The Client Characteristic Configuration values of one bonded client (Vol 3, Part G, 3.3.3.3).
 *
 * @param databaseHash 16 octets that identify the attribute table they belong to
 * @param values attribute handle of the descriptor to its value; zero values are not kept
 */
public record Subscriptions(byte[] databaseHash, Map<Integer, Integer> values) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Subscriptions that
                && Arrays.equals(databaseHash, that.databaseHash)
                && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(databaseHash) + values.hashCode();
    }
}
