package org.everbond.bonds.keys;

import java.util.List;
import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.bonds.internal.Imports;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.spi.Merge;

/**
 * What brings the bonds of one store, BTstack's or ours, into another one, planned as one transaction. Nobody is evicted.
 *
 * @param transaction in an order of which every prefix is a consistent store
 * @param added bonds, as they are in their new store
 * @param replaced bonds that have other keys now, as they are; the LTK before is kept and tried once
 * @param left bonds of which there is one with the same identity already, as that is
 * @param linkKeys how many Classic link keys were added or replaced
 * @param keys our root keys and what is derived from them, as the bonds know them; empty when neither store has any
 * @param identity the address that the gateway has on air then; empty when neither store says: then the public address of its
 *     controller, unless one is configured
 * @param remarks what people should know besides, one sentence each
 */
public record BondImport(
        Transaction transaction,
        List<Bond> added,
        List<Bond> replaced,
        List<Bond> left,
        int linkKeys,
        Optional<Roots> keys,
        Optional<DeviceAddress> identity,
        List<String> remarks) {
    /** Which identity the store has in the end, where both have one and they differ. */
    public enum Identity {
        /** Nothing is imported. */
        ASK,
        /** Its own: imported bonds work only as far as they do not depend on the other one. */
        KEEP,
        /** That of the imported bonds; those that are there may stop working. */
        TAKE
    }

    /**
     * @param replace whether an imported bond takes the place of one with the same identity address, else that one stays
     * @param weaken whether it does so also when it is weaker than that one
     * @param identity which one there is in the end
     * @param fromAddress the address on air of the gateway that imported bonds come from, where its store does not say
     * @param databaseHash of the attribute table that BTstack's subscriptions belong to, where its store does not say; 16 octets, most
     *     significant first
     * @param entrySize as in {@link BondOptions}
     */
    public record Options(
            boolean replace, boolean weaken, Identity identity, Optional<DeviceAddress> fromAddress, Optional<byte[]> databaseHash,
            int entrySize) {}

    /** Our root keys. */
    public record Roots(org.everbond.crypto.Key er, org.everbond.crypto.Key ir, org.everbond.crypto.Key irk) {
        @Override
        public String toString() {
            return "Roots[hidden]";
        }
    }

    /**
     * Plans an import.
     *
     * @param id of the store that it goes to, which has it already or gets it with this transaction
     * @throws TlvException when the two identities differ and nobody said which one to have; one sentence that names both
     */
    public static BondImport plan(Merge.Content into, StoreId id, Merge.Content from, Options options) throws TlvException {
        return new Imports(into, id, from, options, BondOptions.DEFAULT.slots()).plan();
    }
}
