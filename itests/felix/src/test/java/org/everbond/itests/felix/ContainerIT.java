package org.everbond.itests.felix;

import static org.junit.Assert.assertEquals;
import static org.ops4j.pax.exam.CoreOptions.options;

import java.util.List;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** All bundles in one Felix framework. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ContainerIT {
    @Inject
    BundleContext context;

    @Configuration
    public Option[] container() {
        return options(Containers.everbond());
    }

    @Test
    public void everyBundleResolvesAndStarts() {
        var ours = Stream.of(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().startsWith("org.everbond."))
                .toList();

        assertEquals(15, ours.size());
        assertEquals(
                List.of(),
                ours.stream().filter(bundle -> bundle.getState() != Bundle.ACTIVE).map(Bundle::getSymbolicName).toList());
    }
}
