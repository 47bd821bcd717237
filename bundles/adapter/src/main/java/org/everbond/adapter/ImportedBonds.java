package org.everbond.adapter;

import java.util.List;
import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.crypto.DeviceAddress;

/**
 * What became of the bonds of another store.
 *
 * @param added as they are here
 * @param replaced those that have other keys now; the LTK before is tried once more
 * @param left those that stayed as they were
 * @param linkKeys how many Classic link keys came
 * @param identity the adapter's identity address then; empty when no store says
 * @param unreadable what could not be read there, one sentence each
 * @param remarks what people should know besides, one sentence each
 */
public record ImportedBonds(
        List<Bond> added,
        List<Bond> replaced,
        List<Bond> left,
        int linkKeys,
        Optional<DeviceAddress> identity,
        List<String> unreadable,
        List<String> remarks) {}
