package org.everbond.shell.internal;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.everbond.adapter.Adapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that happens on all adapters: kept for a while, and handed to those who listen. */
final class EventFeed {
    private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);
    private static final int KEPT = 256;

    private final ArrayDeque<Happening> recent = new ArrayDeque<>();
    private final List<Consumer<Happening>> listeners = new CopyOnWriteArrayList<>();
    private final Map<Adapter, AutoCloseable> sources = new HashMap<>();
    private final Map<PrintStream, Consumer<Happening>> live = new HashMap<>();
    private final Map<PrintStream, Consumer<Happening>> questions = new HashMap<>();

    synchronized void add(Adapter adapter) {
        sources.put(adapter, adapter.listen(event -> publish(Happening.of(event))));
    }

    /** The adapter is gone; what it says of its own end is not heard any more. */
    void remove(Adapter adapter) {
        AutoCloseable subscription;
        synchronized (this) {
            subscription = sources.remove(adapter);
        }
        if (subscription != null) {
            publish(Happening.gone(adapter.name()));
            try {
                subscription.close();
            } catch (Exception e) {
                LOG.warn("the events of adapter {} cannot be given up", adapter.name(), e);
            }
        }
    }

    void publish(Happening happening) {
        synchronized (this) {
            recent.add(happening);
            if (recent.size() > KEPT) {
                recent.remove();
            }
        }
        listeners.forEach(listener -> listener.accept(happening));
    }

    /** It is not to be shown again. */
    synchronized void withdraw(Happening happening) {
        recent.remove(happening);
    }

    synchronized List<Happening> recent() {
        return List.copyOf(recent);
    }

    void listen(Consumer<Happening> listener) {
        listeners.add(listener);
    }

    void leave(Consumer<Happening> listener) {
        listeners.remove(listener);
    }

    /** Shows everything from now on where a session writes, until {@link #hide} or the session is gone. */
    synchronized void show(Output output) {
        hide(output.stream());
        Consumer<Happening> printer = happening -> print(output, happening);
        live.put(output.stream(), printer);
        listen(printer);
    }

    private void print(Output output, Happening happening) {
        output.print(happening.object(), happening.line());
        if (output.stream().checkError()) {
            hide(output.stream());
        }
    }

    synchronized void hide(PrintStream stream) {
        var printer = live.remove(stream);
        if (printer != null) {
            leave(printer);
        }
    }

    /** Shows what the user of a pairing has to see where a session writes, unless that shows everything anyway. */
    synchronized void showQuestions(Output output) {
        hideQuestions(output.stream());
        Consumer<Happening> printer = happening -> {
            if (happening.isForTheUser() && !showsEverything(output.stream())) {
                output.remark(happening.text());
                if (output.stream().checkError()) {
                    hideQuestions(output.stream());
                }
            }
        };
        questions.put(output.stream(), printer);
        listen(printer);
    }

    private synchronized boolean showsEverything(PrintStream stream) {
        return live.containsKey(stream);
    }

    synchronized void hideQuestions(PrintStream stream) {
        var printer = questions.remove(stream);
        if (printer != null) {
            leave(printer);
        }
    }
}
