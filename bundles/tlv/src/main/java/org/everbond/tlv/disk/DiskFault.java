package org.everbond.tlv.disk;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Tells people what an I/O error means and what to do. */
public final class DiskFault {
    private DiskFault() {}

    /** One sentence without full stop, naming the file where the system does. */
    public static String sentence(IOException e) {
        var place = e instanceof FileSystemException fault && fault.getFile() != null ? fault.getFile() + " " : "";
        if (e instanceof AccessDeniedException) {
            return place + "may not be read or written by this user; change its permissions or configure another place";
        }
        if (e instanceof NoSuchFileException) {
            return place + "does not exist and cannot be made there; configure another place";
        }
        if (e instanceof FileSystemLoopException || text(e).contains("too many levels of symbolic links")) {
            return place + "is a chain of symbolic links without end; configure the file itself";
        }
        if (e instanceof FileAlreadyExistsException) {
            return place + "is in the way; move it away";
        }
        if (text(e).contains("not a directory")) {
            return place + "lies below something that is no folder; configure another place";
        }
        if (isFull(e)) {
            return "the disk is full; make room";
        }
        if (text(e).contains("read-only")) {
            return place + "is on a read-only file system; configure another place";
        }
        var reason = e instanceof FileSystemException fault ? fault.getReason() : e.getMessage();
        return place + (reason == null ? e.getClass().getSimpleName() : reason);
    }

    /**
     * The same for a file that is named in any case.
     *
     * @param otherwise what is said of it before a reason that does not name it, as in {@code cannot be read}
     */
    public static String sentence(Path file, String otherwise, IOException e) {
        var sentence = sentence(e);
        return sentence.startsWith(file.toString()) ? sentence : file + " " + otherwise + ": " + sentence;
    }

    /** Whether it says that there is no room. */
    public static boolean isFull(IOException e) {
        var text = text(e);
        return text.contains("no space") || text.contains("quota") || text.contains("not enough space");
    }

    private static String text(IOException e) {
        return e.getMessage() == null ? "" : e.getMessage().toLowerCase(Locale.ROOT);
    }
}
