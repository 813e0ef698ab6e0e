"""Laws the whole model must keep: mass balance, dose linearity, weight, units."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.evidence import Ledger
from neurosteroid.model import assemble, simulate_many
from neurosteroid.studies import population

PLASMA = "plasma.allopregnanolone"


@pytest.mark.parametrize("method", ["exact", "reference"])
def test_what_went_in_is_inside_or_has_left(method):
    assembly = assemble(accounts=True)
    women = population("postpartum", size=4, seed=2).draw(assembly, Ledger())
    plan = ns.protocol("brexanolone-label")
    times = np.linspace(0.0, 96.0, 49)
    solution = solve(
        assembly.system,
        plan.records(women.weight, assembly.molar_mass, assembly.dose_state),
        parameters=assembly.system.parameters(4, women.parameters),
        covariates=women.weight[:, None],
        output_times=times,
        method=method,
    )
    amounts = [name for name in assembly.system.state_names if assembly.system.units[name] == "nmol"]
    assert "outside.nmol" in amounts
    inside = sum(solution.outputs(amounts).values())
    steps = plan.steps
    hours = [np.clip(times, step.start_h, step.until_h) - step.start_h for step in steps]
    per_kg = sum(step.rate * hour for step, hour in zip(steps, hours, strict=True))  # ug/kg
    given = per_kg * women.weight[:, None] / assembly.molar_mass * 1e3  # nmol
    # the flow form balances in every step, so only rounding remains
    assert np.allclose(inside, given, rtol=1e-9, atol=1e-9 * given.max())


def test_concentration_is_proportional_to_rate():
    assembly, weights, times = assemble(), np.array([60.0, 90.0]), np.linspace(0, 30, 31)
    plans = [ns.Protocol.parse(f"{rate} ug/kg/h for 24 h") for rate in (10, 30)]
    one, three = (simulate_many(assembly, plan, weights, times).values[PLASMA] for plan in plans)
    assert np.allclose(3 * one, three, rtol=1e-12, atol=1e-12)


def test_the_unit_of_the_rate_does_not_matter():
    assembly, weights, times = assemble(), np.array([70.0]), np.linspace(0, 30, 31)
    plans = ["90 ug/kg/h for 24 h", "0.09 mg/kg/h for 24 h", "6.3 mg/h for 24 h", "2.16 mg/kg over 1440 min"]
    found = [simulate_many(assembly, ns.Protocol.parse(plan), weights, times).values[PLASMA] for plan in plans]
    for other in found[1:]:
        assert np.allclose(found[0], other, rtol=1e-12, atol=1e-12)


def test_nothing_given_leaves_no_drug_and_the_placebo_course():
    assembly, weights, times = assemble(), np.array([70.0]), np.linspace(0, 96, 97)
    found = simulate_many(assembly, ns.protocol("no-drug"), weights, times).values
    assert np.all(found[PLASMA] == 0.0)
    assert np.all(np.diff(found["mood.hamd17"]) < 0)
    assert np.allclose(found["receptor.a4b2d.potentiation"], 1.0, rtol=1e-12)


def test_plateau_is_rate_over_clearance():
    assembly, times = assemble(), np.array([0.0, 400.0])
    found = simulate_many(assembly, ns.Protocol.parse("60 ug/kg/h for 400 h"), np.array([82.9]), times)
    plateau = found.values[PLASMA][0, -1] * assembly.molar_mass * 1e-3  # ng/mL
    # 60 ug/kg/h * 82.9 kg / 89.8 L/h; after 400 h, 32 terminal half-lives, 1e-9 is left
    assert plateau == pytest.approx(60 * 82.9 / 89.8, rel=1e-8)


def test_no_concentration_is_negative_for_any_drawn_woman():
    assembly = assemble()
    women = population("postpartum", size=2000, seed=9).draw(assembly, Ledger())
    times = np.linspace(0, 200, 101)
    found = simulate_many(assembly, ns.protocol("brexanolone-label"), women.weight, times, parameters=women.parameters)
    assert not found.failures
    for name in (PLASMA, "brain.allopregnanolone", "receptor.allopregnanolone"):
        assert found.values[name].min() >= -1e-9, name
    assert 0 < found.values["mood.hamd17"].min() < found.values["mood.hamd17"].max() < 52
