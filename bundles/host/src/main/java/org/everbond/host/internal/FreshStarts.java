package org.everbond.host.internal;

import org.everbond.hci.ErrorCode;

/**
 * When to begin anew from a state that is known: switch off, set up, switch on. A command that was lost, or whose answer was, leaves open what
 * the controller does; then it refuses as not allowed now what would be right otherwise (Vol 4, Part E, 7.8.5, 7.8.10). Bounded, since a
 * controller may mean its refusal.
 */
final class FreshStarts {
    private static final int MOST = 2;

    private int made;

    /** Whether to begin anew after this answer; counts. */
    boolean helps(Answer answer) {
        boolean open = !answer.answered() || answer.refusedWith(ErrorCode.COMMAND_DISALLOWED);
        return open && made++ < MOST;
    }

    /** What was wanted is reached, given up, or something else is wanted. */
    void over() {
        made = 0;
    }
}
