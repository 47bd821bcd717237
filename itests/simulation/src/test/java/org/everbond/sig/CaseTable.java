package org.everbond.sig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads the table of cases. A row begins with the case's id in the first column, its steps are indented; see {@link CaseRun} for
 * them. {@code define <name> ... end} in the first column names steps that {@code do <name>} stands for; {@code <n> times ... end} and
 * {@code for $ in a b c ... end} repeat steps. {@code #} begins a comment.
 */
final class CaseTable {
    private static final Pattern TIMES = Pattern.compile("(\\d+) times");
    private static final Pattern FOR = Pattern.compile("for \\$ in (.+)");

    /** @param line in the file */
    record Step(int line, String words) {}

    record Row(String id, String title, List<Step> steps) {
        @Override
        public String toString() {
            return id + ": " + title;
        }
    }

    private final Map<String, List<Step>> definitions = new HashMap<>();
    private final List<Row> rows = new ArrayList<>();

    static List<Row> read(String resource) {
        var table = new CaseTable();
        table.parse(lines(resource));
        return table.rows;
    }

    static List<String> lines(String resource) {
        try (var in = CaseTable.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void parse(List<String> lines) {
        List<Step> steps = List.of();
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i).replaceFirst("(^|\\s)#.*", "").stripTrailing();
            if (line.isBlank()) {
                continue;
            }
            if (line.startsWith(" ")) {
                steps.add(new Step(i + 1, line.strip()));
            } else if (line.startsWith("define ")) {
                steps = new ArrayList<>();
                definitions.put(line.substring("define ".length()), steps);
            } else if (!line.equals("end")) {
                int space = line.indexOf(' ');
                steps = new ArrayList<>();
                rows.add(new Row(line.substring(0, space), line.substring(space).strip(), steps));
            }
        }
        rows.replaceAll(row -> new Row(row.id(), row.title(), expanded(new ArrayDeque<>(row.steps()), "")));
    }

    /** Takes steps up to the end of the block, or all. */
    private List<Step> expanded(Deque<Step> from, String value) {
        var steps = new ArrayList<Step>();
        while (!from.isEmpty()) {
            var step = from.poll();
            var words = step.words().replace("$", value.isEmpty() ? "$" : value);
            var times = TIMES.matcher(words);
            var each = FOR.matcher(words);
            if (words.equals("end")) {
                return steps;
            } else if (words.startsWith("do ")) {
                var definition = definitions.get(words.substring(3));
                if (definition == null) {
                    throw new IllegalArgumentException("line " + step.line() + ": " + words + " is not defined");
                }
                steps.addAll(expanded(new ArrayDeque<>(definition), value));
            } else if (times.matches() || each.matches()) {
                var values = times.matches() ? List.of(value) : List.of(each.group(1).split(" "));
                int repeat = times.matches() ? Integer.parseInt(times.group(1)) : 1;
                var block = block(from);
                for (int i = 0; i < repeat; i++) {
                    values.forEach(one -> steps.addAll(expanded(new ArrayDeque<>(block), one)));
                }
            } else {
                steps.add(new Step(step.line(), words));
            }
        }
        return steps;
    }

    /** Steps up to the end that belongs to the block. */
    private static List<Step> block(Deque<Step> from) {
        var block = new ArrayList<Step>();
        for (int depth = 1; ; ) {
            var step = from.remove();
            depth += step.words().equals("end") ? -1 : TIMES.matcher(step.words()).matches() || FOR.matcher(step.words()).matches() ? 1 : 0;
            if (depth == 0) {
                return block;
            }
            block.add(step);
        }
    }
}
