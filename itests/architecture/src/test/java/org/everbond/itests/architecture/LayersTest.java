package org.everbond.itests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** One direction: each layer knows those below it and nothing above. */
class LayersTest {
    @Test
    void everyClassBelongsToABundleOfTheDrawing() {
        var found = House.CLASSES.stream()
                .map(type -> House.bundle(type).orElse("not in the drawing: " + type.getName()))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(found).isEqualTo(new TreeSet<>(House.bundles()));
    }

    @Test
    void aBundleKnowsOnlyThoseBelowIt() {
        classes().should(depend("only on bundles below", (from, to) -> House.mayKnow(
                        House.bundle(from).orElseThrow(), House.bundle(to).orElseThrow())))
                .check(House.CLASSES);
    }

    @Test
    void internalsAreUsedByTheirOwnBundleOnly() {
        classes().should(depend("on internals of its own bundle only", (from, to) -> !House.internal(to)
                        || House.bundle(from).equals(House.bundle(to))))
                .check(House.CLASSES);
    }

    @Test
    void bundlesHaveNoCycles() {
        var bundles = new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return House.bundle(type).map(SliceIdentifier::of).orElseGet(SliceIdentifier::ignore);
            }

            @Override
            public String getDescription() {
                return "bundles";
            }
        };
        slices().assignedFrom(bundles).should().beFreeOfCycles().check(House.CLASSES);
    }

    private static ArchCondition<JavaClass> depend(String how, BiPredicate<JavaClass, JavaClass> allowed) {
        return new ArchCondition<>("depend " + how) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    var target = dependency.getTargetClass().getBaseComponentType();
                    if (target.getPackageName().startsWith(House.ROOT) && !allowed.test(type, target)) {
                        events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
                    }
                }
            }
        };
    }
}
