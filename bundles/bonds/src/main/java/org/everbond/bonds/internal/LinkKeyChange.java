package org.everbond.bonds.internal;

import java.util.List;
import org.everbond.bonds.ClassicBonds;
import org.everbond.tlv.Transaction;

/**
 * A transaction on Classic link keys.
 *
 * @param transaction to be committed; empty when there is nothing to do
 * @param events what is to be told when it is durable
 */
record LinkKeyChange(Transaction transaction, List<ClassicBonds.Event> events) implements WriteQueue.Planned {}
