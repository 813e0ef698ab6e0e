"""A report shows what its study uses, and nothing of what it does not."""

from dataclasses import replace

import pytest

from neurosteroid.dosing import Protocol, arm_from
from neurosteroid.reports.html import render
from neurosteroid.reports.people import spreads
from neurosteroid.reports.uses import infuses, is_used, reads_outcomes
from neurosteroid.studies import conduct
from tests.reports.small_study import small


@pytest.fixture(scope="module")
def by_mouth():
    return conduct(
        small(
            protocols=[{"card": "luteal-progesterone-oral"}, {"card": "natural-cycle-frozen-transfer"}],
            population={"card": "reproductive-age", "size": 2},
            states=[{"kind": "menstrual-cycle", "day": 1}],
            time={"until": "20 day", "step": "12 h"},
        )
    )


def test_deviations_of_routes_that_nobody_takes_are_not_shown(by_mouth):
    routes = {str(dose.route) for protocol in by_mouth.protocols for dose in protocol.doses()}
    drawn = {name.partition(".")[0] for name in by_mouth.people.columns}
    assert {"progesterone_intramuscular", "progesterone_oral"} <= drawn
    labels = " ".join(row.label for row in spreads(by_mouth))
    for route in ("oral", "vaginal", "intramuscular"):
        assert (f"progesterone_{route}." in labels) is (route in routes)
    assert "intramuscular" not in routes


def test_a_study_without_outcomes_says_nothing_of_them(by_mouth):
    text = render(by_mouth)
    for words in ("do not rank doses", "HAM-D17 before treatment", "Place among women for sedation"):
        assert words not in text
    for words in ("Each infusion", "Loss of consciousness", "no pump stops", "dose-response of mood"):
        assert words not in text
    assert "Everything goes to plan." in text
    assert "Each dose is as planned: no dose is missed, nobody leaves the study." in text


def test_a_study_of_infusions_with_outcomes_says_all_of_it(study):
    assert infuses(study)
    assert reads_outcomes(study)
    assert all(is_used(study, name) for name in study.people.columns)
    text = render(study)
    assert "Each infusion runs to its end: no dose is held for sedation, no pump stops" in text
    assert "Loss of consciousness" in text


def test_rules_may_give_by_a_route_of_their_own(by_mouth):
    name = "progesterone_intramuscular.eta_absorption"
    assert not is_used(by_mouth, name)
    ruled = Protocol.parse(
        "200 mg orally every 12 h x 4 with rules: hold when plasma.progesterone >= 20 ng/mL",
        name="ruled",
        compound="progesterone",
    )
    assert is_used(replace(by_mouth, arms=(arm_from(ruled),)), name)
