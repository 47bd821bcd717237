package org.everbond.security.internal;

import java.time.Duration;
import org.everbond.hci.EventLoop;

/** Whether peers may bond without having been asked to: off, on, or on for a while. */
final class BondableWindow {
    private final EventLoop loop;
    private boolean open;
    private EventLoop.Timer end;

    BondableWindow(EventLoop loop) {
        this.loop = loop;
    }

    boolean isOpen() {
        return open;
    }

    void set(boolean on) {
        if (end != null) {
            end.cancel();
            end = null;
        }
        open = on;
    }

    void openFor(Duration window) {
        set(false);
        if (window.isNegative() || window.isZero()) {
            return;
        }
        open = true;
        end = loop.schedule(window, () -> set(false));
    }
}
