package org.everbond.security.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.AddressSearch;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.Lookup;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.virtual.SimulatedLoop;
import org.junit.jupiter.api.Test;

/** What is searched for at once, elsewhere or not at all. */
class RecognitionTest {
    private static final DeviceAddress KNOWN = rpa(0xffff);
    private static final Bond BOND = new Bond(
            new BondId(new UUID(1, 1), 1), DeviceAddress.parse("C0:00:00:00:00:01/random"),
            new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16), true, "", 1, false);

    private final SimulatedLoop loop = new SimulatedLoop();
    private final Queue<Runnable> elsewhere = new ArrayDeque<>();
    private final Set<DeviceAddress> remembered = new HashSet<>();
    private int irks = 10_000;
    private int searches;
    private int lookups;
    private int told;
    private Error failing;
    private Consumer<DeviceAddress> searcher;
    private final BondStore bonds = (BondStore) Proxy.newProxyInstance(
            BondStore.class.getClassLoader(), new Class<?>[] {BondStore.class}, (proxy, method, arguments) -> switch (method.getName()) {
                case "searcher" -> {
                    searcher = cast(arguments[0]);
                    yield null;
                }
                case "isRemembered" -> remembered.contains(arguments[0]);
                case "resolvable" -> irks;
                case "search" -> search(cast(arguments[0]));
                case "lookup" -> lookup((DeviceAddress) arguments[0]);
                default -> throw new AssertionError(method);
            });
    private final Recognition recognition = new Recognition(
            new Surroundings("a", loop, bonds, peer -> Optional.empty(), Runnable::run, elsewhere::add, new SecureRandom()),
            () -> told++);

    @SuppressWarnings("unchecked")
    private static <T> T cast(Object any) {
        return (T) any;
    }

    private static DeviceAddress rpa(int i) {
        return new DeviceAddress(AddressType.RANDOM, 0x400000L << 24 | i);
    }

    private AddressSearch search(Collection<DeviceAddress> addresses) {
        searches++;
        return new AddressSearch() {
            @Override
            public void run() {
                if (failing != null) {
                    throw failing;
                }
            }

            @Override
            public void end() {
                remembered.addAll(addresses);
            }
        };
    }

    private Lookup lookup(DeviceAddress address) {
        lookups++;
        return address.equals(KNOWN) ? Lookup.found(List.of(BOND)) : Lookup.nothing(Lookup.Result.ABSENT);
    }

    private void runElsewhere() {
        while (!elsewhere.isEmpty()) {
            elsewhere.poll().run();
            loop.runUntilIdle();
        }
    }

    @Test
    void amongFewItIsAnsweredAtOnce() {
        irks = 1000;
        assertThat(recognition.heard(KNOWN)).containsExactly(BOND);
        assertThat(elsewhere).isEmpty();
    }

    @Test
    void amongManyTheFirstReportIsAStrangersAndTheNextOneIsNot() {
        assertThat(recognition.heard(KNOWN)).isEmpty();
        assertThat(recognition.heard(KNOWN)).isEmpty();
        assertThat(elsewhere).hasSize(1);
        runElsewhere();
        assertThat(recognition.heard(KNOWN)).containsExactly(BOND);
        assertThat(told).as("nobody waits for what was only heard").isZero();
        assertThat(searches).isEqualTo(1);
    }

    /** A report that the controller's duplicate filter lets through once only. */
    @Test
    void whoCanWaitHearsOfItAfterTheSearch() {
        var answers = new ArrayList<List<Bond>>();
        recognition.heard(KNOWN, answers::add);
        recognition.heard(KNOWN, answers::add);
        recognition.heard(rpa(1), answers::add);
        assertThat(answers).isEmpty();
        runElsewhere();
        assertThat(answers).containsExactly(List.of(BOND), List.of(BOND), List.of());
        recognition.heard(KNOWN, answers::add);
        assertThat(answers).as("known now").hasSize(4);
        irks = 10;
        recognition.heard(rpa(2), answers::add);
        assertThat(answers).as("few are searched for at once").hasSize(5);
    }

    /** Each is answered once, whatever there is no time for. */
    @Test
    void whoeverWaitsIsAnsweredAndTheirNumberIsBounded() {
        var answered = new int[1];
        for (int i = 0; i < 10_000; i++) {
            recognition.heard(rpa(i % 100), found -> answered[0]++);
        }
        assertThat(10_000 - answered[0]).as("those who wait").isBetween(1, 256);
        runElsewhere();
        assertThat(answered[0]).isEqualTo(10_000);
    }

    @Test
    void aLinkIsToldAndGoesBeforeWhatIsOnlyHeard() {
        for (int i = 0; i < 30; i++) {
            recognition.heard(rpa(i));
        }
        searcher.accept(KNOWN);
        elsewhere.poll().run();
        loop.runUntilIdle();
        assertThat(remembered).doesNotContain(KNOWN);
        elsewhere.poll().run();
        loop.runUntilIdle();
        assertThat(remembered).contains(KNOWN);
        assertThat(told).isEqualTo(1);
    }

    /** Without another search, which might end after the link. */
    @Test
    void aLinkThatComesWhileItsAddressIsSearchedForIsToldByThatSearch() {
        recognition.heard(KNOWN);
        searcher.accept(KNOWN);
        elsewhere.poll().run();
        loop.runUntilIdle();
        assertThat(told).isEqualTo(1);
        assertThat(searches).isEqualTo(1);
        assertThat(elsewhere).isEmpty();
    }

    @Test
    void aCrowdOfStrangersCostsNoMoreThanItsBudget() {
        for (int second = 0; second < 10; second++) {
            for (int i = 0; i < 5000; i++) {
                recognition.heard(rpa(5000 * second + i));
                runElsewhere();
            }
            loop.advance(Duration.ofSeconds(1));
        }
        assertThat((long) remembered.size() * irks).isBetween(9 * Recognition.BUDGET, 11 * Recognition.BUDGET);
        irks = 1000;
        lookups = 0;
        for (int i = 0; i < 50_000; i++) {
            recognition.heard(rpa(100_000 + i));
        }
        assertThat((long) lookups * irks).isLessThanOrEqualTo(Recognition.BUDGET);
    }

    @Test
    void whatWaitsIsBounded() {
        irks = 1001;
        for (int i = 0; i < 10_000; i++) {
            recognition.heard(rpa(i));
        }
        runElsewhere();
        assertThat(remembered.size()).isBetween(64, 64 + 8);
    }

    @Test
    void aSearchThatDiesIsNotTheLastOne() {
        failing = new OutOfMemoryError("as among a hundred thousand bonds");
        searcher.accept(KNOWN);
        runElsewhere();
        assertThat(told).isZero();
        failing = null;
        loop.advance(Duration.ofSeconds(5));
        assertThat(told).as("links look again").isEqualTo(1);
        searcher.accept(KNOWN);
        runElsewhere();
        assertThat(told).isEqualTo(2);
    }

    @Test
    void aThreadThatIsGoneIsNotAskedAgainAndAgain() {
        var failing = new Recognition(
                new Surroundings(
                        "a", loop, bonds, peer -> Optional.empty(), Runnable::run, task -> {
                            throw new java.util.concurrent.RejectedExecutionException("closed");
                        }, new SecureRandom()),
                () -> told++);
        assertThat(failing.heard(KNOWN)).isEmpty();
        var answers = new ArrayList<List<Bond>>();
        failing.heard(KNOWN, answers::add);
        loop.runUntilIdle();
        assertThat(answers).as("whoever waits is answered all the same").hasSize(1);
        searcher.accept(KNOWN);
        loop.runUntilIdle();
        assertThat(told).isZero();
    }
}
