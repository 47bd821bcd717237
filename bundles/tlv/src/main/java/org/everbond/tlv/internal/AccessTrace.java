package org.everbond.tlv.internal;

import java.util.HexFormat;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvStore.Commit;
import org.everbond.tlv.Transaction;
import org.slf4j.LoggerFactory;

/** Tells of each access to a store, one line each. There is none while tracing is off, so that it costs nothing then. */
final class AccessTrace {
    private final String store;
    private final boolean values;
    private final Consumer<String> lines;

    /**
     * Into the log. The logger is named for people, who configure it, not after a class.
     *
     * @param values whether values, keys among them, are told
     */
    AccessTrace(String store, boolean values) {
        this(store, values, LoggerFactory.getLogger("org.everbond.tlv.trace")::info);
    }

    AccessTrace(String store, boolean values, Consumer<String> lines) {
        this.store = store;
        this.values = values;
        this.lines = lines;
    }

    /** @param started {@code System.nanoTime()} before it */
    void got(int tag, byte[] value, long started) {
        tell("get " + Tags.name(tag) + " " + (value == null ? "none" : shown(value)) + since(started));
    }

    void committing(Transaction transaction, CompletionStage<Commit> result) {
        long started = System.nanoTime();
        for (var change : transaction.changes()) {
            tell(change.isDelete()
                    ? "delete " + Tags.name(change.tag())
                    : "store " + Tags.name(change.tag()) + " " + shown(change.value()));
        }
        int count = transaction.changes().size();
        var changes = count + (count == 1 ? " change" : " changes");
        result.whenComplete((commit, failure) -> tell(failure != null
                ? "commit of " + changes + " failed" + since(started) + ": " + failure.getMessage()
                : "commit " + commit.sequence() + " of " + changes + ", " + commit.octets() + " octets, "
                        + (commit.durable() ? "durable" : "not durable") + since(started)));
    }

    private void tell(String line) {
        lines.accept(store + ": " + line);
    }

    private String shown(byte[] value) {
        return value.length + " octets" + (values ? " " + HexFormat.of().formatHex(value) : "");
    }

    private static String since(long started) {
        return " in " + (System.nanoTime() - started) / 1000 + " us";
    }
}
