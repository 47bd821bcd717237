package org.everbond.tlv.memory.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.everbond.tlv.spi.TlvBackend.Image;
import org.junit.jupiter.api.Test;

class MemoryBackendTest {
    private static final StoreId ID = new StoreId(new UUID(1, 2), new UUID(3, 4));
    private final MemoryBackendProvider provider = new MemoryBackendProvider();

    @Test
    void keepsValuesWhileItLivesAndSaysThatItIsNotDurable() throws Exception {
        var backend = provider.create("a", Map.of());
        reopened(backend, new Change(1, new byte[] {10}), new Change(2, new byte[] {20}), new Change(1, null));
        var image = backend.open();
        assertThat(image.values()).containsOnlyKeys(2);
        assertThat(image.id()).isEqualTo(ID);
        assertThat(image.sequence()).isEqualTo(7);
        assertThat(backend.info().durable()).isFalse();
    }

    @Test
    void keepFalseAcceptsAndKeepsNothing() throws Exception {
        var backend = provider.create("none", Map.of("keep", "false"));
        assertThat(reopened(backend, new Change(1, new byte[] {10})).values()).isEmpty();
    }

    @Test
    void refusesUnknownOptionsByName() {
        assertThatThrownBy(() -> provider.create("", Map.of("keep", "perhaps")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("keep").hasMessageContaining("perhaps");
        assertThatThrownBy(() -> provider.create("", Map.of("size", "1"))).hasMessageContaining("size");
    }

    private static Image reopened(TlvBackend backend, Change... changes) throws Exception {
        backend.open();
        backend.commit(new Batch(ID, 7, List.of(changes)));
        backend.close();
        return backend.open();
    }
}
