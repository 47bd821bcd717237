package org.everbond.hci.virtual.internal;

import java.time.Duration;
import org.everbond.crypto.Key;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.EventLoop;

/**
 * Encryption of one end of a link (Vol 6, Part B, 5.1.3). Each direction has its key; the session key of a radio is a
 * function of the LTK, so the LTK stands for it here. While a procedure runs no data leaves.
 */
final class LinkEncryption {
    /** Procedure response timeout (Vol 6, Part B, 5.2). */
    static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(40);

    private final LinkEnd end;
    private Key transmitKey;
    private Key receiveKey;
    private Key wanted;
    private boolean refresh;
    private boolean running;
    private boolean awaitingLtk;
    private EventLoop.Timer responseTimer;

    LinkEncryption(LinkEnd end) {
        this.end = end;
    }

    Key transmitKey() {
        return transmitKey;
    }

    Key receiveKey() {
        return receiveKey;
    }

    /** Whether data waits for a procedure to end. */
    boolean running() {
        return running;
    }

    // --- central -----------------------------------------------------------------------------------------------

    /** LE Enable Encryption. An encrypted link is paused first (5.1.3.2). */
    void enable(long rand, int ediv, Key ltk) {
        if (end.role() != LinkEnd.Role.CENTRAL || running) {
            throw Refused.disallowed();
        }
        wanted = ltk;
        running = true;
        refresh = transmitKey != null;
        responseTimer = end.controller().loop().schedule(
                RESPONSE_TIMEOUT, () -> end.close(ErrorCode.LMP_OR_LL_RESPONSE_TIMEOUT));
        if (refresh) {
            end.transmit(peer -> peer.encryption().pauseRequest(() -> request(rand, ediv)));
        } else {
            request(rand, ediv);
        }
    }

    private void request(long rand, int ediv) {
        end.transmit(peer -> peer.encryption().encryptionRequest(rand, ediv));
    }

    private void pauseResponse(Runnable then) {
        transmitKey = null;
        receiveKey = null;
        then.run();
    }

    private void startRequest() {
        transmitKey = wanted;
        receiveKey = wanted;
        end.transmit(peer -> peer.encryption().startResponse());
    }

    private void rejected(ErrorCode reason) {
        finish();
        report(reason);
        end.encryptionEnded();
    }

    // --- peripheral --------------------------------------------------------------------------------------------

    private void pauseRequest(Runnable request) {
        running = true;
        refresh = true;
        end.transmit(peer -> peer.encryption().pauseResponse(request));
        transmitKey = null;
        receiveKey = null;
    }

    private void encryptionRequest(long rand, int ediv) {
        running = true;
        if (end.controller().out().allowsLe(LeEvent.LONG_TERM_KEY_REQUEST)) {
            awaitingLtk = true;
            end.controller().out().leEvent(
                    LeEvent.LONG_TERM_KEY_REQUEST, new Octets().u16(end.handle()).u64(rand).u16(ediv));
        } else {
            reject();
        }
    }

    /** LE Long Term Key Request Reply. */
    void reply(Key ltk) {
        needRequest();
        wanted = ltk;
        // Until the central has LL_START_ENC_REQ its answers to procedures that run besides still come in clear.
        end.transmit(peer -> peer.encryption().startRequest(), () -> receiveKey = ltk);
    }

    /** LE Long Term Key Request Negative Reply. */
    void negativeReply() {
        needRequest();
        reject();
    }

    private void needRequest() {
        if (!awaitingLtk) {
            throw Refused.disallowed();
        }
        awaitingLtk = false;
    }

    /** Without a key a new encryption is refused, and a link whose encryption was paused ends (5.1.3.1). */
    private void reject() {
        if (refresh) {
            end.transmit(
                    peer -> peer.close(ErrorCode.PIN_OR_KEY_MISSING),
                    () -> end.close(ErrorCode.CONNECTION_TERMINATED_BY_LOCAL_HOST));
            return;
        }
        finish();
        end.transmit(peer -> peer.encryption().rejected(ErrorCode.PIN_OR_KEY_MISSING));
        end.encryptionEnded();
    }

    // --- both --------------------------------------------------------------------------------------------------

    /** Three-way handshake: central's response could be decrypted here, then the peripheral's at the central. */
    private void startResponse() {
        if (end.role() == LinkEnd.Role.PERIPHERAL) {
            transmitKey = wanted;
            end.transmit(peer -> peer.encryption().startResponse());
        }
        finish();
        report(ErrorCode.SUCCESS);
        end.encryptionEnded();
    }

    private void report(ErrorCode status) {
        var out = end.controller().out();
        if (refresh) {
            out.event(EventCode.ENCRYPTION_KEY_REFRESH_COMPLETE, new Octets().u8(status.value()).u16(end.handle()));
        } else {
            out.event(
                    EventCode.ENCRYPTION_CHANGE,
                    new Octets().u8(status.value()).u16(end.handle()).u8(status == ErrorCode.SUCCESS ? 1 : 0));
        }
    }

    private void finish() {
        running = false;
        awaitingLtk = false;
        wanted = null;
        stop();
    }

    void stop() {
        if (responseTimer != null) {
            responseTimer.cancel();
            responseTimer = null;
        }
    }
}
