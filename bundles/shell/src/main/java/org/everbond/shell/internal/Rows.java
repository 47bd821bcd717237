package org.everbond.shell.internal;

import java.util.stream.Stream;
import org.everbond.adapter.Adapter;

/** What adapters have of one kind: a table for people, which names the adapter where there are several, or an object each. */
final class Rows {
    private final Output output;
    private final boolean named;
    private final Table table;

    /** @param named whether each row begins with the adapter's name */
    Rows(Output output, boolean named, String... titles) {
        this.output = output;
        this.named = named;
        table = new Table(named ? Stream.concat(Stream.of("ADAPTER"), Stream.of(titles)).toArray(String[]::new) : titles);
    }

    void add(Adapter adapter, Json object, Object... cells) {
        if (output.json()) {
            output.print(object, "");
        }
        table.row(named ? Stream.concat(Stream.of(adapter.name()), Stream.of(cells)).toArray() : cells);
    }

    /** @param none said when there are no rows */
    void print(String none) {
        output.remark(table.isEmpty() ? none : table.toString());
    }
}
