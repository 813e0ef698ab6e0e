"""Every published result that a card claims is brought out, and the table of results says so honestly."""

import dataclasses

import numpy as np
import pytest

from neurosteroid.evidence import Compare, Comparison, Observed, Reproduces, Role, Spread, SpreadKind, Status, library
from neurosteroid.studies.verification import compare, entries, verify

RESULTS = list(verify())
CLAIMS = list(entries())


def test_every_claim_was_run():
    assert len(RESULTS) == len(CLAIMS) > 20
    assert not [result.name for result in RESULTS if result.statement == "could not be run"]


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: f"{result.card}-{result.variant}-{result.name}")
def test_claim_is_met_or_its_miss_explained(result):
    """A miss is shown and counted, and its card says why; an explanation of what is met is out of date."""
    words = f"{result.predicted:g} against {result.observed:g} {result.unit}: {result.statement}"
    assert bool(result.explained) == (result.passed is False), words


def test_an_input_is_printed_as_an_input():
    (milk,) = [result for result in RESULTS if result.metric == "milk_to_plasma"]
    assert milk.passed is None
    assert "input" in milk.statement


def test_rows_of_the_source_own_study_are_not_called_validation():
    ours = [result for result in RESULTS if result.card.endswith("/brexanolone")]
    assert ours
    assert {result.role for result in ours} == {Role.CONSISTENCY}


def test_a_wrong_parameter_is_found_out():
    """The comparison can fail: with a clearance twice as high the exposure rows miss."""
    card = library().card("brexanolone")
    variant = card.variant("population")
    assert variant.numbers["clearance"].value == 89.8
    entry = next(item for item in variant.reproduces if item.metric == "auc_0_60")
    met, _ = compare(entry, entry.observed.value * 1.031)
    missed, words = compare(entry, entry.observed.value / 2)
    assert met
    assert not missed
    assert "-50.0%" in words


def _entry(kind, tolerance, spread=None, **arguments):
    return Reproduces(
        name="x",
        set_up="x",
        metric="x",
        observed=Observed(value=10.0, unit="1", spread=spread),
        compare=Compare(kind=kind, tolerance=tolerance),
        role=Role.CHECK,
        status=Status.DERIVED,
        note="made for this test",
        arguments=arguments,
    )


@pytest.mark.parametrize(
    ("entry", "inside", "outside"),
    [
        (_entry(Comparison.RELATIVE, 0.1), 10.9, 11.1),
        (_entry(Comparison.FOLD, 1.5), 6.7, 6.6),
        (_entry(Comparison.Z, 1.96, Spread(kind=SpreadKind.SE, value=1.0)), 11.9, 12.0),
        (_entry(Comparison.RANGE, None, Spread(kind=SpreadKind.RANGE, low=8.0, high=9.0)), 8.5, 9.5),
        # Wilson interval of 21 in 140: 0.1003 to 0.2184
        (_entry(Comparison.BINOMIAL, None, events=21, n=140), 0.2183, 0.2185),
    ],
)
def test_each_comparison_has_its_limit(entry, inside, outside):
    assert compare(entry, inside)[0]
    assert not compare(entry, outside)[0]


def test_a_comparison_without_what_it_needs_is_not_passed():
    for kind in (Comparison.Z, Comparison.RANGE, Comparison.BINOMIAL):
        tolerance = 1.0 if kind is Comparison.Z else None
        passed, words = compare(_entry(kind, tolerance), 10.0)
        assert not passed
        assert words


def test_results_carry_what_a_table_needs():
    for result in RESULTS:
        fields = dataclasses.asdict(result)
        assert fields["unit"]
        assert np.isfinite(fields["observed"]) or result.interval is not None  # a range has two ends and no value
