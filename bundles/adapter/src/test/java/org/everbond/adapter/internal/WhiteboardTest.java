package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WhiteboardTest {
    private final Whiteboard<String> board = new Whiteboard<>();

    @Test
    void theHighestRankingComesFirstThenTheOldest() {
        board.add("young", Map.of("service.id", 9L));
        board.add("old", Map.of("service.id", 3L));
        board.add("best", Map.of("service.id", 12L, "service.ranking", 5));
        assertThat(board.all()).containsExactly("best", "old", "young");
        board.remove("best");
        assertThat(board.first(any -> true)).contains("old");
    }

    @Test
    void aServiceForAnotherAdapterIsNotTaken() {
        board.add("theirs", Map.of("adapter", "b", "service.ranking", 9));
        board.add("anybody's", Map.of());
        assertThat(board.first("adapter", "a", true)).contains("anybody's");
        assertThat(board.first("adapter", "a", false)).isEmpty();
        assertThat(board.allows("theirs", "adapter", "a")).isFalse();
        assertThat(board.allows("anybody's", "adapter", "a")).isTrue();
    }

    @Test
    void listenersHearOfThoseThatAreThereAlready() {
        List<String> heard = new ArrayList<>();
        board.add("first", Map.of());
        board.listener((service, added) -> heard.add((added ? "+" : "-") + service));
        board.add("second", Map.of());
        board.remove("first");
        board.remove("first");
        assertThat(heard).containsExactly("+first", "+second", "-first");
    }
}
