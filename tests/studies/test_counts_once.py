"""A published number counts once, whatever number of variants and cards is held against it."""

import math
from dataclasses import replace
from typing import Any

import pytest

from neurosteroid.evidence import Comparison, Role, library
from neurosteroid.studies.agreement import agreements
from neurosteroid.studies.counts import counted_once, tallies
from neurosteroid.studies.verification import CheckResult, entries, verify


def claim(variant: str, *, passed: bool | None = True, role: Role = Role.CHECK, group: str = "") -> CheckResult:
    return CheckResult(
        card="outcomes/x",
        variant=variant,
        name="a difference",
        role=role,
        metric="m",
        predicted=1.0,
        observed=1.0,
        unit="1",
        ratio=1.0,
        statement="",
        passed=passed,
        source=("x2020",),
        note="",
        comparison=Comparison.Z,
        group=group,
    )


def test_the_default_variant_stands_for_an_observation() -> None:
    results = [claim("rival", passed=False), claim("default", group="outcomes/x"), claim("other")]
    assert [result.variant for result in counted_once(results)] == ["default"]
    tally = tallies(results)[-1]
    assert (tally.role, tally.observations, tally.met, tally.missed) == (Role.CHECK, 1, 1, 0)
    assert (tally.rivals, tally.rivals_met, tally.rivals_missed) == (2, 1, 1)


def test_without_a_default_it_is_met_only_if_all_meet_it() -> None:
    both = [claim("one"), claim("two")]
    assert [result.passed for result in counted_once(both)] == [True]
    assert [result.variant for result in counted_once([*both, claim("three", passed=False)])] == ["three"]


def test_rival_cards_with_defaults_of_their_own_are_rivals_too() -> None:
    rivals = [
        claim("", group="hypotheses/a"),
        replace(claim("", group="hypotheses/b", passed=False), card="hypotheses/b"),
    ]
    assert [result.group for result in counted_once(rivals)] == ["hypotheses/b"]


def test_what_a_rival_was_fitted_to_is_no_check_without_a_default() -> None:
    results = [claim("checked"), claim("fitted", role=Role.FIT)]
    fit, _, check = tallies(results)
    assert (fit.observations, check.observations, check.rivals) == (1, 0, 1)
    # the default's own role counts, though a rival was fitted to it
    fit, _, check = tallies([claim("fitted", role=Role.FIT), claim("checked", group="outcomes/x")])
    assert (fit.observations, fit.rivals, check.observations) == (0, 1, 1)


@pytest.mark.parametrize(
    "other",
    [
        {"name": "another"},
        {"metric": "n"},
        {"observed": 2.0},
        {"source": ("y2021",)},
        {"unit": "percent"},
        {"observed": math.nan, "interval": (0.9, 1.1)},
    ],
)
def test_another_number_is_another_observation(other: dict[str, Any]) -> None:
    assert len(counted_once([claim("one"), replace(claim("two"), **other)])) == 2


def test_ranges_are_told_apart_by_their_ends() -> None:
    ranged = replace(claim("one"), observed=math.nan, interval=(0.9, 1.1))
    assert len(counted_once([ranged, replace(ranged, variant="two", observed=float("nan"))])) == 1
    assert len(counted_once([ranged, replace(ranged, interval=(0.9, 1.2))])) == 2


def test_an_input_tests_nothing_and_no_result_is_lost() -> None:
    results = [claim("one", passed=None), claim("two"), claim("three", role=Role.CONSISTENCY)]
    found = tallies(results)
    assert sum(tally.observations + tally.rivals for tally in found) == len(results)
    assert tallies([claim("one", passed=None)])[-1].untested == 1


def test_trials_of_mood_count_once_and_not_for_every_score() -> None:
    """Seven scores by excitability, one default: Study 2 is three observations, WATERFALL one, missed by all."""
    results = list(verify(["hamd17"]))
    fit, consistency, check = tallies(results)
    assert (fit.observations, fit.met) == (4, 4)
    assert (consistency.observations, consistency.met) == (3, 3)
    assert (check.observations, check.met, check.missed) == (4, 3, 1)
    scores = len({result.variant for result in results}) - 1
    (missed,) = [result for result in counted_once(results) if result.passed is False]
    assert "WATERFALL" in missed.name
    assert (check.rivals, check.rivals_missed) == (3 * scores + scores - 1, scores - 1)


def test_no_trial_of_zuranolone_is_called_a_fit() -> None:
    """No parameter was chosen from one; those that were compared before they were declared are no checks."""
    roles = {entry.name.rpartition(", ")[2]: entry.role for _, _, entry in entries(["hamd17"]) if "zuran" in entry.name}
    assert roles.pop("WATERFALL") is Role.CHECK
    assert roles == dict.fromkeys(("ROBIN", "SKYLARK", "MOUNTAIN"), Role.CONSISTENCY)
    rows = library().card("observations/zuranolone-trials").rows
    assert not [row.id for row in rows if row.role is Role.FIT]


def test_rival_explanations_of_one_observation_are_one_line_of_agreement() -> None:
    found = list(verify(["chloride-shift", "outward-block"]))
    assert {result.group for result in found if result.group} == {"hypotheses"}
    missed = [result for result in found if result.group and result.role is Role.CHECK and result.passed is False]
    assert len(missed) == 2
    (line, whole) = agreements(counted_once(found))
    assert (line.group, line.missed, whole.missed) == ("hypotheses", 1, 1)
