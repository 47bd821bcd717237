package org.everbond.adapter.internal;

import java.time.Duration;
import java.util.function.Consumer;
import org.everbond.adapter.AdapterState;

/** Lets peers bond as configured. A window begins when they can come: once the adapter is up, and not again when it comes back. */
final class ConfiguredBonding {
    private final Consumer<Boolean> bondable;
    private final Consumer<Duration> open;
    /** That is still to begin; zero when none is. */
    private Duration window = Duration.ZERO;

    ConfiguredBonding(Consumer<Boolean> bondable, Consumer<Duration> open) {
        this.bondable = bondable;
        this.open = open;
    }

    /** At the start, and when the option was changed. */
    void configure(Bondable configured, AdapterState state) {
        bondable.accept(configured.on());
        window = configured.window();
        if (state == AdapterState.UP) {
            up();
        }
    }

    void up() {
        if (!window.isZero()) {
            var begins = window;
            window = Duration.ZERO;
            open.accept(begins);
        }
    }
}
