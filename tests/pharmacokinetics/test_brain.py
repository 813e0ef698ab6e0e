"""Brain and fluid: what local synthesis adds, and total against free."""

from __future__ import annotations

import numpy as np
import pytest

from neurosteroid.engine import Covariate, solve, wire
from neurosteroid.pharmacokinetics.brain import BrainLink, BrainTissue, UnboundBrain

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
