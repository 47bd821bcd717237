package org.everbond.itests.story.swap;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.everbond.adapter.Link;

/** Reads the protected value over a link again and again. */
final class Reader implements AutoCloseable {
    private final Link link;
    private final int handle;
    private final String value;
    private final Thread thread;
    private long reads;
    private Exception failure;
    private boolean stop;

    Reader(Link link, int handle, String value) {
        this.link = link;
        this.handle = handle;
        this.value = value;
        thread = new Thread(this::read, "story-reader");
        thread.start();
    }

    private void read() {
        try {
            while (!isStopped()) {
                var read = new String(Actor.get(link.gatt().read(handle)), StandardCharsets.UTF_8);
                if (!read.equals(value)) {
                    throw new IllegalStateException("the protected value is '" + read + "'");
                }
                count();
            }
        } catch (Exception e) {
            fail(e);
        }
    }

    private synchronized boolean isStopped() {
        return stop;
    }

    private synchronized void count() {
        reads++;
        notifyAll();
    }

    private synchronized void fail(Exception e) {
        failure = e;
        notifyAll();
    }

    synchronized long reads() {
        return reads;
    }

    /** Waits until so many reads have ended in all. */
    synchronized void goesOnTo(long wanted) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Actor.DEADLINE_S);
        while (reads < wanted) {
            if (failure != null) {
                throw failure;
            }
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("reading stopped after " + reads + " reads");
            }
            wait(left);
        }
    }

    @Override
    public void close() throws Exception {
        synchronized (this) {
            stop = true;
        }
        thread.join();
        synchronized (this) {
            if (failure != null) {
                throw failure;
            }
        }
    }
}
