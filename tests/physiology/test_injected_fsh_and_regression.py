"""A cohort that no surge takes regresses for want of FSH, so that injected FSH keeps it."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.physiology.cycle_atresia import FollicularAtresia

STAGES = ("sensitivity", "antral_2", "antral_3", "antral_4", "preovulatory")


def test_the_loss_is_by_the_share_of_fsh_that_is_her_own() -> None:
    stages = dict.fromkeys(STAGES, 2.0)
    alone = FollicularAtresia(atresia_half_life=72.0)
    injected = FollicularAtresia(atresia_half_life=72.0, own="endogenous")
    plain = alone.rates(0.0, {}, {**stages, "regressing": 1.0, "own": 6.0, "fsh": 6.0})
    kept = injected.rates(0.0, {}, {**stages, "regressing": 1.0, "own": 3.0, "fsh": 12.0})
    for stage in STAGES:
        assert plain[stage] == pytest.approx(np.log(2) / 72.0 * 2.0, rel=1e-12)
        assert kept[stage] == pytest.approx(plain[stage] / 4, rel=1e-12)


def test_a_woman_without_surges_keeps_her_cohort_under_injected_fsh() -> None:
    woman = ns.Person(weight="70 kg", states=[ns.MenstrualCycle(day=18, ovulatory=False)])
    given = ns.Protocol.parse("150 IU subcutaneously every 24 h x 8", compound="follitropin-alfa")
    plain, stimulated = (
        ns.simulate(woman, protocol, until="8 day", step="6 h").values["plasma.estradiol"]
        for protocol in ("no-drug", given)
    )
    # her own cohort has lost most of its estradiol by then
    assert plain[-1] < 0.7 * plain[0]
    assert stimulated[-1] > 1.5 * plain[-1]
