package org.everbond.hci;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLoopTest {
    private final EventLoop.OnThread loop = EventLoop.onThread("loop-under-test");

    @AfterEach
    void end() {
        loop.close();
    }

    private void settle() throws InterruptedException {
        var done = new CountDownLatch(1);
        loop.execute(done::countDown);
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void tasks_run_one_after_another_in_the_order_in_which_they_were_handed_over() throws InterruptedException {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            int number = i;
            loop.execute(() -> order.add(number));
        }
        settle();

        assertThat(order).isEqualTo(IntStream.range(0, 10_000).boxed().toList());
    }

    @Test
    void tasks_run_in_the_loop_and_callers_are_not_in_it() throws InterruptedException {
        List<Boolean> inside = new ArrayList<>();
        loop.execute(() -> inside.add(loop.inLoop()));
        settle();

        assertThat(inside).containsExactly(true);
        assertThat(loop.inLoop()).isFalse();
    }

    @Test
    void timers_run_by_time_then_in_order_and_not_when_cancelled() throws InterruptedException {
        List<String> order = new ArrayList<>();
        var done = new CountDownLatch(1);
        var started = new Semaphore(0);
        // The loop is held until all are scheduled, far enough apart that a pause in between does not matter: only their order does.
        loop.execute(started::acquireUninterruptibly);
        loop.schedule(Duration.ofMillis(1100), done::countDown);
        loop.schedule(Duration.ofMillis(1000), () -> order.add("later"));
        loop.schedule(Duration.ofMillis(10), () -> order.add("sooner"));
        loop.schedule(Duration.ofMillis(15), () -> order.add("never")).cancel();
        loop.schedule(Duration.ZERO, () -> order.add("now"));
        started.release();
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();

        assertThat(order).containsExactly("now", "sooner", "later");
    }

    @Test
    void a_task_that_throws_does_not_end_the_loop() throws InterruptedException {
        loop.execute(() -> {
            throw new IllegalStateException("meant to be");
        });
        settle();
    }

    @Test
    void after_the_end_nothing_runs() throws InterruptedException {
        var ran = new Semaphore(0);
        var held = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        loop.execute(() -> {
            held.countDown();
            try {
                release.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        held.await();
        loop.execute(ran::release);
        loop.schedule(Duration.ZERO, ran::release);
        loop.close();
        release.countDown();
        loop.execute(ran::release);

        assertThat(ran.tryAcquire(100, TimeUnit.MILLISECONDS)).isFalse();
    }
}
