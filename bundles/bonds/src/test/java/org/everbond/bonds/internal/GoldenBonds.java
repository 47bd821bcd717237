package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.NewBond;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;

/**
 * Does here what the operations of a golden file did with BTstack's LE device DB. There a bond comes into being piece by piece; here
 * its pieces are gathered until the next operation that is about something else, and committed as one.
 */
final class GoldenBonds {
    private static final HexFormat HEX = HexFormat.of();

    /** Where each bond was put, in the order of their making. */
    final List<Integer> slots = new ArrayList<>();

    Bench bench;
    private final boolean signed;
    private final TestStore store = TestStore.ready();
    private final Map<Integer, Map<Integer, Integer>> subscriptions = new HashMap<>();
    private Pending pending;

    private static final class Pending {
        private DeviceAddress address;
        private Key irk;
        private int slot = -1;
        private BondSecurity security = new BondSecurity(PairingMethod.UNKNOWN, false, false, 7);
        private Key ltk;
        private int ediv;
        private long rand;
        private Key remoteCsrk;
        private Key localCsrk;
        private long remoteCounter;
        private long localCounter;
    }

    GoldenBonds(boolean signed) {
        this.signed = signed;
    }

    void operate(String operation) {
        var words = operation.split(" ");
        switch (words[0]) {
            case "store" -> store.values.put(HexFormat.fromHexDigits(words[1]), HEX.parseHex(words[2]));
            case "dbadd" -> add(words);
            case "dbenc" -> encryption(about(words), words);
            case "lcsrk" -> about(words).localCsrk = key(words[2]);
            case "rcsrk" -> about(words).remoteCsrk = key(words[2]);
            case "lcnt" -> counter(words, false);
            case "rcnt" -> counter(words, true);
            case "dbrem" -> {
                finish();
                bench.done(bench.bonds.forget(in(Integer.parseInt(words[1])).id()));
            }
            case "ccc" -> subscribe(words);
            case "cccrestore" -> finish();
            default -> throw new AssertionError(operation);
        }
    }

    private void add(String[] words) {
        finish();
        pending = new Pending();
        pending.address = DeviceAddress.of(AddressType.of(Integer.parseInt(words[1])), HEX.parseHex(words[2]));
        pending.irk = key(words[3]);
    }

    /** The bond that is being made, which the operation must be about. */
    private Pending about(String[] words) {
        int slot = Integer.parseInt(words[1]);
        assertThat(isPending(slot)).as("a bond is being made for slot " + slot).isTrue();
        pending.slot = slot;
        return pending;
    }

    private boolean isPending(int slot) {
        return pending != null && (pending.slot < 0 || pending.slot == slot);
    }

    private static void encryption(Pending bond, String[] words) {
        var flags = words[6].split(",");
        bond.ediv = HexFormat.fromHexDigits(words[2]);
        bond.rand = HexFormat.fromHexDigitsToLong(words[3]);
        bond.ltk = key(words[4]);
        bond.security = new BondSecurity(
                PairingMethod.UNKNOWN, flags[2].equals("1"), flags[0].equals("1"), Integer.parseInt(words[5]));
        assertThat(flags[1]).as("nobody is authorized by pairing").isEqualTo("0");
    }

    private void counter(String[] words, boolean remote) {
        int slot = Integer.parseInt(words[1]);
        long value = Long.parseLong(words[2]);
        if (isPending(slot)) {
            var bond = about(words);
            bond.remoteCounter = remote ? value : bond.remoteCounter;
            bond.localCounter = remote ? bond.localCounter : value;
        } else {
            finish();
            bench.done(bench.bonds.saveCounters(in(slot).id(), remote ? value : 0, remote ? 0 : value));
        }
    }

    private void subscribe(String[] words) {
        finish();
        int slot = Integer.parseInt(words[1]);
        if (slot < 0) {
            // By a peer that is not bonded: kept nowhere.
            return;
        }
        var values = subscriptions.computeIfAbsent(slot, s -> new HashMap<>());
        values.put(HexFormat.fromHexDigits(words[2]), HexFormat.fromHexDigits(words[3]));
        bench.done(bench.bonds.saveSubscriptions(in(slot).id(), new Subscriptions(new byte[16], values)));
    }

    /** Commits the bond that is being made, if any. */
    void finish() {
        if (bench == null) {
            bench = Bench.on(store, BondOptions.DEFAULT.withEntrySize(signed ? 100 : 60));
        }
        if (pending == null) {
            return;
        }
        var keys = new BondKeys(
                pending.ltk, pending.ediv, pending.rand, pending.irk,
                pending.remoteCsrk, pending.remoteCounter, pending.localCsrk, pending.localCounter);
        var bond = bench.done(bench.bonds.commit(new NewBond(pending.address, pending.security, keys))).bond();
        for (int tag : store.tags()) {
            if (Tags.isSlot(tag) && holds(store.get(tag), bond)) {
                slots.add(Tags.slotOf(tag));
                assertThat(Tags.slotOf(tag)).isEqualTo(pending.slot < 0 ? Tags.slotOf(tag) : pending.slot);
            }
        }
        pending = null;
    }

    private Bond in(int slot) {
        return bench.bonds.list().stream()
                .filter(bond -> holds(store.get(Tags.slot(slot)), bond))
                .findFirst()
                .orElseThrow();
    }

    private static boolean holds(byte[] entry, Bond bond) {
        var address = DeviceAddress.of(AddressType.of(entry[4]), Arrays.copyOfRange(entry, 8, 14));
        return address.equals(bond.identity());
    }

    /** What is in BTstack's slots. An entry without LTK has no key size there; here it claims the smallest. */
    Map<String, String> entries() {
        var entries = new TreeMap<String, String>();
        for (int tag : store.tags()) {
            if (Tags.isSlot(tag)) {
                var value = store.get(tag);
                boolean keyless = Arrays.equals(value, 30, 46, new byte[16], 0, 16);
                if (keyless) {
                    assertThat(value[56]).isEqualTo((byte) 7);
                    value[56] = 0;
                }
                entries.put(HEX.toHexDigits(tag), HEX.formatHex(value));
            }
        }
        return entries;
    }

    private static Key key(String hex) {
        return Key.of(HEX.parseHex(hex));
    }
}
