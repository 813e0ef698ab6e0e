"""Laws of the synthesis pathway: mass balance, positivity, proportion, and no progesterone from its own metabolites."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.physiology.pathway import ACTIVITIES
from tests.physiology.pathway_double import ALLO, NAMES, pathway, situation

TIMES = np.linspace(0.0, 240.0, 49)
OVARY = Record(0.0, 1, "central.progesterone", 3.0e5, duration=200.0)
INFUSION = Record(24.0, 1, f"central.{ALLO}", 5.0e5, duration=60.0)
BOLUS = Record(48.0, 1, "central.5alpha-dihydroprogesterone", 1.0e4)
RECORDS = (OVARY, INFUSION, BOLUS)
QUIET = {"adrenal.drive": 0.0}

activities = st.fixed_dictionaries({f"activity.{name}": st.floats(0.0, 2.0) for name in ACTIVITIES})


def run(system, records, only):
    return solve(
        system, list(records), parameters=system.parameters(1), covariates=situation(only=only), output_times=TIMES
    ).states[0]


def entered(records, times):
    total = np.zeros_like(times)
    for record in records:
        if record.duration:
            total += record.amount * np.clip((times - record.time) / record.duration, 0.0, 1.0)
        else:
            total += record.amount * (times >= record.time)
    return total


@pytest.mark.parametrize("extent", ["core", "full"])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_what_entered_is_held_or_has_left(extent, scale):
    system = pathway(extent, accounts=True)
    states = run(system, RECORDS, QUIET | {"body.plasma-volume-scale": scale})
    gap = np.abs(states.sum(axis=1) - entered(RECORDS, TIMES))
    assert gap.max() / entered(RECORDS, TIMES).max() < 1e-8


def test_adrenal_production_is_accounted_for_too():
    # nothing but the adrenal: what left and what is held is what the account of the outside gave
    states = run(pathway(accounts=True), (), {})
    assert np.abs(states.sum(axis=1)).max() < 1e-8 * np.abs(states).max()


@settings(max_examples=25, deadline=None, derandomize=True)
@given(activities, st.floats(40.0, 150.0), st.floats(0.0, 5.0))
def test_amounts_stay_positive_and_balanced_whatever_enzymes_do(only, weight, drive):
    system = pathway(accounts=True)
    states = run(system, RECORDS, only | {"person.weight": weight, "adrenal.drive": drive})
    held = states[:, ~system.is_account]
    # accounts hold what left less what the adrenal gave, so the sum is what the records gave
    assert held.min() >= -1e-9 * held.max()
    assert np.abs(states.sum(axis=1) - entered(RECORDS, TIMES)).max() < 1e-8 * 8.1e5


def test_twice_the_sources_are_twice_the_amounts():
    once = run(pathway(), RECORDS, {})
    doubled = [Record(r.time, 1, r.state, 2.0 * r.amount, duration=r.duration) for r in RECORDS]
    twice = run(pathway(), doubled, {"adrenal.drive": 2.0})
    np.testing.assert_allclose(twice, 2.0 * once, rtol=1e-10, atol=1e-9)


def test_sources_add_up():
    parts = [run(pathway(), (record,), QUIET) for record in RECORDS] + [run(pathway(), (), {})]
    np.testing.assert_allclose(sum(parts), run(pathway(), RECORDS, {}), rtol=1e-9, atol=1e-6)


def test_nothing_runs_back_to_progesterone():
    states = run(pathway(), (INFUSION, BOLUS), QUIET)
    held = [pathway().state_names.index(f"{place}.progesterone") for place in ("central", "peripheral")]
    assert not states[:, held].any()


def test_heavier_women_have_lower_levels_of_what_is_made_alike():
    assert NAMES[0] == "person.weight"
    light, heavy = (run(pathway(), (OVARY,), {"person.weight": weight})[40] for weight in (50.0, 100.0))
    place = pathway().state_names.index("central.progesterone")
    # amounts grow with volume^1 / clearance^0.75 in balance: concentration falls with weight^-0.75
    assert heavy[place] / light[place] == pytest.approx(2.0**0.25, rel=0.01)
