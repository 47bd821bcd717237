package org.everbond.adapter.internal;

import java.time.Duration;
import java.util.concurrent.Executor;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.SimulatedLoop;
import org.everbond.tlv.spi.StoreThreads;

/** The threads of a gateway's process in simulated time. */
record SimulatedThreads(SimulatedLoop world, Strands.Process process) implements Threads {
    @Override
    public EventLoop loop() {
        return new ProcessLoop(world, process);
    }

    @Override
    public Executor callbacks() {
        return loop();
    }

    @Override
    public Executor workers() {
        return process::work;
    }

    @Override
    public StoreThreads store() {
        return new OfStore(loop(), process);
    }

    @Override
    public void closeLoop() {}

    @Override
    public void close() {}

    /** The part of the simulated loop that ends with the process. */
    private record ProcessLoop(SimulatedLoop world, Strands.Process process) implements EventLoop {
        @Override
        public void execute(Runnable task) {
            world.execute(process.guarded(task));
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            return world.schedule(delay, process.guarded(task));
        }

        @Override
        public long nanoTime() {
            return world.nanoTime();
        }

        @Override
        public boolean inLoop() {
            return world.inLoop();
        }
    }

    private record OfStore(EventLoop loop, Strands.Process process) implements StoreThreads {
        @Override
        public void start(String purpose, Runnable work) {
            process.start(work);
        }

        @Override
        public long nanoTime() {
            return loop.nanoTime();
        }

        @Override
        public void await(Object monitor, long nanos) throws InterruptedException {
            process.await(monitor, nanos);
        }

        @Override
        public void signal(Object monitor) {
            process.signal(monitor);
        }

        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }

        @Override
        public Runnable schedule(Duration delay, Runnable task) {
            return loop.schedule(delay, task)::cancel;
        }

        @Override
        public void end() {}
    }
}
