package org.everbond.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What peripherals announce of themselves (Core Specification Supplement, Part A, 1). */
class AdvertisingTest {
    private static final UUID WIDE = UUID.fromString("a5a5a5a5-ffff-9999-1111-5a5a5a5a5a01");
    private static final Duration INTERVAL = Duration.ofMillis(20);

    @Test
    void flagsServicesAndNameAreAdStructures() {
        var advertising = Advertising.of("Lamp", INTERVAL, BluetoothUuid.of(0x180d), BluetoothUuid.of(0x180f));

        assertThat(advertising.data()).containsExactly(2, 1, 6, 5, 3, 0x0d, 0x18, 0x0f, 0x18);
        assertThat(advertising.scanResponse()).containsExactly(5, 9, 'L', 'a', 'm', 'p');
        assertThat(Advertising.of("", INTERVAL).data()).containsExactly(2, 1, 6);
    }

    @Test
    void aWideServiceIsAnnouncedLeastSignificantOctetFirst() {
        assertThat(Advertising.of("Lamp", INTERVAL, WIDE).data()).hasSize(21).startsWith(2, 1, 6, 17, 7, 1).endsWith(0xa5, 0xa5);
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheRoomThereIs() {
        assertThat(Advertising.of("Lamp", INTERVAL, WIDE, BluetoothUuid.of(0x180d), BluetoothUuid.of(0x180f)).data()).hasSize(27);
        assertThatThrownBy(() -> Advertising.of("Lamp", INTERVAL, WIDE, WIDE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("2 services need 37 octets of advertising data, but there are 31; announce fewer");
    }

    @Test
    void aLongNameIsCutBetweenCharacters() {
        assertThat(Advertising.of("0123456789012345678901234567€x", INTERVAL).scanResponse()).hasSize(30).startsWith(29, 8);
    }

    @Test
    void assignedNumbersHaveAWideForm() {
        assertThat(BluetoothUuid.of(0x2a00)).hasToString("00002a00-0000-1000-8000-00805f9b34fb");
        assertThat(BluetoothUuid.number(BluetoothUuid.of(0xffff_ffffL))).hasValue(0xffff_ffffL);
        assertThat(BluetoothUuid.is16(BluetoothUuid.of(0xffff))).isTrue();
        assertThat(BluetoothUuid.is16(BluetoothUuid.of(0x1_0000))).isFalse();
        assertThat(BluetoothUuid.number(WIDE)).isEmpty();
        assertThatThrownBy(() -> BluetoothUuid.of(0x1_0000_0000L)).hasMessageContaining("no assigned number");
    }
}
