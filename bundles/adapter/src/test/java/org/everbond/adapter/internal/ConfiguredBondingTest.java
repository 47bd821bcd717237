package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.everbond.adapter.AdapterState;
import org.junit.jupiter.api.Test;

/** The option bondable: off, on, or a window of so many seconds. */
class ConfiguredBondingTest {
    private final List<Object> done = new ArrayList<>();
    private final ConfiguredBonding bonding = new ConfiguredBonding(done::add, done::add);

    private static Bondable window(int seconds) {
        return new Bondable(false, Duration.ofSeconds(seconds));
    }

    @Test
    void aWindowBeginsOnceTheAdapterIsUpAndNotAgainWhenItComesBack() {
        bonding.configure(window(60), AdapterState.OFF);
        assertThat(done).as("while nobody can come").containsExactly(false);
        bonding.up();
        assertThat(done).containsExactly(false, Duration.ofSeconds(60));
        bonding.up();
        assertThat(done).as("a controller that was pulled out and comes back").hasSize(2);
    }

    @Test
    void aChangedOneBeginsAtOnce() {
        bonding.configure(Bondable.OFF, AdapterState.OFF);
        bonding.up();
        bonding.configure(window(5), AdapterState.UP);
        assertThat(done).containsExactly(false, false, Duration.ofSeconds(5));
    }

    @Test
    void onIsOnUntilItIsChangedAndAWindowThatIsTakenBackNeverBegins() {
        bonding.configure(new Bondable(true, Duration.ZERO), AdapterState.OFF);
        assertThat(done).containsExactly(true);
        bonding.configure(window(5), AdapterState.LOST);
        bonding.configure(Bondable.OFF, AdapterState.LOST);
        bonding.up();
        assertThat(done).containsExactly(true, false, false);
    }
}
