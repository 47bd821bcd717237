package org.everbond.tlv;

import java.util.UUID;

/**
 * The identity of a store's content.
 *
 * @param lineage shared by all copies that descend from one another
 * @param store this line of copies alone; part of every bond id made in it
 */
public record StoreId(UUID lineage, UUID store) {}
