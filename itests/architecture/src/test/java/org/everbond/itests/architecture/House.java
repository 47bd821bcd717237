package org.everbond.itests.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The drawing: every bundle, and the bundles that it may know. */
final class House {
    static final String ROOT = "org.everbond";

    /** Class files of all bundles. */
    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("org/everbond/itests/"))
            .importPackages(ROOT);

    private static final Set<String> MEMORY = Set.of("bonds", "tlv", "crypto");
    private static final Set<String> AIR = Set.of("host", "hci", "crypto");

    private static final Map<String, Set<String>> MAY_KNOW = new LinkedHashMap<>();

    static {
        MAY_KNOW.put("crypto", Set.of());
        MAY_KNOW.put("tlv", Set.of("crypto"));
        MAY_KNOW.put("tlv.memory", Set.of("tlv"));
        MAY_KNOW.put("tlv.file", Set.of("tlv"));
        MAY_KNOW.put("tlv.nvs", Set.of("tlv"));
        MAY_KNOW.put("tlv.flash", Set.of("tlv"));
        MAY_KNOW.put("tlv.sealed", Set.of("tlv"));
        MAY_KNOW.put("bonds", Set.of("tlv", "crypto"));
        MAY_KNOW.put("store", Set.of("bonds", "tlv", "tlv.file", "tlv.nvs", "tlv.flash", "tlv.sealed", "crypto"));
        MAY_KNOW.put("hci", Set.of("crypto"));
        MAY_KNOW.put("hci.serial", Set.of("hci", "crypto"));
        MAY_KNOW.put("hci.socket", Set.of("hci", "crypto"));
        MAY_KNOW.put("hci.virtual", Set.of("hci", "crypto"));
        MAY_KNOW.put("host", Set.of("hci", "crypto"));
        MAY_KNOW.put("security", union(AIR, MEMORY));
        MAY_KNOW.put("gatt", union(Set.of("security"), AIR, MEMORY));
        MAY_KNOW.put("adapter", union(Set.of("gatt", "security"), AIR, MEMORY));
        MAY_KNOW.put("agent", union(Set.of("security"), Set.of("bonds", "tlv", "crypto")));
        MAY_KNOW.put("shell", union(Set.of("adapter", "gatt", "security"), AIR, MEMORY));
        MAY_KNOW.put("gateway", Set.of());
    }

    private House() {}

    @SafeVarargs
    private static Set<String> union(Set<String>... sets) {
        var all = new java.util.TreeSet<String>();
        for (var set : sets) {
            all.addAll(set);
        }
        return all;
    }

    static Set<String> bundles() {
        return MAY_KNOW.keySet();
    }

    static boolean mayKnow(String bundle, String other) {
        return bundle.equals(other) || MAY_KNOW.get(bundle).contains(other);
    }

    /** The bundle that a class is in: the longest name that its package starts with. */
    static Optional<String> bundle(JavaClass type) {
        var name = type.getPackageName();
        return MAY_KNOW.keySet().stream()
                .filter(bundle -> name.equals(ROOT + "." + bundle) || name.startsWith(ROOT + "." + bundle + "."))
                .max(Comparator.comparingInt(String::length));
    }

    static boolean internal(JavaClass type) {
        return (type.getPackageName() + ".").contains(".internal.");
    }
}
