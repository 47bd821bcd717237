package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.disk.Disk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** THREATS B13: another controller on the configured transport is accepted and reported. */
class KnownControllerTest {
    private static final Locator PORT = Locator.parse("transport", "serial:/dev/ttyUSB0");
    private static final DeviceAddress FIRST = DeviceAddress.parse("00:1B:DC:07:32:01");
    private static final DeviceAddress SECOND = DeviceAddress.parse("00:1B:DC:07:32:02");
    private static final DeviceAddress IDENTITY = DeviceAddress.parse("C0:FF:EE:00:00:01/random");

    @TempDir
    Path folder;

    private KnownController known() {
        return new KnownController(new Note(Disk.system(), folder.resolve("main.controller")), Runnable::run, Runnable::run);
    }

    private static List<String> meets(KnownController known, Locator transport, DeviceAddress controller, DeviceAddress identity) {
        assertThat(known.met(transport, controller, identity, false, true).toCompletableFuture()).isCompleted();
        return known.notices();
    }

    @Test
    void anotherOneIsToldOfInTheSameRunAndInTheNext() {
        var first = known();
        assertThat(meets(first, PORT, FIRST, IDENTITY)).as("the first one ever").isEmpty();
        assertThat(meets(first, PORT, FIRST, IDENTITY)).isEmpty();
        assertThat(meets(first, PORT, SECOND, IDENTITY)).singleElement().asString()
                .contains("another controller answers on serial:/dev/ttyUSB0: " + SECOND.text() + ", not " + FIRST.text())
                .contains("the bonds serve on", IDENTITY.toString(), "controller.pin");
        assertThat(meets(first, PORT, SECOND, IDENTITY)).as("told for as long as it runs").hasSize(1);

        assertThat(meets(known(), PORT, SECOND, IDENTITY)).isEmpty();
        assertThat(meets(known(), PORT, FIRST, IDENTITY)).singleElement().asString().contains("not " + SECOND.text());
    }

    @Test
    void oneThatCannotHaveOurAddressWillNotBeFound() {
        meets(known(), PORT, FIRST, FIRST);
        assertThat(meets(known(), PORT, SECOND, FIRST)).singleElement().asString()
                .contains("the bonded peers know this gateway by " + FIRST, "will not find it; attach the one before");
    }

    @Test
    void onePinnedIsTheOneThatIsWanted() {
        var known = known();
        meets(known, PORT, FIRST, IDENTITY);
        meets(known, PORT, SECOND, IDENTITY);
        known.met(PORT, SECOND, IDENTITY, true, true);
        assertThat(known.notices()).isEmpty();
    }

    @Test
    void anotherTransportHasAnotherController() {
        meets(known(), PORT, FIRST, IDENTITY);
        assertThat(meets(known(), Locator.parse("transport", "tcp:127.0.0.1:45550"), SECOND, IDENTITY)).isEmpty();
    }

    @Test
    void whatHasNoAddressOrOneByChanceIsNotCompared() {
        var none = DeviceAddress.parse("00:00:00:00:00:00");
        meets(known(), PORT, FIRST, IDENTITY);
        assertThat(meets(known(), PORT, none, IDENTITY)).isEmpty();
        var air = Locator.parse("transport", "virtual:air");
        meets(known(), air, FIRST, IDENTITY);
        assertThat(meets(known(), air, SECOND, IDENTITY)).isEmpty();
    }

    @Test
    void aNoteThatCannotBeReadCostsNothingElse() throws Exception {
        Files.createDirectory(folder.resolve("main.controller"));
        var known = known();
        assertThat(meets(known, PORT, FIRST, IDENTITY)).isEmpty();
        assertThat(meets(known, PORT, SECOND, IDENTITY)).hasSize(1);
        Files.delete(folder.resolve("main.controller"));
        for (var text : new String[] {"", "\0", "serial:/dev/ttyUSB0"}) {
            Files.writeString(folder.resolve("main.controller"), text);
            assertThat(meets(known(), PORT, FIRST, IDENTITY)).isEmpty();
        }
    }

    @Test
    void bondsThatDoNotLastNeedNoNote() {
        known().met(PORT, FIRST, IDENTITY, false, false);
        assertThat(folder).isEmptyDirectory();
    }
}
