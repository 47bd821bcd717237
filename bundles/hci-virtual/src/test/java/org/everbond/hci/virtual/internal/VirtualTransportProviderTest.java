package org.everbond.hci.virtual.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.everbond.hci.HciCommand;
import org.everbond.hci.OpCode;
import org.everbond.hci.spi.HciTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code transport=virtual:...} */
class VirtualTransportProviderTest {
    private final VirtualTransportProvider provider = new VirtualTransportProvider();

    @AfterEach
    void deactivate() {
        provider.deactivate();
    }

    private static final class Host implements HciTransport.Receiver {
        final LinkedBlockingQueue<byte[]> packets = new LinkedBlockingQueue<>();
        final LinkedBlockingQueue<IOException> lost = new LinkedBlockingQueue<>();

        @Override
        public void received(byte[] packet) {
            packets.add(packet);
        }

        @Override
        public void lost(IOException cause) {
            lost.add(cause);
        }
    }

    private Host open(String air, Map<String, String> options) throws IOException {
        var host = new Host();
        provider.create(air, options).open(host);
        return host;
    }

    @Test
    void adaptersGetControllersOnAirsByName() throws Exception {
        assertThat(provider.scheme()).isEqualTo("virtual");
        var transport = provider.create("air", Map.of("address", "00:11:22:33:44:55"));
        var host = new Host();
        transport.open(host);
        transport.send(HciCommand.of(OpCode.READ_BD_ADDR).packet());
        assertThat(host.packets.poll(10, TimeUnit.SECONDS)).endsWith(0x55, 0x44, 0x33, 0x22, 0x11, 0);
        assertThatThrownBy(() -> open("air", Map.of("address", "00:11:22:33:44:55")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("choose another address");
        open("other", Map.of("address", "00:11:22:33:44:55"));
        transport.close();
        open("air", Map.of("address", "00:11:22:33:44:55"));
    }

    @Test
    void theBundleStoppingIsALostTransport() throws Exception {
        var host = open("air", Map.of());
        provider.deactivate();
        assertThat(host.lost.poll(10, TimeUnit.SECONDS)).hasMessageContaining("unplugged");
    }

    @Test
    void anAirNeedsAName() {
        assertThatThrownBy(() -> provider.create("", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("virtual:air");
    }
}
