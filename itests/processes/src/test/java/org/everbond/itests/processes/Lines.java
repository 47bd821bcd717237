package org.everbond.itests.processes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The lines that a process writes on one stream, as they come. */
final class Lines {
    private final String name;
    private final List<String> lines = new ArrayList<>();
    private boolean ended;

    Lines(String name, InputStream stream) {
        this.name = name;
        var reader = new Thread(() -> read(stream), "lines of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read(InputStream stream) {
        try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            add("(" + name + " ended: " + e.getMessage() + ")");
        }
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    synchronized int size() {
        return lines.size();
    }

    /** The lines so far, from an index on. */
    synchronized List<String> from(int index) {
        return List.copyOf(lines.subList(index, lines.size()));
    }

    synchronized boolean ended() {
        return ended;
    }

    /**
     * Waits until the lines so far have what is looked for.
     *
     * @return empty when the stream ended or the deadline passed before
     */
    synchronized <T> Optional<T> await(Function<List<String>, Optional<T>> look, Duration deadline) throws InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            var found = look.apply(lines);
            long left = (end - System.nanoTime()) / 1_000_000;
            if (found.isPresent() || ended || left <= 0) {
                return found;
            }
            wait(left);
        }
    }

    /** Waits for the end of the stream. */
    synchronized void awaitEnd(Duration deadline) throws InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        for (long left = deadline.toMillis(); !ended && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
    }

    @Override
    public synchronized String toString() {
        return String.join("\n", lines);
    }
}
