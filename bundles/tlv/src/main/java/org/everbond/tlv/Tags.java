package org.everbond.tlv;

import java.util.Set;
import java.util.function.IntPredicate;
import org.everbond.tlv.spi.StoreHeader;

/**
 * The tag table: every tag that BTstack or Everbond writes, with its readable name. A tag is four octets, the first one most
 * significant; BTstack's are ASCII with an index in the last octets, ours are {@code e0} to {@code ef} with a 24-bit index.
 * Layouts are in {@code docs/TLV_TAG_REFERENCE.md}.
 */
public final class Tags {
    /** {@code SMER}: encryption root ER, 16 octets, most significant first. */
    public static final int ER = 0x534d4552;
    /** {@code SMIR}: identity root IR, 16 octets, most significant first. */
    public static final int IR = 0x534d4952;
    /** {@code BTD}+slot: LE device entry, 60 or 100 octets. */
    public static final int LE_DEVICE = 0x42544400;
    /** {@code BTL}+index: Classic link key, 32 octets. */
    public static final int LINK_KEY = 0x42544c00;
    /** {@code BTC}+index: client characteristic configuration of a bonded client, 8 octets. */
    public static final int CCC = 0x42544300;
    /** {@code BTDB}: hash of the GATT database, 16 octets; the same number as {@link #LE_DEVICE} slot 0x42. */
    public static final int DATABASE_HASH = 0x42544442;
    /** {@code GDB}+slot: hash of a server's database, for the GATT client, 18 octets. */
    public static final int CLIENT_DATABASE = 0x47444200;
    /** {@code GC}+slot+id: characteristics cached by the GATT client, 12 octets and two for each handle. */
    public static final int CLIENT_CACHE = 0x47430000;
    /** {@code PROV}: mesh provisioning data, 20 octets. */
    public static final int MESH_PROVISIONING = 0x50524f56;
    /** Mesh IV index and sequence number, 8 octets (meant as {@code MFIS}; BTstack's macro shifts the I by 9). */
    public static final int MESH_IV_INDEX = 0x4d469253;
    /** Mesh foundation models, 7 octets (meant as {@code MFND}; BTstack's macro folds N and D into one octet). */
    public static final int MESH_FOUNDATION = 0x4d464e00;

    /** {@code e0000000}: lineage, store id and sequence ({@link StoreHeader}). */
    public static final int STORE_HEADER = 0xe0000000;
    /** {@code e0000003}: the same once more, where each transaction is written with a whole new file. */
    public static final int STORE_HEADER_COPY = 0xe0000003;
    /** {@code e1000000}: header of the transaction that follows in a log file; the file backend's own. */
    public static final int TRANSACTION = 0xe1000000;
    /** {@code e1000001}: checksum of the content, by which the NVS backend sees that a device has written since. */
    public static final int NVS_CONTENT = 0xe1000001;
    /** {@code e2}+index: {@link Tombstone}. */
    public static final int TOMBSTONE = 0xe2000000;
    /** {@code e3000000}: which runs have written to the store, so that copies used apart are recognised. */
    public static final int HISTORY = 0xe3000000;
    /** {@code e4000000}: the store is sealed; whoever is not asked to open it with its key must leave it alone. */
    public static final int SEAL = 0xe4000000;
    /** {@code e4000003}: what opens the store, once more. No flipped bit makes one of the two tags the other. */
    public static final int SEAL_COPY = 0xe4000003;
    /** {@code e8000000}: our identity address; of bundle {@code bonds}. */
    public static final int IDENTITY = 0xe8000000;
    /** {@code e8000003}: our IRK after it was changed; of bundle {@code bonds}. */
    public static final int OWN_IRK = 0xe8000003;
    /** {@code e800000c}: root keys, identity address and changed IRK once more; of bundle {@code bonds}. */
    public static final int IDENTITY_COPY = 0xe800000c;
    /** {@code e9}+2p and {@code e9}+2p+1: the two companion records of the bond at position p, written in turn. */
    public static final int COMPANION = 0xe9000000;
    /** {@code ea}+p: the LE device entry, 100 octets, of the bond at position p, which is in no slot. */
    public static final int BEYOND = 0xea000000;
    /** {@code ec} to {@code ef}: a sealed value, whatever it is. */
    public static final int SEALED = 0xec000000;
    /** First octet of the tags that bundle {@code bonds} owns, with {@link #LAST_OF_BONDS}. */
    public static final int FIRST_OF_BONDS = 0xe8;
    /** Last octet likewise. */
    public static final int LAST_OF_BONDS = 0xef;

    private Tags() {}

    /** Whether the tag is kept by the store itself: hidden from consumers, and not theirs to write. */
    public static boolean isBookkeeping(int tag) {
        int first = tag >>> 24;
        return first >= 0xe0 && first < FIRST_OF_BONDS;
    }

    /** Whether the tag is one of the companions and other records of bundle {@code bonds}. */
    public static boolean isOfBonds(int tag) {
        int first = tag >>> 24;
        return first >= FIRST_OF_BONDS && first <= LAST_OF_BONDS;
    }

    /** Whether the value is or contains a key, so that it must leave the medium soon after it was deleted. */
    public static boolean holdsKeys(int tag) {
        int family = tag & 0xffffff00;
        return tag == ER || tag == IR || family == LE_DEVICE || family == LINK_KEY || tag == MESH_PROVISIONING
                || tag >>> 16 == 0x4d4e || tag >>> 16 == 0x4d41 || isOfBonds(tag);
    }

    /** Whether the tag is a companion's. */
    public static boolean isCompanion(int tag) {
        return tag >>> 24 == COMPANION >>> 24;
    }

    /** Whether the tag is that of an LE device entry, in a slot of BTstack's or beyond. */
    public static boolean isEntry(int tag) {
        return (tag & 0xffffff00) == LE_DEVICE || tag >>> 24 == BEYOND >>> 24;
    }

    /** Whether the tag is that of a sealed value. */
    public static boolean isSealed(int tag) {
        return tag >>> 26 == SEALED >>> 26;
    }

    /**
     * Whether a content with these tags is sealed: it has a seal and sealed values, or nothing else at all. In a format without
     * checksums one flipped bit makes a seal of {@code store/0}: that alone seals nothing.
     */
    public static boolean areSealed(Set<Integer> tags) {
        boolean seal = tags.contains(SEAL) || tags.contains(SEAL_COPY);
        return seal && tags.stream().allMatch(tag -> tag == SEAL || tag == SEAL_COPY)
                || seal && tags.stream().anyMatch(Tags::isSealed);
    }

    /** Whether the value is a second copy of another one: it stands apart from that, and gives way where there is no room for a bond. */
    public static boolean isCopy(int tag) {
        return tag == SEAL_COPY || tag == IDENTITY_COPY;
    }

    /** The order in which a whole content is written: what has a second copy first, the copies last, so that no lost sector takes both. */
    public static int rank(int tag) {
        boolean copied = tag == SEAL || tag == ER || tag == IR || tag == IDENTITY || tag == OWN_IRK;
        return isCopy(tag) ? 1 : copied ? -1 : 0;
    }

    /**
     * Whether a key that is nowhere else is forgotten with the deletion of this value. None is with an idle companion of a bond that
     * stays: what it holds leaves the medium with the bond, whose entry or last companion is deleted then.
     *
     * @param isLive which tags have a value once this one is deleted
     */
    public static boolean forgetsKeys(int tag, IntPredicate isLive) {
        return holdsKeys(tag) && !(isCompanion(tag) && isLive.test(tag ^ 1));
    }

    /** Whether BTstack or the store itself writes values of this length under this tag; used to find records behind damage. */
    public static boolean isKnownLength(int tag, int length) {
        if (tag == DATABASE_HASH && length == 16) {
            return true;
        }
        return switch (tag & 0xffffff00) {
            case LE_DEVICE -> length == 60 || length == 100;
            case LINK_KEY -> length == 32;
            case CCC -> length == 8;
            case CLIENT_DATABASE -> length == 18;
            default -> switch (tag) {
                case ER, IR -> length == 16;
                case MESH_PROVISIONING -> length == 20;
                case STORE_HEADER -> length == StoreHeader.LENGTH;
                case SEAL -> length == 33 || length == 65;
                case SEAL_COPY -> length == 69;
                case IDENTITY -> length == 13;
                case OWN_IRK -> length == 25;
                case IDENTITY_COPY -> length == 38 || length == 51 || length == 63 || length == 76;
                default -> false;
            };
        };
    }

    /** A name for people: {@code SMER}, {@code BTD+15}, {@code companion/3}, or the eight digits of an unknown tag. */
    public static String name(int tag) {
        int index = tag & 0xff;
        int number = tag & 0xffff;
        int first = tag >>> 24;
        if (first >= 0xe0 && first <= LAST_OF_BONDS) {
            return ownName(first) + (tag & 0xffffff);
        }
        return switch (tag) {
            case ER -> "SMER";
            case IR -> "SMIR";
            case DATABASE_HASH -> "BTDB";
            case MESH_PROVISIONING -> "PROV";
            case MESH_IV_INDEX -> "MFIS";
            case MESH_FOUNDATION -> "MFND";
            default -> switch (tag & 0xffffff00) {
                case LE_DEVICE -> "BTD+" + index;
                case LINK_KEY -> "BTL+" + index;
                case CCC -> "BTC+" + index;
                case CLIENT_DATABASE -> "GDB+" + index;
                default -> switch (tag >>> 16) {
                    case 0x4743 -> "GC+" + (number >>> 8) + "+" + index;
                    case 0x4d4e -> "MN+" + number;
                    case 0x4d41 -> "MA+" + number;
                    case 0x4d56 -> "MV+" + number;
                    case 0x4d50 -> "MP+" + number;
                    case 0x4d53 -> "MS+" + number;
                    case 0x4d42 -> "MB+" + number;
                    default -> String.format("%08x", tag);
                };
            };
        };
    }

    private static String ownName(int first) {
        return switch (first) {
            case 0xe0 -> "store/";
            case 0xe1 -> "transaction/";
            case 0xe2 -> "tombstone/";
            case 0xe3 -> "history/";
            case 0xe4 -> "seal/";
            case 0xe8 -> "bonds/";
            case 0xe9 -> "companion/";
            case 0xea -> "beyond/";
            default -> Integer.toHexString(first) + "/";
        };
    }
}
