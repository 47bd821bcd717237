package org.everbond.itests.story.swap;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;

/** Where a store may be, by kind of backend. */
final class Places {
    static final List<String> KINDS = List.of("file", "flash", "nvs", "memory", "sealed");

    private static final String PASSWORD = "a password";

    private final Path folder;
    private int made;

    /** @param folder in which they are, with the keys for sealed ones */
    Places(Path folder) throws Exception {
        this.folder = folder;
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(null, PASSWORD.toCharArray());
        for (var alias : List.of("everbond", "next")) {
            var key = new byte[32];
            key[0] = (byte) alias.hashCode();
            keys.setEntry(
                    alias,
                    new KeyStore.SecretKeyEntry(new SecretKeySpec(key, "AES")),
                    new KeyStore.PasswordProtection(PASSWORD.toCharArray()));
        }
        try (OutputStream out = Files.newOutputStream(folder.resolve("keys.p12"))) {
            keys.store(out, PASSWORD.toCharArray());
        }
        Files.writeString(folder.resolve("keys.pw"), PASSWORD + "\n");
    }

    /** A place of this kind that nobody has used yet. */
    Place another(String kind) {
        return named(kind, kind + "-" + ++made);
    }

    Place named(String kind, String name) {
        var path = folder.resolve(name);
        return switch (kind) {
            case "nvs" -> new Place(kind, name, path.toString(), "?size=256K");
            case "memory" -> new Place(kind, name, name, "");
            case "sealed" -> new Place(kind, name, "file:" + path, keys(""));
            default -> new Place(kind, name, path.toString(), "");
        };
    }

    /** Options of a sealed place, with more of them. */
    String keys(String more) {
        return "?keystore=" + folder.resolve("keys.p12") + "&passwordFile=" + folder.resolve("keys.pw") + more;
    }

    /** @param name with which what its backend says of its place ends */
    record Place(String kind, String name, String where, String options) {
        /** The value of {@code store=}. */
        String store() {
            return kind + ":" + where + options;
        }

        @Override
        public String toString() {
            return kind + ":" + name;
        }
    }
}
