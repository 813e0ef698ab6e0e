"""Ganaxolone: two doses by vein that exclude each other, each met by one variant and missed by the other."""

from __future__ import annotations

import pytest

from neurosteroid.dosing import Route, protocol
from neurosteroid.dosing.steps import DoseStep, InfusionStep
from neurosteroid.evidence import library
from neurosteroid.model import Person, simulate
from neurosteroid.studies.observed import verify_observed
from neurosteroid.studies.verification import verify


@pytest.fixture(scope="module")
def results():
    return {(row.variant, row.name): row for row in verify(["pharmacokinetics/ganaxolone"])}


def test_each_variant_meets_one_dose_by_vein_and_misses_the_other(results):
    for own, other in (("10", "30"), ("30", "10")):
        name = "highest concentration, {} mg by vein over 5 min"
        assert results[f"dose-{own}", name.format(own)].ratio == pytest.approx(1.0, rel=1e-3)
        missed = results[f"dose-{own}", name.format(other)]
        assert missed.passed is False
        assert max(missed.ratio, 1 / missed.ratio) == pytest.approx(1240 / 73.8 / 3, rel=1e-3)


def test_numbers_that_rest_on_memory_count_as_assumed():
    card = library().card("ganaxolone", "pharmacokinetics")
    # areas with itraconazole and rifampin on a public page; label figures in an encyclopaedia
    read = {"cyp3a4_share", "other_induction", "terminal_half_life", "peak_time", "unbound_fraction"}
    for variant in card.variants:
        numbers = card.variant(variant).numbers
        assert {name for name, number in numbers.items() if not number.counts_as_assumed} == read
    assert not [number for number in card.all_numbers() if number.assumed == "First guess."]


def test_the_half_life_in_steady_state_comes_out_and_the_volume_does_not():
    rows = {row.name: row for row in verify_observed(["ganaxolone-pharmacokinetics"])}
    assert 8.0 <= rows["steady_state_half_life"].predicted <= 10.0
    assert rows["volume"].ratio == pytest.approx(2.07, abs=0.01)
    assert rows["radioactive_half_life"].explained


def test_a_trial_goes_from_vein_to_mouth_in_one_protocol():
    plan = protocol("ganaxolone-magnolia")
    first, second = plan.steps
    assert isinstance(first, InfusionStep)
    assert isinstance(second, DoseStep)
    assert second.route is Route.ORAL
    course = simulate(Person(weight="70 kg"), plan, until="48 h", step="1 h")
    assert course.values["plasma.ganaxolone"].min() >= 0.0
    assert course.values["plasma.ganaxolone"][-1] > 0.0


@pytest.mark.parametrize(
    ("name", "mg"),
    [
        ("ganaxolone-label", 21 * (150 + 300 + 450 + 600)),
        ("ganaxolone-magnolia", 120 + 28 * 900),
        ("ganaxolone-amaryllis-low", 28 * 675),
        ("ganaxolone-amaryllis-high", 4 * 675 + 26 * 1125),
        ("zuranolone-50", 700),
        ("zuranolone-40", 560),
        ("zuranolone-30", 420),
    ],
)
def test_protocols_give_what_their_sources_say_in_all(name, mg):
    assert protocol(name).total_dose() == pytest.approx(mg, rel=1e-12)
