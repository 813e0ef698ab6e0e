"""Midazolam as the probe of CYP3A4."""

import dataclasses

import pytest

import neurosteroid as ns
from neurosteroid.errors import CardError, UnknownNameError
from neurosteroid.evidence import library
from neurosteroid.studies.set_ups.cyp3a4_probe import probe

ROWS = {row.id: row for row in library().card("cyp3a4-probe", "observations").rows}
CARD = library().card("midazolam", "pharmacokinetics")


def ratio(**arguments: str | float) -> float:
    entry = ROWS["lutz_2018_mouth"].result()
    changed = dataclasses.replace(entry, arguments={**entry.arguments, **arguments})
    return probe(CARD, None, changed)


def test_at_regular_use_the_area_is_that_of_both_organs() -> None:
    card = library().card("itraconazole", "pharmacokinetics").variant().numbers
    liver, gut = (1 / (1 + card[key].to("1")) for key in ("inhibition_ratio", "inhibition_ratio_gut"))
    extraction, passed = (CARD.number(key).to("1") for key in ("hepatic_extraction", "gut_availability"))
    late: dict[str, str | float] = {"perpetrator": "itraconazole", "days": 60.0, "at": "1400 h"}
    # 1400 h are over a hundred half-lives of its coming
    assert ratio(route="mouth", **late) == pytest.approx(1 / (passed + (1 - passed) * gut) / liver, rel=1e-6)
    inner = extraction / (1 - extraction) * liver
    assert ratio(route="vein", **late) == pytest.approx(extraction * (1 + inner) / inner, rel=1e-6)


def test_inhibition_comes_within_hours_and_goes_over_days() -> None:
    first = ratio(perpetrator="itraconazole", route="mouth", days=1, at="2 h")
    fourth = ratio(perpetrator="itraconazole", route="mouth", days=4, at="74 h")
    after = ratio(perpetrator="itraconazole", route="mouth", days=4, at="170 h")
    assert 1.0 < first < fourth
    assert 1.0 < after < fourth


def test_induction_outlasts_the_medicine() -> None:
    on, week, month = (
        ratio(perpetrator="rifampin", route="mouth", days=28, at=f"{hour} h") for hour in (648, 816, 1400)
    )
    assert on < week < month == pytest.approx(1.0, abs=0.01)


def test_a_metric_or_route_that_it_does_not_know_is_refused() -> None:
    with pytest.raises(CardError, match="by 'skin' is not of this set-up"):
        ratio(route="skin")


def test_every_check_row_is_within_twofold() -> None:
    checks = [row for row in ROWS.values() if row.role == "check"]
    assert len(checks) == 7
    for row in checks:
        entry = row.result()
        assert entry.observed.value is not None
        assert 0.5 < probe(CARD, None, entry) / entry.observed.value < 2.0


@pytest.mark.filterwarnings("ignore:The label says to avoid zuranolone")
def test_the_wall_of_a_person_who_takes_rifampin_can_be_chosen() -> None:
    woman = ns.Person(weight="75 kg", states=[ns.Medication("rifampin", since="-14 day")])
    walls = {
        name: ns.simulate(woman, "zuranolone-30", until="24 h", model=ns.ModelChoice(rifampin=name))
        for name in ("measured-wall", "simulated-wall")
    }
    highest = {name: course.values["activity.cyp3a4-gut"].max() for name, course in walls.items()}
    assert highest["measured-wall"] == pytest.approx(3.34, rel=1e-3)
    assert highest["simulated-wall"] == pytest.approx(9.5, rel=1e-3)
    assert (
        walls["simulated-wall"].values["plasma.zuranolone"].max()
        < walls["measured-wall"].values["plasma.zuranolone"].max()
    )
    with pytest.raises(UnknownNameError, match="rifampin"):
        ns.ModelChoice(rifampin="wall")
