package org.everbond.tlv.nvs.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.everbond.tlv.Tags;

/** Decides which of the items found make values: chunks go to their index, and of two values of one name the later one counts. */
final class Resolution {
    private record Piece(int namespace, String key, int chunk) {}

    /** @param type with both forms of a blob as one */
    private record Identity(int namespace, String key, int type) {
        static Identity of(Item head) {
            return new Identity(head.namespace(), head.key(), head.isBlob() ? Item.INDEX : head.type());
        }
    }

    private final Map<Piece, Item> chunks = new HashMap<>();
    private final Map<Identity, Stored> stored = new LinkedHashMap<>();
    private final Map<Identity, Item> broken = new LinkedHashMap<>();

    /** @param activeRank of the page that takes writes; on it the library removes duplicates of any type */
    Resolution(List<Item> items, long activeRank) {
        var inOrder = new ArrayList<>(items);
        inOrder.sort(Comparator.comparingLong(Item::order));
        for (var item : inOrder) {
            if (item.type() == Item.CHUNK && item.hasGoodData()) {
                chunks.put(new Piece(item.namespace(), item.key(), item.chunk()), item);
            }
        }
        var onActivePage = new HashMap<PageWalk.Name, Identity>();
        for (var item : inOrder) {
            if (item.type() == Item.CHUNK) {
                continue;
            }
            var value = value(item);
            var identity = Identity.of(item);
            if (value == null) {
                broken.put(identity, item);
            } else if (item.namespace() == Item.NAMESPACES) {
                // Names of namespaces are never written anew: where there are two, the library takes the first.
                stored.putIfAbsent(identity, value);
            } else {
                stored.put(identity, value);
                if (item.order() >> 7 == activeRank) {
                    var former = onActivePage.put(new PageWalk.Name(item.namespace(), item.key()), identity);
                    if (former != null && !former.equals(identity)) {
                        stored.remove(former);
                    }
                }
            }
        }
    }

    Collection<Stored> stored() {
        return stored.values();
    }

    /**
     * One sentence for each value that is damaged, unless a later one has taken its place.
     *
     * @param namespaces index by name
     */
    List<String> broken(Map<String, Integer> namespaces) {
        var names = new HashMap<Integer, String>();
        namespaces.forEach((name, index) -> names.put(index, name));
        var sentences = new ArrayList<String>();
        broken.forEach((identity, item) -> {
            var used = stored.get(identity);
            if (used == null) {
                sentences.add(name(item, names.get(item.namespace())) + " is damaged");
            } else if (used.head().order() < item.order()) {
                sentences.add(name(item, names.get(item.namespace())) + " is damaged; the one before it is used");
            }
        });
        return sentences;
    }

    /** As people know it: BTstack's values by their tags. */
    private static String name(Item item, String namespace) {
        boolean tag = Contents.BTSTACK.equals(namespace) && Contents.KEY.matcher(item.key()).matches();
        return "value '" + item.key() + (tag ? "' (" + Tags.name(Integer.parseUnsignedInt(item.key(), 16)) + ")" : "'") + " in namespace "
                + (namespace == null ? item.namespace() : "'" + namespace + "'");
    }

    /** Null when it is damaged. */
    private Stored value(Item head) {
        return switch (head.type()) {
            case Item.STRING, Item.BLOB -> head.hasGoodData() ? new Stored(head, List.of()) : null;
            case Item.INDEX -> blob(head);
            default -> new Stored(head, List.of());
        };
    }

    private Stored blob(Item index) {
        if (index.firstChunk() + index.chunks() > Item.NO_CHUNK) {
            return null;
        }
        var pieces = new ArrayList<Item>(index.chunks());
        long size = 0;
        for (int i = 0; i < index.chunks(); i++) {
            var piece = chunks.get(new Piece(index.namespace(), index.key(), index.firstChunk() + i));
            if (piece == null) {
                return null;
            }
            size += piece.size();
            pieces.add(piece);
        }
        return size == index.totalSize() ? new Stored(index, pieces) : null;
    }
}
