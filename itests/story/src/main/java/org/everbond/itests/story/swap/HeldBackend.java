package org.everbond.itests.story.swap;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.spi.TlvBackend;

/** A backend that is as small as the story says, and waits in open and in flush until the story goes on. */
final class HeldBackend implements TlvBackend {
    private final TlvBackend inner;
    private final long maxTags;
    private volatile Gate opening = Gate.open();
    private volatile Gate flushing = Gate.open();

    private static final int PATIENCE_SECONDS = 60;

    /** Where a backend waits. */
    private record Gate(CountDownLatch reached, CountDownLatch passed) {
        static Gate open() {
            return new Gate(new CountDownLatch(0), new CountDownLatch(0));
        }

        static Gate closed() {
            return new Gate(new CountDownLatch(1), new CountDownLatch(1));
        }

        void pass() {
            reached.countDown();
            await(passed);
        }

        static void await(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    HeldBackend(TlvBackend inner, long maxTags) {
        this.inner = inner;
        this.maxTags = maxTags;
    }

    HeldBackend(TlvBackend inner) {
        this(inner, Long.MAX_VALUE);
    }

    void holdOpening() {
        opening = Gate.closed();
    }

    void awaitOpening() {
        reached(opening, "opened");
    }

    void holdFlushing() {
        flushing = Gate.closed();
    }

    void awaitFlushing() {
        reached(flushing, "flushed");
    }

    private static void reached(Gate gate, String what) {
        try {
            if (!gate.reached.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the backend was not " + what + " within " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nothing waits any more. */
    void letGo() {
        opening.passed.countDown();
        flushing.passed.countDown();
    }

    @Override
    public BackendInfo info() {
        var info = inner.info();
        return new BackendInfo(
                info.kind(), info.resource(), Math.min(maxTags, info.maxTags()), info.maxOctets(), info.atomicBatch(), info.durable());
    }

    @Override
    public Image open() throws TlvException {
        opening.pass();
        return inner.open();
    }

    @Override
    public void commit(Batch batch) throws TlvException {
        flushing.pass();
        inner.commit(batch);
    }

    @Override
    public void housekeeping() throws TlvException {
        inner.housekeeping();
    }

    @Override
    public void close() {
        inner.close();
    }
}
