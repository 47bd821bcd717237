package org.everbond.adapter;

/** The life of an adapter. The object stays the same through all of it. */
public enum AdapterState {
    /** Not configured to run, or stopped. */
    OFF,
    /** The store is not READY or has no identity yet: nothing is on air. */
    WAITING_FOR_STORE,
    /** The transport is being opened, or the controller brought up. */
    STARTING,
    /** Works. */
    UP,
    /** The controller or its port went away, or never answered; tried again with growing pauses. */
    LOST
}
