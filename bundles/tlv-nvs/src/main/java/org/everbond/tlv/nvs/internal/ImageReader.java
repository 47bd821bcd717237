package org.everbond.tlv.nvs.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reads an image as Espressif's library does when it opens a partition, but changes nothing and loses nothing: a value whose
 * rewriting was interrupted is the old or the new one, also where the library's repair takes the old one for a duplicate. A blob
 * counts by its index: the latest one whose chunks are all there. Never throws, whatever the image holds.
 */
final class ImageReader {
    /** More sentences than anybody reads. */
    private static final int MOST_SENTENCES = 100;

    private final byte[] image;
    private final List<Page> good = new ArrayList<>();
    private final List<Page> bad = new ArrayList<>();
    private final PageWalk walk = new PageWalk();
    private final List<String> damage = new ArrayList<>();

    private ImageReader(byte[] image) {
        this.image = image;
        for (int number = 0; number < image.length / Page.SIZE; number++) {
            var page = new Page(image, number);
            (page.isGood() ? good : bad).add(page);
        }
        good.sort(Comparator.comparingLong(Page::sequence));
    }

    /** @param image whole pages */
    static Contents read(byte[] image) {
        return new ImageReader(image).read();
    }

    /** Whether there is a page in a format that is newer than all we know. The library refuses the whole partition then. */
    static boolean isNewer(byte[] image) {
        for (int number = 0; number < image.length / Page.SIZE; number++) {
            var page = new Page(image, number);
            if (page.isGood() && page.version() < Page.VERSION_2) {
                return true;
            }
        }
        return false;
    }

    private Contents read() {
        for (int rank = 0; rank < good.size(); rank++) {
            int unreadable = walk.read(good.get(rank), rank);
            if (unreadable > 0) {
                report("page " + good.get(rank).number() + " has " + unreadable
                        + (unreadable == 1 ? " entry" : " entries") + " that cannot be read");
            }
        }
        boolean encrypted = walk.looksEncrypted();
        var resolved = new Resolution(walk.items, activeRank());
        resolved.broken(namespaces(resolved.stored())).forEach(this::report);
        var stored = new ArrayList<>(resolved.stored());
        boolean salvaged = !encrypted && salvage(stored);
        stored.sort(Comparator.comparingLong(value -> value.head().order()));
        boolean recognized = !good.isEmpty() || salvaged || isErased();
        var namespaces = namespaces(stored);
        var contents = new Contents(
                image.length / Page.SIZE, version(), namespaces, stored, damage, recognized, encrypted);
        reportNameless(contents);
        return contents;
    }

    private long activeRank() {
        for (int rank = 0; rank < good.size(); rank++) {
            if (good.get(rank).state() == Page.ACTIVE) {
                return rank;
            }
        }
        return -1;
    }

    /**
     * Pages with a damaged header: the library forgets them. Their values that are nowhere else, and were not deleted as far as
     * can be seen, are taken over; each has a checksum of its own.
     */
    private boolean salvage(List<Stored> stored) {
        var all = new ArrayList<>(walk.items);
        var readable = new ArrayList<Integer>();
        var hopeless = new ArrayList<Page>();
        for (int i = 0; i < bad.size(); i++) {
            var remains = new PageWalk();
            remains.read(bad.get(i), i - bad.size());
            all.addAll(remains.items);
            if (!remains.items.isEmpty()) {
                readable.add(bad.get(i).number());
            }
            if (remains.items.isEmpty() && remains.deleted.isEmpty() && !bad.get(i).isBlank()) {
                hopeless.add(bad.get(i));
            }
        }
        var taken = names(stored);
        var found = all.size() == walk.items.size() ? List.<Stored>of() : new Resolution(all, activeRank()).stored().stream()
                .filter(value -> !taken.contains(name(value)) && !walk.deleted.contains(name(value)))
                .toList();
        stored.addAll(found);
        if (!found.isEmpty()) {
            long values = found.stream().filter(value -> value.head().namespace() != Item.NAMESPACES).count();
            report("the header of page " + readable.stream().map(String::valueOf).collect(Collectors.joining(", ")) + " is damaged; "
                    + values + (values == 1 ? " value that is nowhere else was" : " values that are nowhere else were") + " read from there");
        }
        hopeless.forEach(page -> report("page " + page.number() + " is damaged and nothing in it can be read"));
        return !found.isEmpty();
    }

    private static Set<PageWalk.Name> names(List<Stored> stored) {
        return stored.stream().map(ImageReader::name).collect(Collectors.toSet());
    }

    private static PageWalk.Name name(Stored value) {
        return new PageWalk.Name(value.head().namespace(), value.head().key());
    }

    private static Map<String, Integer> namespaces(Collection<Stored> stored) {
        var namespaces = new LinkedHashMap<String, Integer>();
        for (var value : stored) {
            var head = value.head();
            if (head.namespace() == Item.NAMESPACES && head.type() == Item.U8 && head.small() >= 1 && head.small() <= 254) {
                namespaces.putIfAbsent(head.key(), head.small());
            }
        }
        return namespaces;
    }

    private void reportNameless(Contents contents) {
        var counts = new TreeMap<Integer, Integer>();
        for (var value : contents.stored()) {
            int namespace = value.head().namespace();
            if (!contents.isNamed(namespace)) {
                counts.merge(namespace, 1, Integer::sum);
            }
        }
        int btstack = contents.btstack();
        counts.forEach((namespace, count) -> report("the name of namespace " + namespace + " with " + count
                + (count == 1 ? " value" : " values") + " is lost; " + (namespace == btstack ? "its values are BTstack's" : "they stay in it")));
    }

    /** Only a partition that was never written by a newer library keeps its blobs in one piece. */
    private int version() {
        boolean old = !good.isEmpty() && good.stream().allMatch(page -> page.version() == Page.VERSION_1);
        return old ? Page.VERSION_1 : Page.VERSION_2;
    }

    private boolean isErased() {
        var erased = new byte[Page.SIZE];
        Arrays.fill(erased, (byte) 0xff);
        for (int at = 0; at < image.length; at += Page.SIZE) {
            if (!Arrays.equals(image, at, at + Page.SIZE, erased, 0, Page.SIZE)) {
                return false;
            }
        }
        return image.length > 0;
    }

    private void report(String sentence) {
        if (damage.size() < MOST_SENTENCES) {
            damage.add(sentence);
        } else if (damage.size() == MOST_SENTENCES) {
            damage.add("there is more damage than is listed");
        }
    }
}
