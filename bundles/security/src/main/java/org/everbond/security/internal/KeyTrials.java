package org.everbond.security.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.crypto.DeviceAddress;
import org.everbond.security.SecurityEvent.BondLost.Cause;
import org.everbond.security.internal.policy.Candidate;

/**
 * Which key of a bond to encrypt with next. A pairing replaces a bond before both sides can be sure of it, so the LTK before is
 * kept until the new one has encrypted another connection. A side whose present LTK failed tries the one before on the next
 * attempt. The other side may do the same, and its present LTK may be this side's LTK before, or the other way round: if both took turns
 * alike, they would never meet. So the central takes turns by one, the peripheral by two, and any four attempts bring each key of the one
 * together with each of the other. One that worked is used until the next pairing, unless the present one may have failed by a bad
 * radio only: then that one gets another chance first.
 *
 * <p>The peripheral cannot know which of two LTKs the central has: an LTK request for Secure Connections looks the same for
 * both. It gives the present one; the central's different key ends that link by a MIC failure (0x3D or 0x08), and the
 * request on the next link is answered with the one before.
 *
 * <p>Bonds that share an IRK have their {@link Turns}.
 */
final class KeyTrials {
    /** After so many attempts each of two keys here has met each of two there. */
    private static final int ALL_PAIRS = 4;

    private enum Stage {
        TAKING_TURNS,
        PRESENT_AGAIN,
        PREVIOUS_WORKS
    }

    /**
     * @param failures how many attempts have failed
     * @param cause for which the present LTK failed
     * @param again whether it has had another chance
     */
    private record Trial(Stage stage, int failures, Cause cause, boolean again) {
        boolean wantsPrevious(boolean central) {
            return stage == Stage.PREVIOUS_WORKS
                    || stage == Stage.TAKING_TURNS && (central ? failures % 2 == 1 : failures % 4 == 1 || failures % 4 == 2);
        }

        Trial failedAgain() {
            return new Trial(Stage.TAKING_TURNS, failures + 1, cause, again);
        }
    }

    private final BondStore bonds;
    private final Turns turns = new Turns();
    private final Map<BondId, Trial> trials = new HashMap<>();

    KeyTrials(BondStore bonds) {
        this.bonds = bonds;
    }

    /** The bonds that a peer may be, the one to try next first. */
    List<Bond> inOrder(DeviceAddress onAir, List<Bond> candidates) {
        return turns.inOrder(onAir, candidates);
    }

    /**
     * The key that a central asks for. One of LE legacy pairing has a name and needs no trial; the name also finds it where the address
     * of the central tells nothing, be it a private one that cannot be resolved or one that has changed.
     *
     * @param candidates the bonds that the peer may be by its address, the one to try next first
     */
    Optional<Candidate> asked(List<Bond> candidates, long rand, int ediv) {
        if (rand == 0 && ediv == 0) {
            return candidates.stream()
                    .flatMap(bond -> next(bond, false).stream())
                    .filter(candidate -> candidate.answers(rand, ediv))
                    .findFirst();
        }
        var name = new LegacyName(ediv, rand);
        var owner = bonds.named(name);
        var possible = candidates.isEmpty() ? owner.stream().toList() : candidates;
        return possible.stream()
                .flatMap(bond -> distributed(bond, name, owner.isPresent()).stream())
                .filter(candidate -> candidate.answers(rand, ediv))
                .findFirst();
    }

    private Optional<Candidate> distributed(Bond bond, LegacyName name, boolean owned) {
        var local = bonds.local();
        var keys = bonds.keys(bond.id());
        return local.isEmpty() || keys.isEmpty()
                ? Optional.empty()
                : Candidate.distributed(bond, keys.get(), bonds.previousLtk(bond.id()), name, owned, local.get());
    }

    /** Whether a central could ask for a key of this bond. */
    boolean mayBeAsked(Bond bond) {
        boolean forBoth = next(bond, false).filter(key -> key.security().secureConnections()).isPresent();
        return forBoth || bonds.keys(bond.id()).filter(keys -> Candidate.mayBeAsked(bond, keys)).isPresent();
    }

    /**
     * The key to try now; empty when the bond has none that may be used.
     *
     * @param central whether we are
     */
    Optional<Candidate> next(Bond bond, boolean central) {
        var trial = trials.get(bond.id());
        if (trial != null && trial.wantsPrevious(central)) {
            var previous = previous(bond);
            if (previous.isPresent()) {
                return previous;
            }
        }
        return bonds.keys(bond.id()).map(keys -> Candidate.present(bond, keys)).filter(Candidate::isUsable);
    }

    /**
     * A key failed.
     *
     * @param candidates all bonds that the peer may be
     * @return why the bond is lost, unless there is another key to try first, of this bond or of another one
     */
    Optional<Cause> failed(DeviceAddress onAir, Candidate key, List<Bond> candidates, Cause cause) {
        if (key.ours()) {
            // The central said which key it holds, so there is no other one to try.
            return Optional.of(cause);
        }
        var lost = failed(key, cause);
        boolean others = turns.failed(onAir, key.bond(), candidates, lost.isPresent());
        return others ? Optional.empty() : lost;
    }

    private Optional<Cause> failed(Candidate key, Cause cause) {
        var id = key.bond().id();
        var trial = trials.get(id);
        var other = previous(key.bond());
        if (other.isEmpty() || !key.previous() && !worthTrying(key, other.get(), cause)) {
            return Optional.of(trial == null || !key.previous() ? cause : trial.cause());
        }
        var now = trial == null || trial.stage() == Stage.PRESENT_AGAIN
                ? new Trial(Stage.TAKING_TURNS, 1, cause, trial != null)
                : trial.failedAgain();
        trials.put(id, now);
        return now.failures() < ALL_PAIRS ? Optional.empty() : Optional.of(now.cause());
    }

    /**
     * Whether a peer that ended the link when it was asked to encrypt may have done so because it has missed the pairing that made this
     * key: it does not know the name of one of LE legacy pairing, or has one of those itself and is asked for one that has no name.
     */
    boolean mayBeUnknown(Candidate key) {
        var before = previous(key.bond());
        boolean named = isNamed(key) || before.filter(KeyTrials::isNamed).isPresent();
        return !key.ours() && named && before.isPresent() && (key.previous() || !hasTriedAll(key.bond()));
    }

    private static boolean isNamed(Candidate key) {
        return key.ediv() != 0 || key.rand() != 0;
    }

    private boolean hasTriedAll(Bond bond) {
        var trial = trials.get(bond.id());
        return trial != null && trial.stage() == Stage.TAKING_TURNS && trial.failures() >= ALL_PAIRS;
    }

    /** @param madeHere whether the key was made on the connection that it encrypted, which proves nothing to the other side */
    void succeeded(DeviceAddress onAir, Candidate key, List<Bond> candidates, boolean madeHere) {
        var id = key.bond().id();
        turns.succeeded(onAir, key.bond(), candidates);
        if (key.ours() && key.previous()) {
            return;
        }
        if (key.ours() && bonds.keys(id).filter(keys -> keys.legacy() == null).isPresent()) {
            bonds.learn(id, key.name());
        }
        if (key.previous()) {
            var trial = trials.getOrDefault(id, new Trial(Stage.PREVIOUS_WORKS, 0, Cause.KEYS_DIFFER, true));
            boolean chance = trial.cause() == Cause.SUSPECTED && !trial.again();
            trials.put(
                    id, new Trial(chance ? Stage.PRESENT_AGAIN : Stage.PREVIOUS_WORKS, 0, trial.cause(), trial.again()));
            return;
        }
        trials.remove(id);
        if (!madeHere && bonds.previousLtk(id).isPresent()) {
            bonds.confirmLtk(id);
        }
    }

    /** The bond is gone or has other keys. */
    void forget(BondId id) {
        trials.remove(id);
        turns.forget(id);
    }

    void clear() {
        trials.clear();
        turns.clear();
    }

    private Optional<Candidate> previous(Bond bond) {
        return bonds.previousLtk(bond.id()).map(key -> Candidate.previous(bond, key)).filter(Candidate::isUsable);
    }

    /** A peer without a key (0x06) has no other key either, unless the other one is asked for by other numbers. */
    private static boolean worthTrying(Candidate present, Candidate previous, Cause cause) {
        return cause != Cause.PEER_FORGOT || present.ediv() != previous.ediv() || present.rand() != previous.rand();
    }
}
