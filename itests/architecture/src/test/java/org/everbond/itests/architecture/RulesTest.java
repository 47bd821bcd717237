package org.everbond.itests.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessField;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the code of every bundle, or of every protocol core, keeps its hands off. */
class RulesTest {
    /** Bytes and events in, bytes and decisions out. */
    private static final Set<String> CORES = Set.of("crypto", "bonds", "hci", "host", "security", "gatt");

    /** The only places of those bundles that are made of thread, clock or file: the loop itself, the trace, streams of transports. */
    private static final Set<String> MADE_OF_THREADS_OR_FILES = Set.of(
            "org.everbond.hci.internal.ThreadEventLoop",
            "org.everbond.hci.internal.TraceFile",
            "org.everbond.hci.HciTrace",
            "org.everbond.hci.H4Stream");

    private static final Set<String> KEYLESS = Set.of("bonds", "security", "gatt", "adapter", "shell");

    private static final DescribedPredicate<JavaClass> CORE = DescribedPredicate.describe(
            "are a protocol core",
            type -> House.bundle(type).filter(CORES::contains).isPresent()
                    && !MADE_OF_THREADS_OR_FILES.contains(outermost(type).getName()));

    @Test
    void protocolCoresKnowNoFramework() {
        noClasses().that(CORE)
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.osgi.framework..", "org.osgi.service..", "org.osgi.util.."))
                .check(House.CLASSES);
    }

    @Test
    void dataDecisionsAndContractsDoNotLog() {
        noClasses().that(CORE.and(DescribedPredicate.describe(
                        "are records, enums, interfaces, exported or without state",
                        type -> type.isRecord() || type.isEnum() || type.isInterface() || !House.internal(type)
                                || House.bundle(type).filter(Set.of("crypto", "hci")::contains).isPresent())))
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.slf4j.."))
                .check(House.CLASSES);
    }

    @Test
    void protocolCoresHaveNoThreadsFilesOrSockets() {
        noClasses().that(CORE)
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.net..", "java.nio.file..", "java.nio.channels..")
                        .or(named("java.lang.Thread", "java.util.Timer", "java.io.File", "java.io.InputStream",
                                "java.io.OutputStream", "java.util.concurrent.Executors", "java.util.concurrent.ForkJoinPool",
                                "java.util.concurrent.ExecutorService", "java.util.concurrent.ScheduledExecutorService",
                                "java.util.concurrent.ThreadPoolExecutor")))
                .check(House.CLASSES);
    }

    @Test
    void protocolCoresTakeTimeFromTheEventLoopOnly() {
        noClasses().that(CORE).should(readAClock()).check(House.CLASSES);
    }

    @Test
    void bundlesLogThroughSlf4jAndNeverPrint() {
        noClasses().should().dependOnClassesThat(resideInAnyPackage("java.util.logging..")).check(House.CLASSES);
        noClasses()
                .that(DescribedPredicate.describe(
                        "are not the console of the gateway",
                        type -> !type.getPackageName().startsWith("org.everbond.gateway")))
                .should(accessField(System.class, "out")
                        .or(accessField(System.class, "err"))
                        .or(accessTargetWhere(DescribedPredicate.describe(
                                "prints a stack trace",
                                access -> access.getTarget().getName().equals("printStackTrace")
                                        && access.getTargetOwner().isAssignableTo(Throwable.class)
                                        && access.getTarget().getFullName().endsWith("()")))))
                .check(House.CLASSES);
    }

    @Test
    void noPublicInterfaceGivesAKey() {
        methods().that(DescribedPredicate.<JavaMethod>describe(
                        "are public in an exported package for users of bonds",
                        method -> keyless(method.getOwner())
                                && method.getModifiers().contains(JavaModifier.PUBLIC)))
                .should(new ArchCondition<>("not return a key") {
                    @Override
                    public void check(JavaMethod method, ConditionEvents events) {
                        boolean key = method.getReturnType().getAllInvolvedRawTypes().stream()
                                .anyMatch(type -> Set.of("org.everbond.crypto.Key", "org.everbond.crypto.DhKey")
                                                .contains(type.getName())
                                        || type.getPackageName().equals("org.everbond.bonds.keys"));
                        if (key) {
                            events.add(SimpleConditionEvent.violated(method, method.getDescription()));
                        }
                    }
                })
                .check(House.CLASSES);
    }

    private static boolean keyless(JavaClass type) {
        return House.bundle(type).filter(KEYLESS::contains).isPresent()
                && !House.internal(type)
                && !type.getPackageName().equals("org.everbond.bonds.keys")
                // What one device is to give to another, worthless once they have paired: no key of a bond.
                && !outermost(type).getFullName().equals("org.everbond.security.OobData")
                && outermost(type).getModifiers().contains(JavaModifier.PUBLIC);
    }

    private static ArchCondition<JavaClass> readAClock() {
        return accessTargetWhere(DescribedPredicate.describe("is a clock", access -> {
            var owner = access.getTargetOwner().getName();
            var name = access.getTarget().getName();
            return owner.equals("java.lang.System") && Set.of("nanoTime", "currentTimeMillis").contains(name)
                    || owner.startsWith("java.time.") && name.equals("now")
                    || owner.equals("java.time.Clock")
                    || owner.equals("java.util.concurrent.CompletableFuture") && Set.of("orTimeout", "completeOnTimeout", "delayedExecutor").contains(name)
                    || owner.equals("java.util.Date");
        }));
    }

    private static DescribedPredicate<JavaClass> named(String... names) {
        return DescribedPredicate.describe("are one of " + String.join(", ", names), type -> Set.of(names).contains(type.getName()));
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(RulesTest::outermost).orElse(type);
    }
}
