package org.everbond.shell.internal;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.everbond.adapter.PrivacyStatus;

/** Pairing and encrypting. */
final class SecurityCommands {
    private SecurityCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(
                        new Usage("privacy [renew|change-irk]", "Shows our address on air, how many peers are found behind private ones, and who holds a former key of "
                                + "ours; renew goes on with a new "
                                + "private address at once, change-irk makes a new identity key: who holds the former one cannot follow us any "
                                + "more, nor find us behind private addresses before it pairs again.", 1, "30s",
                                List.of(), List.of("privacy", "privacy renew", "privacy change-irk --json")),
                        SecurityCommands::privacy),
                new Command(
                        new Usage("bondable [on|off|TIME]", "Lets peers bond: until changed, not at all, or for a while; shows it without an argument.", 1, "10s",
                                List.of(), List.of("bondable", "bondable 60s", "bondable on", "bondable off")),
                        SecurityCommands::bondable),
                new Command(
                        new Usage("pair [LINK]", "Pairs and bonds on a link; done when the bond is on stable storage.", 1, "60s",
                                List.of(new Usage.Option("--no-wait", "",
                                        "only begin, so that this session can answer what the agent asks; a later line or event tells how it ended")),
                                List.of("pair", "pair 2 --json", "pair --no-wait")),
                        SecurityCommands::pair),
                new Command(
                        new Usage("encrypt [LINK]", "Encrypts a link with the stored key, without pairing.", 1, "30s",
                                List.of(), List.of("encrypt", "encrypt 2 --json")),
                        SecurityCommands::encrypt));
    }

    private static void bondable(Call call) throws CommandException, InterruptedException {
        var wanted = call.arguments().word(0).orElse("");
        var adapter = call.adapter();
        var window = Duration.ZERO;
        if (wanted.equals("on") || wanted.equals("off")) {
            call.await(adapter.bondable(wanted.equals("on")), "bondable did not change");
        } else if (Arguments.isDuration(wanted)) {
            window = Arguments.duration(wanted);
            call.await(adapter.bondable(window), "bondable did not change");
        } else if (!wanted.isEmpty()) {
            throw call.arguments().wrong("takes on, off or a time such as 60s, not '" + wanted + "'");
        }
        boolean on = adapter.status().bondable();
        call.output().print(
                Json.object().put("adapter", adapter.name()).put("bondable", on).put("windowMs", window.isZero() ? null : window.toMillis()),
                (on ? "peers may bond" : "peers may not bond") + (window.isZero() ? "" : " for " + Words.time(window)));
    }

    private static void privacy(Call call) throws CommandException, InterruptedException {
        var wanted = call.arguments().word(0).orElse("");
        var adapter = call.adapter();
        switch (wanted) {
            case "" -> {}
            case "renew" -> call.await(adapter.renewAddress(), "the address was not renewed");
            case "change-irk" -> call.await(adapter.changeIrk(), "the identity key was not changed");
            default -> throw call.arguments().wrong("takes renew or change-irk, not '" + wanted + "'");
        }
        var status = call.await(adapter.privacy(), "privacy is not known");
        call.output().print(Words.privacy(status, adapter.name(), wanted), privacy(status));
    }

    private static String privacy(PrivacyStatus status) {
        return "on air    " + status.onAir().map(Object::toString).orElse("nothing before the store is loaded")
                + (status.privateAddresses() ? ", private, for at most " + Words.time(status.lifetime()) : ", the identity address (privacy=false)")
                + "\n  mode      " + Words.word(status.mode()) + ", for bonds without one of their own"
                + "\n  found     bonded peers behind private addresses: " + status.resolvable() + ", by the controller, too: "
                + status.resolvedByController()
                + "\n  former    " + (status.withFormerIrk().isEmpty()
                        ? "no bond holds a former identity key"
                        : "these hold a former identity key, until they pair again or are forgotten:" + status.withFormerIrk().stream()
                                .map(bond -> "\n    bond " + bond.id() + " with " + bond.identity())
                                .collect(Collectors.joining()));
    }

    private static void pair(Call call) throws CommandException, InterruptedException {
        var adapter = call.adapterUp();
        var link = Targets.link(adapter, call.arguments().word(0));
        if (call.arguments().has("--no-wait")) {
            call.output().print(
                    Json.object().put("adapter", adapter.name()).put("link", link.id()).put("peer", link.status().peer()).put("began", true),
                    "pairing with " + link.status().peer());
            link.pair().whenComplete((result, failure) -> call.output().remark(failure == null
                    ? "paired with " + link.status().peer() + ": " + PairingWords.text(result)
                    : "not paired with " + link.status().peer() + ": " + Call.sentence(failure)));
            return;
        }
        long start = System.nanoTime();
        var result = call.await(link.pair(), "link " + link.id() + " did not pair");
        double ms = (System.nanoTime() - start) / 1000 / 1000.0;
        call.output().print(
                Json.object().put("adapter", adapter.name()).put("link", link.id()).put("peer", link.status().peer())
                        .putAll(PairingWords.object(result)).put("ms", ms),
                "paired with " + link.status().peer() + ": " + PairingWords.text(result) + ", " + ms + " ms");
    }

    private static void encrypt(Call call) throws CommandException, InterruptedException {
        var adapter = call.adapterUp();
        var link = Targets.link(adapter, call.arguments().word(0));
        long start = System.nanoTime();
        var status = call.await(link.encrypt(), "link " + link.id() + " was not encrypted");
        double ms = (System.nanoTime() - start) / 1000 / 1000.0;
        call.output().print(Words.link(adapter.name(), status).put("ms", ms),
                "encrypted: " + Words.link(status) + ", " + Words.security(status.security()) + ", " + ms + " ms");
    }
}
