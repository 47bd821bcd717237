package org.everbond.bonds.keys;

import java.util.List;
import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.bonds.internal.ContentView;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.spi.Merge;

/**
 * The bonds of a content that is only looked at: derived as those of a running store are, but nothing is repaired, made or
 * written.
 *
 * @param bonds by bond id
 * @param linkKeys of Bluetooth Classic, by address
 * @param identityAddress the address on air that the bonds know us by; empty when the content does not say, then it is the
 *     public address of the controller that the store was used with
 * @param damage what could not be read, one sentence each
 * @param warnings what people should know besides, one sentence each
 */
public record BondContents(
        List<Kept> bonds,
        List<KeptLinkKey> linkKeys,
        Optional<DeviceAddress> identityAddress,
        List<String> damage,
        List<String> warnings) {
    /**
     * One bond with everything that is known of it.
     *
     * @param bond without keys; its id is one that it would get when the store is loaded, if it has none yet
     * @param hasId whether it has that id already
     * @param keys what was distributed
     * @param previousLtk the LTK that the present one replaced
     * @param subscriptions of a bonded client
     * @param tag of its entry
     * @param entrySize octets of its entry, 60 or 100
     * @param sequence BTstack's seq_nr, by which the oldest bond is told
     * @param authorized BTstack's flag of that name
     * @param replacedAt sequence of the transaction that replaced its keys last; 0 if none did
     */
    public record Kept(
            Bond bond,
            boolean hasId,
            BondKeys keys,
            Optional<PreviousLtk> previousLtk,
            Optional<Subscriptions> subscriptions,
            int tag,
            int entrySize,
            long sequence,
            boolean authorized,
            long replacedAt) {}

    /**
     * One Classic link key.
     *
     * @param tag of its entry
     * @param sequence BTstack's seq_nr, by which the oldest one is told
     */
    public record KeptLinkKey(LinkKey key, int tag, long sequence) {}

    /**
     * Reads a content. Never throws, whatever it holds.
     *
     * @param name of the store, for messages
     */
    public static BondContents of(String name, Merge.Content content) {
        return ContentView.of(name, content);
    }
}
