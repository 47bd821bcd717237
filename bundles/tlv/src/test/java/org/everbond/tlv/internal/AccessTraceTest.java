package org.everbond.tlv.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvStore.Commit;
import org.everbond.tlv.Transaction;
import org.junit.jupiter.api.Test;

class AccessTraceTest {
    private static final byte[] KEY = {0x13, 0x37, (byte) 0xc0, (byte) 0xde};
    private final List<String> lines = new ArrayList<>();

    @Test
    void eachAccessIsOneLineWithTheNameOfTheTagSizeResultAndDuration() {
        var trace = new AccessTrace("main", false, lines::add);
        trace.got(Tags.LE_DEVICE | 15, KEY, System.nanoTime());
        trace.got(Tags.IR, null, System.nanoTime());
        trace.committing(new Transaction().put(Tags.ER, KEY).delete(0xe9000003),
                CompletableFuture.completedFuture(new Commit(7, 20, true)));
        var failed = new CompletableFuture<Commit>();
        trace.committing(new Transaction().delete(1), failed);
        failed.completeExceptionally(new TlvException(TlvException.Reason.FULL, "the disk is full"));
        assertThat(lines).map(line -> line.replaceAll("\\d+ us", "N us")).containsExactly(
                "main: get BTD+15 4 octets in N us",
                "main: get SMIR none in N us",
                "main: store SMER 4 octets",
                "main: delete companion/3",
                "main: commit 7 of 2 changes, 20 octets, durable in N us",
                "main: delete 00000001",
                "main: commit of 1 change failed in N us: the disk is full");
    }

    @Test
    void valuesAreToldOnlyWhenAskedFor() {
        var transaction = new Transaction().put(Tags.ER, KEY);
        new AccessTrace("main", false, lines::add).got(Tags.ER, KEY, 0);
        new AccessTrace("main", false, lines::add).committing(transaction, new CompletableFuture<>());
        assertThat(lines).noneMatch(line -> line.contains("1337"));
        new AccessTrace("main", true, lines::add).got(Tags.ER, KEY, 0);
        new AccessTrace("main", true, lines::add).committing(transaction, new CompletableFuture<>());
        assertThat(lines.subList(2, 4)).allMatch(line -> line.contains("4 octets 1337c0de"));
    }
}
