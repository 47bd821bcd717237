package org.everbond.tlv.file.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import org.everbond.tlv.TlvException.Reason;
import org.junit.jupiter.api.Test;

/** A disk that is full, fails to flush or forbids. */
class FailingDiskTest extends FileBench {
    @Test
    void aFullDiskTakesNothingAndLosesNothing() throws Exception {
        backend.open();
        commit(1, put(BOND, 60));
        var before = octets();
        disk.fail("write", "No space left on device");
        refusedCommit(Reason.NO_SPACE, "the disk is full; make room");
        assertThat(octets()).isEqualTo(before);
        disk.heal();
        commit(2, put(COMPANION, 60));
        assertThat(reopen().values()).containsOnlyKeys(BOND, COMPANION);
    }

    @Test
    void afterAFailedFlushTheAcknowledgedImageGoesToANewFileBeforeTheFailureIsTold() throws Exception {
        backend.open();
        commit(1, put(BOND, 60));
        disk.fault = (operation, path) -> {
            if (operation.equals("force") && path.equals(PLACE)) {
                throw new IOException("Input/output error");
            }
        };
        disk.done.clear();
        refusedCommit(Reason.FAILED, "Input/output error");
        assertThat(disk.done).containsSubsequence("force bonds.tlv.tmp", "move bonds.tlv.tmp", "close bonds.tlv", "syncFolder everbond");
        disk.heal();
        assertThat(LogReader.read(octets()).values()).containsOnlyKeys(BOND);
        commit(2, put(COMPANION, 60));
        assertThat(reopen().values()).containsOnlyKeys(BOND, COMPANION);
    }

    @Test
    void whenTheNewFileFailsTooTheOutcomeIsInDoubtUntilItIsOpenedAgain() throws Exception {
        backend.open();
        commit(1, put(BOND, 60));
        disk.fail("force", "Input/output error");
        refusedCommit(Reason.IN_DOUBT, "Input/output error");
        refusedCommit(Reason.IN_DOUBT, "must be opened again");
        disk.heal();
        var image = reopenSame();
        assertThat(image.values()).containsKey(BOND);
        assertThat(image.sequence()).isBetween(1L, 2L);
    }

    @Test
    void whatTheSystemForbidsIsSaidWithItsCure() {
        disk.fault = (operation, path) -> {
            if (operation.equals("createFolder")) {
                throw new AccessDeniedException(path.toString());
            }
        };
        refused(Reason.UNUSABLE, "/var may not be read or written by this user; change its permissions or configure another place");
        disk.heal();
        disk.fail("create", "Read-only file system");
        refused(Reason.UNUSABLE, "is on a read-only file system; configure another place");
        disk.heal();
        disk.fail("create", "No space left on device");
        refused(Reason.UNUSABLE, "the disk is full; make room");
    }
}
