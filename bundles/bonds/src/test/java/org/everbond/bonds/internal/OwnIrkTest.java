package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.bonds.internal.Bench.JUST_WORKS;

import java.util.List;
import org.everbond.bonds.Bond;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.NewBond;
import org.everbond.crypto.Toolbox;
import org.everbond.tlv.TlvException;
import org.junit.jupiter.api.Test;

/** Our own IRK, changed by decision. */
class OwnIrkTest {
    @Test
    void it_is_another_one_for_good_and_nothing_else_changes() {
        var bench = Bench.fresh();
        bench.pair(1);
        var before = bench.bonds.local().orElseThrow();
        assertThat(bench.bonds.withFormerIrk()).isEmpty();
        bench.done(bench.bonds.changeIrk());
        for (var each : new Bench[] {bench, bench.restarted(), bench.restarted().restarted()}) {
            var after = each.bonds.local().orElseThrow();
            assertThat(after.irk()).isNotEqualTo(before.irk()).isEqualTo(bench.bonds.local().orElseThrow().irk());
            assertThat(after.ir()).isEqualTo(before.ir());
            assertThat(after.er()).isEqualTo(before.er());
            assertThat(after.identityAddress()).isEqualTo(before.identityAddress());
            assertThat(each.bonds.keys(each.bonds.list().get(0).id()).orElseThrow().ltk()).isEqualTo(Bench.ltk(1, 1));
        }
        assertThat(before.irk()).isEqualTo(Toolbox.irk(before.ir()));
    }

    @Test
    void bonds_hold_the_former_one_until_they_pair_again() {
        var bench = Bench.fresh();
        bench.pair(1);
        bench.pair(2);
        bench.pair(3);
        bench.done(bench.bonds.changeIrk());
        bench.pair(2, 2, JUST_WORKS);
        bench.pair(4);
        bench.done(bench.bonds.forget(bench.bonds.byIdentity(Bench.address(3)).orElseThrow().id()));
        for (var each : new Bench[] {bench, bench.restarted()}) {
            assertThat(each.bonds.withFormerIrk()).extracting(Bond::identity).containsExactly(Bench.address(1));
        }
        bench.done(bench.bonds.changeIrk());
        bench.pair(1, 2, JUST_WORKS);
        assertThat(bench.restarted().bonds.withFormerIrk()).extracting(Bond::identity)
                .containsExactlyInAnyOrder(Bench.address(2), Bench.address(4));
    }

    @Test
    void who_was_given_the_former_one_by_a_pairing_that_ends_after_the_change_holds_the_former_one() {
        var bench = Bench.fresh();
        var first = bench.bonds.local().orElseThrow().irk();
        bench.done(bench.bonds.changeIrk());
        var second = bench.bonds.local().orElseThrow().irk();
        bench.done(bench.bonds.changeIrk());
        var third = bench.bonds.local().orElseThrow().irk();
        for (var given : List.of(first, second, third)) {
            int peer = 1 + bench.bonds.list().size();
            var keys = BondKeys.secureConnections(Bench.ltk(peer, 1), Bench.irk(peer));
            bench.done(bench.bonds.commit(new NewBond(Bench.address(peer), JUST_WORKS, keys).given(given)));
        }
        for (var each : new Bench[] {bench, bench.restarted()}) {
            assertThat(each.bonds.withFormerIrk()).extracting(Bond::identity)
                    .containsExactlyInAnyOrder(Bench.address(1), Bench.address(2));
        }
    }

    @Test
    void what_cannot_be_written_does_not_happen_later_either() {
        var bench = Bench.fresh();
        bench.pair(1);
        var before = bench.bonds.local().orElseThrow();
        bench.store.failure = new TlvException(TlvException.Reason.FULL, "full");
        assertThat(bench.failed(bench.bonds.changeIrk())).isInstanceOf(TlvException.class);
        bench.store.failure = null;
        bench.store.load();
        bench.run();
        bench.pair(2);
        assertThat(bench.bonds.local()).contains(before);
        assertThat(bench.restarted().bonds.local()).contains(before);
    }

    @Test
    void a_damaged_record_leaves_the_first_one_and_says_so() {
        var bench = Bench.fresh();
        bench.pair(1);
        bench.done(bench.bonds.changeIrk());
        bench.store.values.get(Tags.OWN_IRK)[8] ^= 1;
        bench.store.values.remove(Tags.IDENTITY_COPY);
        var after = bench.restarted();
        assertThat(after.bonds.local().orElseThrow().irk()).isEqualTo(Toolbox.irk(after.bonds.local().orElseThrow().ir()));
        assertThat(after.bonds.warnings()).anyMatch(warning -> warning.contains("changed IRK"));
        assertThat(after.bonds.list()).hasSize(1);
    }

    @Test
    void of_two_copies_the_one_changed_more_often_wins() {
        var once = new IrkRecord(1, Bench.irk(1)).encode();
        var twice = new IrkRecord(2, Bench.irk(2)).encode();
        assertThat(IrkRecord.merge(once, twice)).isEqualTo(twice);
        assertThat(IrkRecord.merge(twice, once)).isEqualTo(twice);
        assertThat(IrkRecord.merge(once, new byte[3])).isEqualTo(once);
        assertThat(IrkRecord.merge(new byte[3], once)).isEqualTo(once);
    }
}
