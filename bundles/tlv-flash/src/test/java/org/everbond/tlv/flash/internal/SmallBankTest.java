package org.everbond.tlv.flash.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.NewBond;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.faults.LoopInHand;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.flash.FlashMode;
import org.everbond.tlv.flash.spi.RamFlash;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The smallest bank that takes a bond takes one after the other: neither the memory of deletions nor a capacity that is only estimated
 * keeps a newcomer out.
 */
@Timeout(120)
class SmallBankTest {
    private static final BondSecurity SECURITY = new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16);

    private final LoopInHand loop = new LoopInHand();

    @ParameterizedTest
    @CsvSource({"OVERWRITE,1", "OVERWRITE,16", "WRITE_ONCE,8", "DELETE_FIELD,4", "DELETE_FIELD,16"})
    void bondsComeAndGoInTheSmallestBankThatTakesOne(FlashMode mode, int alignment) throws Exception {
        int size = smallest(mode, alignment);
        System.out.println("smallest bank with a bond, " + mode + ", alignment " + alignment + ": " + size + " octets");
        try (var gateway = new Gateway(new RamFlash(size, alignment, 1), mode)) {
            for (int peer = 1; peer <= 40; peer++) {
                assertThat(gateway.bond(peer)).as("forgotten before the next one comes").containsExactly(address(peer));
                gateway.forget();
            }
            for (int peer = 41; peer <= 80; peer++) {
                assertThat(gateway.bond(peer)).as("evicted by the next one").containsExactly(address(peer));
            }
        }
    }

    /** An estimate by usual values would refuse a swap of many short ones. */
    @ParameterizedTest
    @CsvSource({"OVERWRITE,1", "OVERWRITE,16", "WRITE_ONCE,8", "DELETE_FIELD,4", "DELETE_FIELD,16"})
    void whatItSaysToHoldIsWhatItTakes(FlashMode mode, int alignment) throws Exception {
        for (int length : new int[] {1, 7, 60}) {
            long estimated = 0;
            long taken = 0;
            boolean fits = true;
            for (int count = 1; fits; count++) {
                var values = new HashMap<Integer, byte[]>();
                for (int tag = 1; tag <= count; tag++) {
                    values.put(tag, new byte[length]);
                }
                var backend = new FlashBackend(new RamFlash(512, alignment, 1), mode);
                backend.open();
                estimated = backend.info().maxTags();
                fits = backend.room(values).orElseThrow().suffices();
                assertThat(fits).as(count + " values of " + length).isEqualTo(isTaken(backend, values));
                taken = fits ? count : taken;
            }
            assertThat(taken).isGreaterThanOrEqualTo(estimated);
        }
    }

    private static boolean isTaken(FlashBackend backend, Map<Integer, byte[]> values) throws TlvException {
        var changes = new ArrayList<Change>();
        values.forEach((tag, value) -> changes.add(new Change(tag, value)));
        try {
            backend.commit(new Batch(new StoreId(new UUID(1, 2), new UUID(3, 4)), 1, changes));
            return true;
        } catch (TlvException e) {
            assertThat(e.reason()).isEqualTo(TlvException.Reason.FULL);
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({"OVERWRITE,1", "WRITE_ONCE,8", "DELETE_FIELD,16"})
    void aBankThatIsFullBeforeItsCapacityIsReachedEvictsTheOldest(FlashMode mode, int alignment) throws Exception {
        var flash = new RamFlash(4096, alignment, 1);
        try (var gateway = new Gateway(flash, mode)) {
            for (int peer = 1; peer <= 60; peer++) {
                assertThat(gateway.bond(peer)).contains(address(peer));
            }
            assertThat(gateway.bonds.list()).hasSizeGreaterThan(5).hasSizeLessThan(20);
        }
        try (var again = new Gateway(flash, mode)) {
            assertThat(again.bonds.list()).extracting(Bond::identity).contains(address(60)).doesNotContain(address(1));
        }
    }

    private int smallest(FlashMode mode, int alignment) throws Exception {
        for (int size = 256; ; size += 16) {
            try (var gateway = new Gateway(new RamFlash(size, alignment, 1), mode)) {
                gateway.bond(1);
                return size;
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOfSatisfying(TlvException.class, failure ->
                        assertThat(failure.reason()).isEqualTo(TlvException.Reason.FULL));
            }
        }
    }

    private static DeviceAddress address(int peer) {
        return DeviceAddress.of(AddressType.PUBLIC, new byte[] {0, 0x1b, (byte) 0xdc, 7, (byte) (peer >> 8), (byte) peer});
    }

    /** Bonds in a flash. */
    private final class Gateway implements AutoCloseable {
        final TlvStoreOwner owner = TlvStore.create("flash", TlvStoreOwner.Options.DEFAULTS);
        final BondStore bonds;

        Gateway(RamFlash flash, FlashMode mode) throws Exception {
            owner.bind(new FlashBackend(flash, mode));
            bonds = BondStore.create(owner.store(), loop, BondOptions.DEFAULT);
            loop.until(() -> bonds.ready() || !bonds.reason().isEmpty());
        }

        List<DeviceAddress> bond(int peer) throws Exception {
            var ltk = new byte[16];
            ltk[0] = 1;
            ltk[15] = (byte) peer;
            loop.await(bonds.commit(new NewBond(address(peer), SECURITY, BondKeys.secureConnections(Key.of(ltk), null))));
            return bonds.list().stream().map(Bond::identity).toList();
        }

        void forget() throws Exception {
            loop.await(bonds.forget(bonds.list().get(0).id()));
        }

        @Override
        public void close() {
            bonds.close();
            owner.close();
            loop.clear();
        }
    }
}
