package org.everbond.adapter.internal;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** What a misspelt word was most likely meant to be. */
final class Spelling {
    private Spelling() {}

    /** The one of the words that is meant, if one is near enough: at most every third letter wrong. */
    static Optional<String> nearest(String word, Collection<String> words) {
        return words.stream()
                .min(Comparator.comparingInt(known -> distance(word, known)))
                .filter(known -> distance(word, known) * 3 <= Math.max(word.length(), known.length()));
    }

    /**
     * How many letters are to be changed, added, left out or exchanged with their neighbour to make one of the other, whatever
     * their case (optimal string alignment).
     */
    static int distance(String one, String other) {
        String from = one.toLowerCase(Locale.ROOT);
        String to = other.toLowerCase(Locale.ROOT);
        int[][] table = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                table[i][j] = i == 0 || j == 0 ? i + j : nearest(table, from, to, i, j);
            }
        }
        return table[from.length()][to.length()];
    }

    private static int nearest(int[][] table, String from, String to, int i, int j) {
        int changed = table[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        int least = Math.min(changed, 1 + Math.min(table[i - 1][j], table[i][j - 1]));
        boolean exchanged = i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return exchanged ? Math.min(least, table[i - 2][j - 2] + 1) : least;
    }
}
