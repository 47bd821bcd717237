package org.everbond.adapter.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.SimulatedLoop;

/**
 * Threads in simulated time: real ones, of which only one runs at a time, and only while the simulated loop waits for it. What they do
 * happens in the same order every time. Each belongs to a {@link Process}, which can be killed at any moment in which it does nothing.
 */
final class Strands {
    private static final ExecutorService POOL = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "strand");
        thread.setDaemon(true);
        return thread;
    });

    private final SimulatedLoop loop;
    private final Semaphore baton = new Semaphore(0);
    private final Unspoken story = Unspoken.HERE.get();
    private Strand running;

    Strands(SimulatedLoop loop) {
        this.loop = loop;
    }

    /** Unwinds the stack of a strand whose process was killed, past everything that catches exceptions and errors. */
    private static final class Killed extends Throwable {
        private static final long serialVersionUID = 1;

        Killed() {
            super(null, null, false, false);
        }

        static <T extends Throwable> T thrown() throws T {
            @SuppressWarnings("unchecked")
            var sneaky = (T) new Killed();
            throw sneaky;
        }
    }

    /** What lives and dies together. */
    final class Process {
        private final List<Strand> strands = new ArrayList<>();
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private boolean alive = true;
        private long deeds;

        /** Runs it only if the process lives then. */
        Runnable guarded(Runnable task) {
            return () -> {
                if (alive) {
                    deeds++;
                    task.run();
                }
            };
        }

        boolean isAlive() {
            return alive;
        }

        /** Grows with everything that it does. */
        long deeds() {
            return deeds;
        }

        void start(Runnable work) {
            if (alive) {
                var strand = new Strand(this, work);
                strands.add(strand);
                POOL.execute(strand);
                loop.execute(() -> resume(strand));
            }
        }

        /** Runs it after what was handed over so before, so that no strand meets a monitor that another one holds. */
        void work(Runnable task) {
            tasks.add(task);
            if (tasks.size() == 1) {
                start(() -> {
                    while (!tasks.isEmpty()) {
                        tasks.peek().run();
                        tasks.remove();
                    }
                });
            }
        }

        /** Nothing of it happens any more. Not for its own strands. */
        void kill() {
            alive = false;
            for (var strand : List.copyOf(strands)) {
                resume(strand);
            }
        }

        /** For what its strands do: a dead process does nothing. */
        void check() {
            if (!alive) {
                Killed.<RuntimeException>thrown();
            }
        }

        /** Gives up the monitor; see {@link org.everbond.tlv.spi.StoreThreads#await}. */
        void await(Object monitor, long nanos) throws InterruptedException {
            running(monitor).park(monitor, nanos);
            check();
        }

        /** The strand that runs takes its time; the loop itself never does. */
        void pause(Duration time) {
            if (running == null) {
                return;
            }
            var monitor = new Object();
            try {
                synchronized (monitor) {
                    await(monitor, time.toNanos());
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        void signal(Object monitor) {
            for (var strand : strands) {
                if (strand.monitor == monitor) {
                    loop.execute(() -> {
                        if (strand.monitor == monitor) {
                            resume(strand);
                        }
                    });
                }
            }
        }
    }

    private Strand running(Object monitor) {
        if (running == null) {
            throw new IllegalStateException("only a strand may wait for " + monitor + "; the loop must not block");
        }
        return running;
    }

    /** Lets a strand run until it parks or ends. Nothing when it runs or has ended, or was resumed meanwhile. */
    private void resume(Strand strand) {
        if (strand.ended || running != null) {
            return;
        }
        running = strand;
        strand.process.deeds++;
        strand.resume();
        baton.acquireUninterruptibly();
        running = null;
        if (strand.failure != null) {
            var failure = strand.failure;
            strand.failure = null;
            throw new AssertionError("a thread of the gateway failed", failure);
        }
    }

    private final class Strand implements Runnable {
        private final Process process;
        private final Runnable work;
        private final Semaphore begin = new Semaphore(0);
        /** What it waits for; null while it runs and before it begins. */
        private Object monitor;

        private EventLoop.Timer timer = () -> {};
        private boolean begun;
        private boolean ended;
        private Throwable failure;

        Strand(Process process, Runnable work) {
            this.process = process;
            this.work = work;
        }

        @Override
        public void run() {
            begin.acquireUninterruptibly();
            Unspoken.HERE.set(story);
            try {
                process.check();
                work.run();
            } catch (Throwable e) {
                failure = e instanceof Killed ? null : e;
            } finally {
                ended = true;
                Unspoken.HERE.remove();
                process.strands.remove(this);
                baton.release();
            }
        }

        void resume() {
            if (!begun) {
                begun = true;
                begin.release();
                return;
            }
            timer.cancel();
            var waitsFor = monitor;
            // Held by the strand until it really waits.
            synchronized (waitsFor) {
                monitor = null;
                waitsFor.notifyAll();
            }
        }

        void park(Object waitsFor, long nanos) throws InterruptedException {
            monitor = waitsFor;
            if (nanos != Long.MAX_VALUE) {
                timer = loop.schedule(Duration.ofNanos(nanos), () -> {
                    if (monitor == waitsFor) {
                        Strands.this.resume(this);
                    }
                });
            }
            baton.release();
            while (monitor != null) {
                waitsFor.wait();
            }
        }
    }
}
