package org.everbond.tlv;

/**
 * What a backend says of itself.
 *
 * @param kind {@code file}, {@code memory}, ...
 * @param resource what it writes to, for people and to tell whether two backends are the same place (canonical path, ...)
 * @param maxTags how many tags it can hold; an upper bound where that depends on their values, {@link Long#MAX_VALUE} without a limit
 * @param maxOctets how many octets of values it can hold; likewise
 * @param atomicBatch whether a batch survives a power cut as a whole, or one record at a time
 * @param durable whether a confirmed commit survives a power cut
 */
public record BackendInfo(
        String kind, String resource, long maxTags, long maxOctets, boolean atomicBatch, boolean durable) {
    /** No backend. */
    public static final BackendInfo NONE = new BackendInfo("none", "", 0, 0, false, false);
}
