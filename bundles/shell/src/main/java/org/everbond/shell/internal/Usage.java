package org.everbond.shell.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a command is called.
 *
 * @param synopsis name and arguments as {@code help} shows them; its first word is the name
 * @param summary one line; what stands before its first stop is shown in the list of all commands
 * @param maximum how many arguments it takes besides options
 * @param timeout default deadline
 * @param options those it takes besides what all take
 * @param examples lines that work
 */
record Usage(String synopsis, String summary, int maximum, String timeout, List<Option> options, List<String> examples) {
    /** @param value what to write behind it; empty for a switch */
    record Option(String name, String value, String text) {}

    private static final Option ADAPTER =
            new Option("--adapter", "NAME", "the adapter; needed only when there are several");
    private static final Option JSON = new Option("--json", "", "one JSON object per line instead of text");

    String name() {
        int end = synopsis.indexOf(' ');
        return end < 0 ? synopsis : synopsis.substring(0, end);
    }

    List<Option> allOptions() {
        var all = new ArrayList<>(options);
        all.add(ADAPTER);
        all.add(new Option("--timeout", "TIME", "deadline, default " + timeout + "; such as 500ms, 10s, 2m"));
        all.add(JSON);
        return all;
    }

    /** What it does in a few words: the summary up to its first stop. */
    String gist() {
        return summary.split("[.:;]( |$)", 2)[0];
    }

    Optional<Option> option(String name) {
        return allOptions().stream().filter(option -> option.name().equals(name)).findFirst();
    }

    String text() {
        var text = new StringBuilder(synopsis).append("\n  ").append(summary).append("\n\noptions\n");
        for (var option : allOptions()) {
            text.append(String.format("  %-20s %s%n", option.name() + " " + option.value(), option.text()));
        }
        text.append("\nexamples");
        examples.forEach(example -> text.append("\n  ").append(example));
        return text.toString();
    }
}
