package org.everbond.itests.felix;

import static org.ops4j.pax.exam.CoreOptions.options;

import javax.inject.Inject;
import org.everbond.itests.story.swap.OsgiGround;
import org.everbond.itests.story.swap.SwapStory;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/** The swap story in a Felix framework, chapter by chapter. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SwapIT {
    @Rule
    public TemporaryFolder temporary = new TemporaryFolder();

    @Inject
    BundleContext context;

    @Inject
    ConfigurationAdmin configurations;

    @Configuration
    public Option[] container() {
        return options(Containers.everbond());
    }

    @Test
    public void everyChapterGoesWell() throws Exception {
        new SwapStory(new OsgiGround(context, configurations), temporary.getRoot().toPath()).tellAll("on Felix");
    }
}
