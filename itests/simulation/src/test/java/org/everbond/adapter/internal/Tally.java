package org.everbond.adapter.internal;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What happened in stories, counted by group and name, for the report. */
final class Tally {
    private final Map<String, Map<String, Long>> groups = new TreeMap<>();

    void count(String group, String name) {
        count(group, name, 1);
    }

    void count(String group, String name, long times) {
        groups.computeIfAbsent(group, any -> new TreeMap<>()).merge(name, times, Long::sum);
    }

    void add(Tally other) {
        other.groups.forEach((group, names) -> names.forEach((name, times) -> count(group, name, times)));
    }

    /** All of a group together. */
    long of(String group) {
        return groups.getOrDefault(group, Map.of()).values().stream().mapToLong(Long::longValue).sum();
    }

    long of(String group, String name) {
        return groups.getOrDefault(group, Map.of()).getOrDefault(name, 0L);
    }

    @Override
    public String toString() {
        return groups.entrySet().stream()
                .map(group -> group.getKey() + ": " + of(group.getKey()) + " ("
                        + group.getValue().entrySet().stream()
                                .map(name -> name.getKey() + " " + name.getValue())
                                .collect(Collectors.joining(", "))
                        + ")")
                .collect(Collectors.joining("\n  "));
    }
}
