package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.everbond.itests.story.swap.Chapter;
import org.everbond.itests.story.swap.SwapStory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The swap story in plain Java; {@code itests/felix} and {@code itests/karaf} tell the same one. */
@Timeout(300)
class SwapStoryTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void chapter(Chapter chapter) throws Exception {
        var line = new SwapStory(new PlainGround(folder), folder).tell(chapter);

        System.out.println("swap story in plain Java: " + line);
        assertThat(line).startsWith(chapter.name());
    }
}
