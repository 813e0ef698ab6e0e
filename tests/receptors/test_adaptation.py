"""Receptor adaptation: the parts by themselves, their cards, and the courses of exposure and withdrawal."""

from __future__ import annotations

import importlib
import math
import sys
from pathlib import Path

import numpy as np
import pytest

from neurosteroid.engine import Covariate, EventKind, Record, solve, wire
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.receptors.adaptation import ChangeAdaptation, HomeostaticAdaptation, TurnoverAdaptation, exposure
from neurosteroid.studies.observed import verify_observed
from neurosteroid.studies.set_ups.adaptation import settings

STEROID, POTENTIATION = "receptor.allopregnanolone", "receptor.a4b2d.potentiation"
EXPRESSION = "receptor.a4b2d.surface_expression"
SCRIPTS = Path(__file__).parents[2] / "scripts"


def _course(part, steps, times, potentiation=lambda steroid: 1.0):
    """Return expression at times (h) under steps of (from hour, steroid in nmol/L)."""
    needed = {need.name.format(isoform="a4b2d", analyte="allopregnanolone") for need in part.needs}
    system = wire({"part": part}, [Covariate(name, "nmol/L" if name == STEROID else "1") for name in sorted(needed)])
    ends = [*(hour for hour, _ in steps[1:]), max(times)]

    def given(steroid):
        return {name: steroid if name == STEROID else potentiation(steroid) for name in needed}

    records = [Record(time=0.0, evid=EventKind.OTHER, covariates=given(steps[0][1]))]
    records += [
        Record(time=end, evid=EventKind.OTHER, covariates=given(level))
        for end, (_, level) in zip(ends, steps, strict=True)
    ]
    found = solve(system, [records], parameters=system.parameters(1), output_times=times, outputs=(EXPRESSION,))
    # records have rows of their own; of two rows at one hour the values are the same
    return np.interp(times, found.times[0], np.asarray((found.kept or {})[EXPRESSION])[0])


def _part(variant: str, sensitivity: float | None = None):
    import dataclasses

    card = library().card("a4b2d-adaptation", "adaptation")
    part = part_from_card(card, variant, Ledger(), **settings(card, variant))
    return part if sensitivity is None else dataclasses.replace(part, sensitivity=sensitivity)


def test_turnover_settles_at_the_balance_of_its_rates_and_comes_back_with_its_own_time():
    part = TurnoverAdaptation(
        turnover=0.1, largest_removal=2.0, half_exposure=50.0, exponent=1.0, sensitivity=1.0, isoform="a4b2d"
    )
    found = _course(part, [(0.0, 50.0), (400.0, 0.0)], [0.0, 400.0, 410.0])
    settled = 1 / (1 + 2.0 * 0.5)
    # the default relative tolerance of the solver is far below 1e-4
    assert found[1] == pytest.approx(settled, rel=1e-4)
    assert found[2] == pytest.approx(1 - (1 - settled) * math.exp(-0.1 * 10), rel=1e-4)


def test_homeostasis_takes_back_its_share_of_the_logarithm():
    part = HomeostaticAdaptation(compensation=0.25, set_point=1.0, turnover=0.1, sensitivity=2.0, isoform="a4b2d")
    found = _course(part, [(0.0, 1.0)], [300.0], potentiation=lambda steroid: 4.0)
    assert found[0] == pytest.approx(4.0 ** (-2.0 * 0.25), rel=1e-4)


def test_change_follows_its_closed_form_and_not_the_level():
    rate, gain = 0.05, 8.0
    part = ChangeAdaptation(rate=rate, gain=gain, half_exposure=10.0, exponent=1.0, sensitivity=1.0, isoform="a4b2d")
    times = [20.0, 40.0, 100.0, 400.0]
    found = _course(part, [(0.0, 10.0)], times)
    expected = [1 + gain * 0.5**2 * (rate * t) ** 2 / 2 * math.exp(-rate * t) for t in times]
    assert found == pytest.approx(expected, rel=1e-4)
    assert found[-1] == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("variant", ["mouse-pregnancy", "homeostatic"])
def test_expression_falls_with_exposure_and_stays_low_after_a_withdrawal(variant):
    def potentiation(steroid):
        return 1 + steroid / 25

    times = [24.0 * day for day in (0, 200, 201, 203, 215)]
    found = _course(_part(variant), [(0.0, 50.0), (200 * 24.0, 0.0)], times, potentiation)
    assert found[0] == pytest.approx(1.0)
    assert found[1] < found[2] < found[3] < found[4]
    assert found[1] < 0.85
    assert found[4] == pytest.approx(1.0, abs=1e-3)


def test_a_slow_rise_leaves_alpha4_alone_and_delivery_raises_it():
    """What was seen in pregnant rats and is not fitted: no change in pregnancy, up two days after delivery."""
    ramp = [(24.0 * day, 100.0 * day / 19) for day in range(20)]
    found = _course(_part("alpha4-exposure"), [*ramp, (19.5 * 24.0, 0.0)], [19.4 * 24.0, 21.5 * 24.0])
    assert found[0] < 1.1
    assert found[1] > 1.15


@pytest.mark.parametrize("variant", ["mouse-pregnancy", "homeostatic"])
def test_a_person_without_the_trait_does_not_adapt_and_one_with_more_adapts_more(variant):
    ends = [
        _course(_part(variant, trait), [(0.0, 50.0)], [1000.0], lambda steroid: 1 + steroid / 25)[0]
        for trait in (0.0, 0.5, 1.0, 2.0)
    ]
    assert ends[0] == pytest.approx(1.0)
    assert ends == sorted(ends, reverse=True)
    assert len(set(ends)) == 4


def test_the_default_is_no_adaptation():
    for isoform in ("a4b2d", "a1b2g2"):
        card = library().card(f"{isoform}-adaptation", "adaptation")
        assert card.default == "none"
        assert card.number("expression").value == 1


def test_the_script_solves_what_the_cards_hold(capsys):
    sys.path.insert(0, str(SCRIPTS))
    importlib.import_module("fit_adaptation").main()
    lines = [line for line in capsys.readouterr().out.splitlines() if "on the card" in line]
    assert len(lines) == 10
    for line in lines:
        solved, held = line.split("solved ")[1].split(", on the card ")
        assert float(solved) == pytest.approx(float(held.split()[0]), rel=1e-3), line


def test_claimed_rows_are_met_and_checks_are_not_fitted():
    results = list(verify_observed(["receptor-adaptation"]))
    assert {result.name for result in results if result.role == "check"} == {
        "tonic_pregnant", "tonic_postpartum", "gamma2_postpartum", "phasic_pregnant", "phasic_postpartum",
    }  # fmt: skip
    assert all(result.passed for result in results)


def test_exposure_is_half_at_its_constant():
    assert exposure(100.0, 100.0, 3.0) == 0.5
    assert exposure(0.0, 100.0, 1.0) == 0
