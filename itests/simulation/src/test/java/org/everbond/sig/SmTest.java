package org.everbond.sig;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.everbond.sig.CaseTable.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The LE cases of SM.TS.p29 by their ids, against a scripted lower tester; not a qualification. {@code -Deverbond.case=SM/CEN/JW} runs
 * those whose id begins so.
 */
class SmTest {
    private static final String ONLY = System.getProperty("everbond.case", "");
    /** The LE cases of the suite, in its order. */
    private static final List<String> SUITE =
            CaseTable.lines("SM.TS.p29").stream().filter(line -> line.startsWith("SM/")).toList();
    private static final List<String> GROUPS =
            List.of("PROT", "JW", "PKE", "OOB", "EKS", "SIGN", "KDU", "PIS", "SCJW", "SCPK", "SCOB");
    private static final Set<String> PASSED = Collections.synchronizedSet(new TreeSet<>());

    private static List<Row> table() {
        var rows = new ArrayList<Row>();
        GROUPS.forEach(group -> rows.addAll(CaseTable.read(group + ".cases")));
        return rows;
    }

    @TestFactory
    Stream<DynamicTest> cases() {
        return table().stream().filter(row -> row.id().startsWith(ONLY)).map(row -> DynamicTest.dynamicTest(row.toString(), () -> {
            new CaseRun(row).play();
            PASSED.add(row.id());
        }));
    }

    /** Each case has a row, which says what goes over the air, what the application hears and what is in the store; no id stands twice. */
    @Test
    void everyRowIsComplete() {
        var rows = table();
        assertThat(SUITE).hasSize(83).doesNotHaveDuplicates();
        assertThat(rows).extracting(Row::id).doesNotHaveDuplicates().containsAll(SUITE);
        for (var row : rows) {
            for (var kind : List.of("iut ", "<", ">", "!", "=")) {
                assertThat(row.steps()).as(row + " with a step " + kind).anyMatch(step -> step.words().startsWith(kind));
            }
        }
    }

    @AfterAll
    static void count() {
        if (!ONLY.isEmpty()) {
            return;
        }
        long passed = SUITE.stream().filter(PASSED::contains).count();
        long newer = PASSED.stream().filter(id -> !SUITE.contains(id)).count();
        System.out.println("SM.TS.p29: " + passed + " of " + SUITE.size() + ", and " + newer + " newer ones");
        SUITE.stream().filter(id -> !PASSED.contains(id)).forEach(id -> System.out.println("  " + id + " failed"));
    }
}
