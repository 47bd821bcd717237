package org.everbond.adapter;

/**
 * A configuration that was meant to make an adapter and makes none, or was changed so that the adapter goes on as it was configured before:
 * published as a service for as long as that is so, for those who
 * tell people of it. The log has the same sentence.
 *
 * @param pid of the configuration, {@code org.everbond.adapter~main} or, where that is what is wrong, another
 * @param adapter the name of the adapter; empty where none can be made out
 * @param reason one sentence that names the configuration, by its file where there is one, what is wrong, and the cure
 */
public record RejectedConfiguration(String pid, String adapter, String reason) {}
