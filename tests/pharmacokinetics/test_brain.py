"""Brain and fluid: what local synthesis adds, and total against free."""

from __future__ import annotations

import numpy as np
import pytest

from neurosteroid.engine import Covariate, solve, wire
from neurosteroid.pharmacokinetics.brain import BrainLink, BrainTissue, UnboundBrain
from neurosteroid.pharmacokinetics.brain_synthesis import LocalSynthesis

PLASMA = [Covariate("plasma.allopregnanolone", "nmol/L")]


def settled(parts, plasma: float) -> dict[str, float]:
    system = wire(parts, PLASMA)
    found = solve(
        system,
        parameters=system.parameters(1),
        covariates=np.array([[plasma]]),
        output_times=[0.0, 100.0],
    ).outputs(system.output_names)
    return {name: float(values[0, -1]) for name, values in found.items()}


def link(local: float = 0.0) -> BrainLink:
    return BrainLink(brain_to_plasma=3.0, equilibration_half_life=0.5, receptor_to_brain=0.2, local_concentration=local)


def test_local_synthesis_adds_its_level_whatever_plasma_holds():
    for plasma in (0.0, 2.0, 50.0):
        with_it, without = settled({"a": link(17.0)}, plasma), settled({"a": link()}, plasma)
        difference = with_it["brain.allopregnanolone"] - without["brain.allopregnanolone"]
        # 200 half-lives after an empty start nothing of it is left
        assert difference == pytest.approx(17.0, rel=1e-12)


def test_the_receptor_may_be_stated_from_the_level_that_local_synthesis_sets():
    unseen = BrainLink(
        brain_to_plasma=3.0,
        equilibration_half_life=0.5,
        receptor_to_brain=0.2,
        local_concentration=17.0,
        local_seen=0.0,
    )
    for plasma in (0.0, 2.0):
        found, seen = settled({"a": unseen}, plasma), settled({"a": link(17.0)}, plasma)
        # 0.2 of 3 times plasma, and with the brain's own 0.2 of 17 more; 1e-12 of 17 is left by the subtraction
        assert found["receptor.allopregnanolone"] == pytest.approx(0.6 * plasma, abs=1e-11)
        assert seen["receptor.allopregnanolone"] == pytest.approx(0.6 * plasma + 3.4, rel=1e-12)


def test_fluid_holds_what_is_free_in_brain():
    found = settled({"a": link(), "b": UnboundBrain(unbound_fraction=0.01)}, 10.0)
    assert found["brain.allopregnanolone"] == pytest.approx(30.0, rel=1e-12)
    assert found["csf.allopregnanolone"] == found["unbound_brain.allopregnanolone"] == pytest.approx(0.3, rel=1e-12)


def test_a_drug_in_brain_follows_plasma_at_its_ratio():
    part = BrainTissue(brain_to_plasma=3.0, equilibration_half_life=0.5, analyte="allopregnanolone")
    assert settled({"a": part}, 4.0)["brain.allopregnanolone"] == pytest.approx(12.0, rel=1e-12)


def balance(reductase: float, reduction: float, oxidation: float, on: float, back: float) -> float:
    """Own allopregnanolone of the two pools in balance, over that with all activities 1, by their rate equations."""

    def level(r: float, g: float, x: float) -> float:
        h, o = on, back  # per unit of time out of each pool, of 1 in all
        out, lost = np.array([[h * g + (1 - on), -o * x], [-h * g, o * x + (1 - back)]]), np.array([r, 0.0])
        return float(np.linalg.solve(out, lost)[1])

    return level(reductase, reduction, oxidation) / level(1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    "activities", [(1.0, 1.0, 1.0), (0.49, 1.0, 1.0), (1.0, 2.5, 1.0), (1.0, 1.0, 0.1), (0.3, 4.0, 2.0)]
)
@pytest.mark.parametrize("shares", [(1e-6, 0.41), (0.5, 0.1), (0.9, 0.7), (1 - 1e-6, 0.0)])
def test_what_the_brain_makes_is_the_balance_of_its_two_pools(activities, shares):
    part = LocalSynthesis(
        local_concentration=17.0, reduced_on=shares[0], oxidised_back=shares[1], from_progesterone=0.2
    )
    reductase, reduction, oxidation = activities
    given = {"progesterone": 5.0, "reductase": reductase, "reduction": reduction, "oxidation": oxidation}
    wanted = (17.0 + 0.2 * 5.0) * balance(*activities, *shares)
    assert part.values(0.0, {}, given)["local"] == pytest.approx(wanted, rel=1e-9)


def test_one_of_the_two_steps_may_do_nothing_at_its_extreme():
    def made(reduced_on: float, reductase: float, reduction: float) -> float:
        part = LocalSynthesis(local_concentration=1.0, reduced_on=reduced_on, oxidised_back=0.4, from_progesterone=0.0)
        given = {"progesterone": 9.0, "reductase": reductase, "reduction": reduction, "oxidation": 1.0}
        return float(part.values(0.0, {}, given)["local"])

    assert made(1.0, 0.5, 2.5) == pytest.approx(0.5, rel=1e-12)
    assert made(0.0, 0.5, 2.5) == pytest.approx(1.25, rel=1e-12)
