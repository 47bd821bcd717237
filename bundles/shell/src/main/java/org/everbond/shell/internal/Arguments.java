package org.everbond.shell.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The arguments of one call of a command, checked against its usage. */
final class Arguments {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|)");
    private static final Duration NONE = Duration.ofDays(36_500);

    private final Usage usage;
    private final List<String> words = new ArrayList<>();
    private final Map<String, String> options = new HashMap<>();

    private Arguments(Usage usage) {
        this.usage = usage;
    }

    static Arguments parse(Usage usage, List<?> given) throws CommandException {
        var arguments = new Arguments(usage);
        var rest = new ArrayDeque<String>();
        given.forEach(value -> rest.add(String.valueOf(value)));
        while (!rest.isEmpty()) {
            var word = rest.pop();
            if (word.equals("--")) {
                arguments.words.addAll(rest);
                rest.clear();
            } else if (word.startsWith("--")) {
                arguments.option(word, rest);
            } else {
                arguments.words.add(word);
            }
        }
        if (arguments.words.size() > usage.maximum()) {
            throw arguments.wrong("does not take the argument '" + arguments.words.get(usage.maximum()) + "'");
        }
        return arguments;
    }

    private void option(String word, ArrayDeque<String> rest) throws CommandException {
        int cut = word.indexOf('=');
        var name = cut < 0 ? word : word.substring(0, cut);
        var option = usage.option(name).orElseThrow(() -> wrong("does not know the option '" + name + "'"));
        if (option.value().isEmpty()) {
            if (cut >= 0) {
                throw wrong("takes no value behind " + name);
            }
            options.put(name, "");
        } else if (cut >= 0) {
            options.put(name, word.substring(cut + 1));
        } else if (rest.isEmpty()) {
            throw wrong("needs " + option.value() + " behind " + name);
        } else {
            options.put(name, rest.pop());
        }
    }

    /** An error in how the command was called. */
    CommandException wrong(String what) {
        return new CommandException("'" + usage.name() + "' " + what + "; 'help " + usage.name() + "' shows how it is called");
    }

    int size() {
        return words.size();
    }

    Optional<String> word(int index) {
        return index < words.size() ? Optional.of(words.get(index)) : Optional.empty();
    }

    /** For what is begun by a command, and ended by the same one with 'off' as its last word. */
    boolean isOff(int index) throws CommandException {
        var word = word(index);
        if (word.isPresent() && !word.get().equals("off")) {
            throw wrong("takes nothing or 'off', not '" + word.get() + "'");
        }
        return word.isPresent();
    }

    /** @param what named in the message when it is missing */
    String required(int index, String what) throws CommandException {
        return word(index).orElseThrow(() -> wrong("needs " + what));
    }

    boolean has(String option) {
        return options.containsKey(option);
    }

    Optional<String> option(String option) {
        return Optional.ofNullable(options.get(option));
    }

    /** The deadline; {@code none} is longer than any gateway runs. */
    Duration timeout() throws CommandException {
        var text = options.getOrDefault("--timeout", usage.timeout());
        return text.equals("none") ? NONE : duration(text);
    }

    Duration duration(String option, String fallback) throws CommandException {
        return duration(options.getOrDefault(option, fallback));
    }

    static boolean isDuration(String text) {
        return DURATION.matcher(text).matches();
    }

    /** Reads {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}; a number alone is seconds. */
    static Duration duration(String text) throws CommandException {
        var matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new CommandException("'" + text + "' is not a time; write 500ms, 10s, 2m or 1h");
        }
        long count = Long.parseLong(matcher.group(1));
        var duration = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofSeconds(count);
        };
        if (duration.compareTo(NONE) > 0) {
            throw new CommandException("'" + text + "' is longer than a hundred years; write a shorter time");
        }
        return duration;
    }

    /** @param what named in the message */
    static int number(String text, int minimum, int maximum, String what) throws CommandException {
        try {
            int number = Integer.decode(text);
            if (number >= minimum && number <= maximum) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new CommandException(what + " is a number " + minimum + ".." + maximum + ", not '" + text + "'");
    }
}
