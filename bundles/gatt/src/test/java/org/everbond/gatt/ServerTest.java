package org.everbond.gatt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.everbond.hci.virtual.SimulatedLoop;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server, opcode by opcode, octets in and octets out (Vol 3, Part F, 3.4). */
class ServerTest {
    private final SimulatedLoop loop = new SimulatedLoop();
    private final Device device = new Device(loop);
    private final Lamp lamp = new Lamp();
    private FakeConnection peer;

    @BeforeEach
    void connect() {
        device.serve(lamp);
        device.gatt.server().describe("Lamp", 0x0180);
        peer = device.connect();
    }

    private void sends(String pdu, String... answers) {
        assertThat(device.exchange(peer, pdu)).containsExactly(answers);
    }

    @Test
    void exchangeMtuOnceTheFirstOneHolds() {
        sends("02 f700", "030502");
        sends("02 1700", "0102000006");
        lamp.values.put(Lamp.OPEN, new byte[300]);
        assertThat(device.exchange(peer, "0a 1000").get(0)).hasSize(2 * 247);
    }

    @Test
    void anMtuBelow23CountsAs23() {
        sends("02 0100", "030502");
        lamp.values.put(Lamp.OPEN, new byte[300]);
        assertThat(device.exchange(peer, "0a 1000").get(0)).hasSize(2 * 23);
    }

    @Test
    void aRequestLongerThanTheMtuIsRefused() {
        sends("16 1000 0000" + "11".repeat(19), "0116000004");
        sends("16 1000 0000" + "11".repeat(18), "1710000000" + "11".repeat(18));
        sends("12 1000" + "11".repeat(21), "0112000004");
        sends("02 1800", "030502");
        sends("12 1000" + "11".repeat(21), "13");
    }

    @Test
    void readByGroupTypeGivesServicesOfOneUuidLength() {
        sends("10 0100 ffff 0028", "1106" + "010007000018" + "08000d000118" + "0e00190000fe");
        sends("10 0e00 ffff 0028", "1106" + "0e00190000fe");
        sends("10 1a00 ffff 0028", "01101a000a");
        sends("10 0100 ffff 0128", "011001000a");
        sends("10 0100 ffff 0328", "0110010010");
        sends("10 0000 ffff 0028", "0110000001");
        sends("10 0500 0400 0028", "0110050001");
        sends("10 0100 ffff fb349b5f80000080001000000028 0000", "1106" + "010007000018" + "08000d000118" + "0e00190000fe");
    }

    @Test
    void findByTypeValueGivesTheService() {
        sends("06 0100 ffff 0028 00fe", "070e001900");
        sends("06 0100 ffff 0028 01fe", "010601000a");
        sends("06 0000 ffff 0028 00fe", "0106000001");
        sends("06 0100 ffff 0028", "010601000a");
    }

    @Test
    void readByTypeGivesDeclarationsOfOneLength() {
        sends("08 0e00 ffff 0328", "0907" + "0f000a100001fe" + "11001a120002fe" + "140024150003fe");
        sends(
                "08 1600 ffff 0328",
                "0915" + "1700" + "10" + "1800" + "44444444444433332222111100000000");
        sends("08 1800 ffff 0328", "010818000a");
        sends("08 0000 ffff 0328", "0108000001");
        sends("08 0100 ffff 0228", "010801000a");
    }

    @Test
    void readByTypeReadsOneValueWithItsPermission() {
        sends("08 0100 ffff 002a", "0906" + "0300" + "4c616d70");
        sends("08 0100 ffff 01fe", "0905" + "1000" + "010203");
        sends("08 0100 ffff 02fe", "0108120005");
        sends("08 0100 ffff 03fe", "0108150002");
    }

    @Test
    void findInformationGivesTypesOfOneForm() {
        sends("04 1100 1300", "0501" + "11000328" + "120002fe" + "13000229");
        sends("04 1700 1900", "0501" + "17000328");
        sends("04 1800 1900", "0502" + "1800" + "44444444444433332222111100000000");
        sends("04 1a00 ffff", "01041a000a");
        sends("04 0000 ffff", "0104000001");
        sends("04 0200 0100", "0104020001");
    }

    @Test
    void builtInServicesSayWhoWeAre() {
        sends("0a 0300", "0b4c616d70");
        sends("0a 0500", "0b8001");
        sends("0a 0700", "0b00");
        sends("0a 0a00", "010a0a0002");
        sends("0a 0b00", "0b0000");
        assertThat(device.exchange(peer, "0a 0d00").get(0)).startsWith("0b").hasSize(2 + 32);
        sends("12 0300 00", "0112030003");
    }

    @Test
    void readGivesTheValueOrTheError() {
        sends("0a 1000", "0b010203");
        sends("0a 1200", "010a120005");
        sends("0a 1500", "010a150002");
        sends("0a 0000", "010a000001");
        sends("0a ff00", "010aff0001");
        sends("0a 0f00", "0b0a100001fe");
    }

    @Test
    void readBlobGivesTheRestOfTheSameValue() {
        var value = new byte[50];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) i;
        }
        lamp.values.put(Lamp.OPEN, value);
        sends("0a 1000", "0b000102030405060708090a0b0c0d0e0f101112131415");
        lamp.values.put(Lamp.OPEN, new byte[1]);
        sends("0c 1000 1600", "0d161718191a1b1c1d1e1f202122232425262728292a2b");
        sends("0c 1000 2c00", "0d2c2d2e2f3031");
        sends("0c 1000 3200", "0d");
        sends("0c 1000 3300", "010c100007");
        assertThat(lamp.told).containsExactly("read OPEN");
        sends("0a 1000", "0b00");
        sends("0c 1000 0200", "010c100007");
        sends("0c 1200 0000", "010c120005");
        sends("0c ff00 0000", "010cff0001");
    }

    @Test
    void theRestOfALongValueNeedsThePermissionToo() {
        lamp.values.put(Lamp.SECRET, new byte[50]);
        device.encrypted(peer, Device.JUST_WORKS);
        sends("0a 1200", "0b" + "00".repeat(22));
        sends("0c 1200 1600", "0d" + "00".repeat(22));
        peer.link.security = Optional.empty();
        sends("0c 1200 2c00", "010c120005");
    }

    @Test
    void readMultipleJoinsValuesAndNamesTheFirstThatIsRefused() {
        sends("0e 1000 0300", "0f0102034c616d70");
        sends("0e 1000 1200", "010e120005");
        sends("0e 1000 9900", "010e990001");
        sends("0e 1000", "010e000004");
    }

    @Test
    void writeGoesToTheService() {
        sends("12 1000 0908", "13");
        sends("12 1000", "13");
        sends("12 1200 09", "0112120005");
        sends("12 1500 09", "0112150003");
        sends("12 0f00 09", "01120f0003");
        sends("12 9900 09", "0112990001");
        assertThat(lamp.told).containsExactly("write OPEN 0908", "write OPEN ");
    }

    @Test
    void writeCommandGetsNoAnswerWhateverItIs() {
        sends("52 1500 0908");
        sends("52 1000 0908");
        sends("52 9900 0908");
        sends("52 15");
        assertThat(lamp.told).containsExactly("write ALARM 0908");
    }

    @Test
    void signedWriteIsIgnored() {
        sends("d2 1500 09 00000000 0000000000000000");
        assertThat(lamp.told).isEmpty();
    }

    @Test
    void preparedWritesArePutTogether() {
        sends("16 1000 0000 0102", "1710000000" + "0102");
        sends("16 1000 0200 0304", "1710000200" + "0304");
        sends("18 01", "19");
        assertThat(lamp.told).containsExactly("write OPEN 01020304");
        sends("18 01", "19");
        assertThat(lamp.told).hasSize(1);
    }

    @Test
    void preparedWritesThatAreCancelledChangeNothing() {
        sends("16 1000 0000 0102", "17100000000102");
        sends("18 00", "19");
        sends("18 01", "19");
        assertThat(lamp.told).isEmpty();
    }

    @Test
    void preparedWritesWithAGapOrTooLongAreRefusedAtTheEnd() {
        sends("16 1000 0100 02", "1710000100" + "02");
        sends("18 01", "0118100007");
        sends("16 1000 0002 02", "1710000002" + "02");
        sends("18 01", "0118100007");
        assertThat(lamp.told).isEmpty();
    }

    @Test
    void preparedWritesNeedThePermissionNowAndLater() {
        sends("16 1200 0000 02", "0116120005");
        device.encrypted(peer, Device.JUST_WORKS);
        sends("16 1200 0000 02", "171200000002");
        device.onLoop(() -> peer.link.security = Optional.empty());
        sends("18 01", "0118120005");
        assertThat(lamp.told).isEmpty();
    }

    @Test
    void preparedWritesAreDoneAllOrNot() {
        device.encrypted(peer, Device.JUST_WORKS);
        sends("16 1000 0000 01", "171000000001");
        sends("16 1200 0000 02", "171200000002");
        peer.link.security = Optional.empty();
        sends("18 01", "0118120005");
        assertThat(lamp.told).isEmpty();
    }

    @Test
    void thePrepareQueueIsBounded() {
        for (int i = 0; i < 64; i++) {
            sends("16 1000 0000 02", "171000000002");
        }
        sends("16 1000 0000 02", "0116100009");
        sends("18 00", "19");
        sends("16 1000 0000 02", "171000000002");
    }

    @Test
    void thePrepareQueueIsForgottenAfter30Seconds() {
        sends("16 1000 0000 02", "171000000002");
        loop.advance(Duration.ofSeconds(31));
        sends("18 01", "19");
        assertThat(lamp.told).isEmpty();
    }

    @Test
    void unknownRequestsAreRefusedAndUnknownCommandsIgnored() {
        sends("14", "0114000006");
        sends("20 1000 0300", "0120000006");
        sends("3f 00", "013f000006");
        sends("7f 00");
        sends("41");
    }

    @Test
    void malformedRequestsAreRefused() {
        sends("02 00", "0102000004");
        sends("04 0100", "0104000004");
        sends("06 0100ffff", "0106000004");
        sends("08 0100ffff002a00", "0108000004");
        sends("0a", "010a000004");
        sends("0a 100000", "010a000004");
        sends("0c 1000", "010c000004");
        sends("10 0100ffff", "0110000004");
        sends("12 10", "0112000004");
        sends("16 1000", "0116000004");
        sends("18 02", "0118000004");
        sends("18", "0118000004");
        sends("0a 1000" + "00".repeat(515), "010a000004");
    }

    @Test
    void whatOnlyAServerSendsIsIgnoredWithoutARequest() {
        sends("01 0a1000 05");
        sends("0b 01");
        sends("13");
        sends("1b 1000 01");
        sends("1e");
        sends("21 0100 01");
        sends("23 1000 0100 01");
        assertThat(peer.open).isTrue();
    }

    @Test
    void aSecondRequestIsHeldAndAThirdEndsTheBearer() {
        var first = new CompletableFuture<byte[]>();
        lamp.nextRead = first;
        sends("0a 1000");
        sends("0a 0300");
        first.complete(new byte[] {7});
        loop.runUntilIdle();
        assertThat(peer.taken()).containsExactly("0b07", "0b4c616d70");

        var second = new CompletableFuture<byte[]>();
        lamp.nextRead = second;
        sends("0a 1000");
        sends("0a 0300");
        sends("0a 0300");
        assertThat(peer.disconnectedWith).isEqualTo(0x13);
        assertThat(peer.open).isFalse();
        second.complete(new byte[] {7});
        loop.runUntilIdle();
        assertThat(peer.taken()).isEmpty();
    }

    @Test
    void aServiceThatFailsOrIsLateIsAnUnlikelyError() {
        lamp.nextRead = CompletableFuture.failedFuture(new IllegalStateException("broken"));
        sends("0a 1000", "010a10000e");
        lamp.nextRead = CompletableFuture.failedFuture(new AttException(0x85, "not now"));
        sends("0a 1000", "010a100085");
        lamp.nextRead = CompletableFuture.completedFuture(new byte[513]);
        sends("0a 1000", "010a10000e");
        lamp.nextRead = CompletableFuture.completedFuture(null);
        sends("0a 1000", "010a10000e");
        var late = new CompletableFuture<byte[]>();
        lamp.nextRead = late;
        sends("0a 1000");
        loop.advance(Duration.ofSeconds(26));
        assertThat(peer.taken()).containsExactly("010a10000e");
        late.complete(new byte[1]);
        loop.runUntilIdle();
        assertThat(peer.taken()).isEmpty();
        sends("0a 0500", "0b8001");
    }

    @Test
    void whatAServiceAnswersAfterTheEndGoesNowhere() {
        var late = new CompletableFuture<byte[]>();
        lamp.nextRead = late;
        sends("0a 1000");
        device.disconnect(peer);
        var next = device.connect();
        late.complete(new byte[1]);
        loop.runUntilIdle();
        assertThat(peer.taken()).isEmpty();
        assertThat(next.taken()).isEmpty();
    }

    @Test
    void aPeerThatTakesNoAnswersIsDisconnected() {
        peer.stalled = true;
        for (int i = 0; i < 20_000 && peer.open; i++) {
            device.exchange(peer, "0a 0300");
        }
        assertThat(peer.disconnectedWith).isEqualTo(0x13);
    }

    @Test
    void aServiceThatLeavesAndComesBackKeepsItsHandles() {
        var remove = device.serve(new Lamp());
        sends("10 1a00 ffff 0028", "1106" + "1a00250000fe");
        remove.run();
        sends("10 1a00 ffff 0028", "01101a000a");
        device.serve(new Lamp());
        sends("10 1a00 ffff 0028", "1106" + "1a00250000fe");
    }
}
