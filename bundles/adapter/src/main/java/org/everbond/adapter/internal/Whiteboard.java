package org.everbond.adapter.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * The services of one kind that are there now, best first: highest {@code service.ranking}, then lowest {@code service.id}.
 * Chosen from in code, so that nobody writes target filters and nothing is created anew when one comes or goes. Any thread.
 */
final class Whiteboard<T> {
    private record Entry<T>(T service, Map<String, Object> properties, int ranking, long id) {}

    private final List<Entry<T>> entries = new ArrayList<>();
    private volatile BiConsumer<T, Boolean> listener = (service, added) -> {};

    /** Hears of each service that comes (true) and goes (false), also of those that are there already; outside of any lock. */
    void listener(BiConsumer<T, Boolean> listener) {
        this.listener = listener;
        all().forEach(service -> listener.accept(service, true));
    }

    /** Nobody listens any more. */
    void quiet() {
        listener = (service, added) -> {};
    }

    void add(T service, Map<String, Object> properties) {
        int ranking = properties.get("service.ranking") instanceof Integer value ? value : 0;
        long id = properties.get("service.id") instanceof Long value ? value : Long.MAX_VALUE;
        synchronized (this) {
            entries.add(new Entry<>(service, Map.copyOf(properties), ranking, id));
            entries.sort((a, b) ->
                    a.ranking != b.ranking ? Integer.compare(b.ranking, a.ranking) : Long.compare(a.id, b.id));
        }
        listener.accept(service, true);
    }

    void remove(T service) {
        boolean removed;
        synchronized (this) {
            removed = entries.removeIf(entry -> entry.service == service);
        }
        if (removed) {
            listener.accept(service, false);
        }
    }

    synchronized List<T> all() {
        return entries.stream().map(Entry::service).toList();
    }

    synchronized Optional<T> first(Predicate<T> wanted) {
        return entries.stream().map(Entry::service).filter(wanted).findFirst();
    }

    /** The best one whose service properties are as wanted. */
    synchronized Optional<T> where(Predicate<Map<String, Object>> wanted) {
        return entries.stream().filter(entry -> wanted.test(entry.properties)).map(Entry::service).findFirst();
    }

    /** The best one whose service property has this value, or that does not have the property at all if that is allowed. */
    synchronized Optional<T> first(String property, String value, boolean orAbsent) {
        return entries.stream()
                .filter(entry -> matches(entry.properties.get(property), value, orAbsent))
                .map(Entry::service)
                .findFirst();
    }

    /** Whether the service property of a service allows it for this value. */
    synchronized boolean allows(T service, String property, String value) {
        return entries.stream()
                .anyMatch(entry -> entry.service == service && matches(entry.properties.get(property), value, true));
    }

    private static boolean matches(Object actual, String value, boolean orAbsent) {
        return actual == null ? orAbsent : value.equals(actual.toString());
    }
}
