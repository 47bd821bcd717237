package org.everbond.gateway.launch;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarInputStream;

/**
 * {@code everbond.jar store}: runs the bundle {@code org.everbond.store} and those below it without a framework, straight out of
 * everbond.jar. Nothing is unpacked.
 */
final class OfflineStore {
    private static final List<String> BUNDLES = List.of("org.everbond.tlv", "org.everbond.tlv.file", "org.everbond.tlv.nvs",
            "org.everbond.tlv.flash", "org.everbond.tlv.sealed", "org.everbond.bonds", "org.everbond.store");

    private OfflineStore() {}

    /** @param arguments what stands behind {@code store} */
    static int run(List<String> arguments) throws IOException {
        try {
            var tool = Class.forName("org.everbond.store.StoreTool", true, new NestedBundles(BUNDLES));
            return (int) tool.getMethod("run", List.class, PrintStream.class, PrintStream.class)
                    .invoke(null, arguments, System.out, System.err);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("the store tool failed unexpectedly: " + e.getCause(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IOException("everbond.jar is damaged: it has no store tool; build it again", e);
        }
    }

    /** The classes of bundles inside everbond.jar; what is on its class path already comes from there. */
    private static final class NestedBundles extends ClassLoader {
        private final Map<String, byte[]> classes = new HashMap<>();

        NestedBundles(List<String> bundles) throws IOException {
            super(NestedBundles.class.getClassLoader());
            for (var bundle : bundles) {
                try (var jar = new JarInputStream(Bundles.open(bundle))) {
                    for (var entry = jar.getNextJarEntry(); entry != null; entry = jar.getNextJarEntry()) {
                        if (entry.getName().endsWith(".class")) {
                            var name = entry.getName().substring(0, entry.getName().length() - ".class".length());
                            classes.put(name.replace('/', '.'), jar.readAllBytes());
                        }
                    }
                }
            }
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            var octets = classes.remove(name);
            if (octets == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, octets, 0, octets.length);
        }
    }
}
