package org.everbond.agent.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/** A text that nobody may see: as configured, or in a file that is read whenever it is needed. */
final class Secret {
    private static final int OCTETS = 4096;
    private static final Set<PosixFilePermission> OTHERS =
            Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    private final String option;
    private final String text;
    private final Path file;

    private Secret(String option, String text, Path file) {
        this.option = option;
        this.text = text;
        this.file = file;
    }

    static Secret of(String option, String text) {
        return new Secret(option, text, null);
    }

    static Secret in(String option, Path file) {
        return new Secret(option, null, file);
    }

    /** Where it is, for messages. */
    String place() {
        return file == null ? option : option + "=" + file;
    }

    /** @throws IllegalArgumentException when it cannot be read, with one sentence for people */
    String read() {
        if (file == null) {
            return text;
        }
        try {
            if (Files.size(file) > OCTETS) {
                throw new IllegalArgumentException(place() + " has more than " + OCTETS + " octets; write only the secret into it");
            }
            return Files.readString(file).trim();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    place() + " cannot be read; write the secret into that file, and let only the gateway's user read it", e);
        }
    }

    /** Whether others on this machine may read its file. */
    boolean isOpenToOthers() {
        if (file == null) {
            return false;
        }
        try {
            return Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** The secret, whichever way it is configured; empty when it is not. */
    static Optional<Secret> configured(String option, String text, Optional<Path> file) {
        if (!text.isEmpty() && file.isPresent()) {
            throw new IllegalArgumentException(option + " and " + option + ".file are both set; drop one of them");
        }
        return file.map(path -> in(option + ".file", path)).or(() -> text.isEmpty() ? Optional.empty() : Optional.of(of(option, text)));
    }

    @Override
    public String toString() {
        return "Secret[" + (file == null ? option : place()) + "]";
    }
}
