package org.everbond.itests.story.swap;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The storage behind a gateway changes while a link is up and read, and visitors pair. After each chapter nothing that was acknowledged is
 * lost, no link lost its encryption, nobody paired again, nobody heard 0x06, all come again with their stored keys, and it is all there
 * still when the gateway starts anew.
 */
public final class SwapStory {
    private final Ground ground;
    private final Path folder;

    /** @param folder empty, or not there yet */
    public SwapStory(Ground ground, Path folder) {
        this.ground = ground;
        this.folder = folder;
    }

    /** Tells one chapter; returns one line with its figures. */
    public String tell(Chapter chapter) throws Exception {
        var own = Files.createDirectories(folder.resolve(chapter.name().toLowerCase(Locale.ROOT)));
        var places = new Places(own);
        try (var stage = new Stage(ground, own)) {
            var scene = new Scene(ground, stage, places);
            stage.begin();
            chapter.happen(scene);
            stage.curtain();
            return chapter + ": " + scene.swaps() + " swaps, " + stage.figures();
        } finally {
            // Else the gateway of the next chapter would find the bonds of this one where they were kept last, and take them along.
            Files.move(own, own.resolveSibling(own.getFileName() + "-told"));
        }
    }

    /**
     * Tells every chapter and prints its figures.
     *
     * @param where for people
     * @throws AssertionError that names the chapters which did not go well
     */
    public void tellAll(String where) {
        var failed = new AssertionError("chapters that did not go well " + where);
        for (var chapter : Chapter.values()) {
            try {
                System.out.println("swap story " + where + ": " + tell(chapter));
            } catch (Exception | AssertionError e) {
                failed.addSuppressed(new AssertionError(chapter + ": " + e.getMessage(), e));
            }
        }
        if (failed.getSuppressed().length > 0) {
            failed.printStackTrace();
            throw failed;
        }
    }
}
