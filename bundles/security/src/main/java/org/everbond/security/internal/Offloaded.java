package org.everbond.security.internal;

import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.everbond.hci.EventLoop;

/** Work that takes too long for the loop; its result comes back on the loop. */
public final class Offloaded {
    private Offloaded() {}

    public static <T> void run(EventLoop loop, Executor executor, Callable<T> work, BiConsumer<T, Throwable> result) {
        try {
            executor.execute(() -> {
                T value;
                try {
                    value = work.call();
                } catch (Throwable e) {
                    // Whatever it is, such as no memory left: who waits for the result must not wait for ever.
                    loop.execute(() -> result.accept(null, e));
                    return;
                }
                loop.execute(() -> result.accept(value, null));
            });
        } catch (RejectedExecutionException e) {
            loop.execute(() -> result.accept(null, e));
        }
    }
}
