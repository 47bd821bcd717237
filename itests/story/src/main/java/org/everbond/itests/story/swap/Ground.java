package org.everbond.itests.story.swap;

import java.util.Map;
import org.everbond.adapter.Adapter;
import org.everbond.tlv.spi.TlvBackendProvider;

/** Where the story is told: what a framework does to adapters, backends and their bundles. */
public interface Ground {
    /** How the bundle of a backend goes away and comes back. */
    enum Leaving {
        STOPPED,
        UPDATED,
        REINSTALLED
    }

    /** Something that may fail. */
    @FunctionalInterface
    interface Step {
        void take() throws Exception;
    }

    /** Makes an adapter of this name, or gives the one that there is other options. */
    Adapter configure(String adapter, Map<String, String> options) throws Exception;

    /** Deletes an adapter's configuration; the adapter is gone on return. */
    void remove(String adapter) throws Exception;

    /** Registers a service, until closed. */
    <S> AutoCloseable offer(Class<S> type, S service, Map<String, Object> properties);

    /** The service that answers to a scheme of {@code store=} now. */
    TlvBackendProvider provider(String scheme) throws Exception;

    /**
     * The bundle that answers to a scheme goes away and comes back.
     *
     * @param meanwhile taken while it is away; after an update, which brings the bundle back by itself
     */
    void away(String scheme, Leaving how, Step meanwhile) throws Exception;
}
