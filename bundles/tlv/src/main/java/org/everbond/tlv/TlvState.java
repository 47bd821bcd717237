package org.everbond.tlv;

/** Whether the store can be relied upon. */
public enum TlvState {
    /** No backend is bound; reads serve from memory, commits wait or fail by policy. */
    NO_BACKEND,
    /** A backend is being opened, loaded or reconciled. */
    LOADING,
    /** Loaded; commits are made durable by the backend. */
    READY,
    /** The backend answers with errors; reads serve from memory, commits fail with the cause. */
    DEGRADED,
    /** The backend holds another identity with bonds of its own; nothing is written until a person decides. */
    CONFLICT
}
