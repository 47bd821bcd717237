package org.everbond.itests.story;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Hashtable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.everbond.adapter.Adapter;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Runs the {@link Story} once between the adapters {@code central} and {@code peripheral}, as soon as they are there. The outcome is a
 * service {@code Future} with the property {@code story}, for tests outside the framework, and the file {@code outcome} if one is configured.
 */
@Component(name = StoryComponent.PID, configurationPolicy = ConfigurationPolicy.REQUIRE, immediate = true, service = {})
public final class StoryComponent {
    static final String PID = "org.everbond.itests.story";

    /** Configuration. */
    @interface Options {
        String outcome() default "";
    }

    private final CompletableFuture<String> outcome = new CompletableFuture<>();
    private final Thread teller;
    private final ServiceRegistration<?> registration;

    @Activate
    public StoryComponent(
            BundleContext context,
            Options options,
            @Reference(target = "(adapter=central)") Adapter central,
            @Reference(target = "(adapter=peripheral)") Adapter peripheral) {
        var properties = new Hashtable<String, Object>();
        properties.put("story", "outcome");
        registration = context.registerService(Future.class, outcome, properties);
        teller = new Thread(() -> tell(new Story(central, peripheral), options.outcome()), "story");
        teller.start();
    }

    private void tell(Story story, String file) {
        String line;
        try {
            line = story.run();
        } catch (Exception | LinkageError e) {
            line = "failed " + e;
        }
        outcome.complete(line);
        if (!file.isEmpty()) {
            write(Path.of(file), line);
        }
    }

    private static void write(Path file, String line) {
        try {
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.writeString(part, line + "\n");
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Deactivate
    void stop() {
        teller.interrupt();
        registration.unregister();
    }
}
