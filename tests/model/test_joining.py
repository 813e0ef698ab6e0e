"""Joining: bodies of states and drugs become one system that begins at one hour."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, Record, Value, parameter
from neurosteroid.errors import EventError, InputError, UnknownNameError, WiringError
from neurosteroid.model import calibration, joining
from neurosteroid.model.bodies import bodies
from neurosteroid.model.contribution import Body, Contribution, Situation

ANALYTE = "allopregnanolone"


@final
@dataclass(frozen=True, kw_only=True)
class Gland(AbstractPart):
    """A source while pregnant, at the drive of the adrenal."""

    rate: float = parameter("nmol/h", "production")
    needs = (Need("drive", "adrenal.drive", "1"), Need("pregnant", "state.pregnant", "1"))
    flows = (Flow("made", "nmol/h", source=OUTSIDE, target=f"central.{ANALYTE}"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        return {"made": self.rate * given["drive"] * given["pregnant"]}


@final
@dataclass(frozen=True, kw_only=True)
class Push(AbstractPart):
    """One factor of the drive."""

    factor: float = parameter("1", "factor")
    name: str = "push"
    gives = (Value("push", "adrenal.drive.by.{name}", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        return {"push": self.factor}


def gestation(asked, ledger, situation):
    if isinstance(asked, ns.Pregnancy):
        hour = (asked.delivery_week - asked.week) * 168.0
        begin = 240.0
    else:
        hour = -asked.day * 24.0
        begin = asked.day * 24.0 + 240.0
    return Contribution(
        parts={"gland": Gland(rate=1000.0)},
        covariates={"state.pregnant": 1.0},
        records=(Record(time=hour, evid=2, covariates={"state.pregnant": 0.0}),),
        run_in=begin,
    )


def medicine(asked, ledger, situation):
    factor = {"twofold": 2.0, "threefold": 3.0}[asked.name]
    return Contribution(parts={asked.name: Push(factor=factor, name=asked.name)})


@pytest.fixture
def shelf(monkeypatch):
    known = {"allopregnanolone": bodies()["allopregnanolone"]}
    known["gestation"] = Body(
        contribute=gestation, states=(ns.Pregnancy, ns.Postpartum), requires=("allopregnanolone",)
    )
    known["medicine"] = Body(contribute=medicine, medications=("twofold", "threefold"))
    monkeypatch.setattr("neurosteroid.model.bodies.bodies", lambda: known)
    for module in (joining, calibration):
        monkeypatch.setattr(module, "bodies", lambda: known)
    return known


def woman(*states):
    return ns.Person(weight="82.9 kg", states=list(states))


def test_the_course_begins_before_delivery_and_ends_after(shelf):
    course = ns.simulate(woman(ns.Pregnancy(week=39, delivery_week=40)), "no-drug", until="30 day")
    plasma, at = course.values["plasma.allopregnanolone"], 168.0
    # steady state of a source: production / clearance; ten days of run-in are many half-lives
    assert plasma[course.times < at] == pytest.approx(1000.0 / 89.8, rel=1e-4)
    assert at in course.times
    assert plasma[course.times > at + 240].max() < 1e-4
    assert any("left out" in text and "Pregnancy" in text for text in course.limits)
    assert "mood.hamd17" not in course.names


def test_hour_zero_stands_at_the_day_after_delivery(shelf):
    early = ns.simulate(woman(ns.Pregnancy(week=40, delivery_week=40)), until="10 day", step="1 day")
    late = ns.simulate(woman(ns.Postpartum(day=3)), until="7 day", step="1 day")
    shift = early.values["plasma.allopregnanolone"][3:]
    assert late.values["plasma.allopregnanolone"] == pytest.approx(shift, rel=1e-5, abs=1e-6)


def test_drug_and_body_share_one_pool_and_outcomes_stay_those_of_the_drug(shelf):
    state = ns.Postpartum(day=1, breastfeeding=True)
    body = ns.simulate(woman(state), "no-drug").values
    both = ns.simulate(woman(state), "brexanolone-label")
    alone = ns.simulate(woman(), "brexanolone-label")
    same = np.isin(both.times, alone.times)
    added = alone.values["plasma.allopregnanolone"] + np.interp(
        both.times[same], np.arange(0, 96.5, 0.5), body["plasma.allopregnanolone"]
    )
    assert both.values["plasma.allopregnanolone"][same] == pytest.approx(added, rel=1e-4)
    assert np.array_equal(both.values["mood.hamd17"][same], alone.values["mood.hamd17"])
    assert "milk.allopregnanolone" in both.names
    assert {number.key for number in both.ledger.numbers} >= {"clearance", "rate", "adrenal.drive"} - {"rate"}


def test_rules_on_sedation_decide_what_the_body_gets(shelf):
    plan = ns.protocol("brexanolone-label").with_rule("hold when sedation.probability >= 0.1")
    state = ns.Postpartum(day=60)
    both, alone = ns.simulate(woman(state), plan), ns.simulate(woman(), plan)
    assert both.actions
    assert [action.time for action in both.actions] == [action.time for action in alone.actions]
    same = np.isin(both.times, alone.times)
    assert both.values["plasma.allopregnanolone"][same] == pytest.approx(
        alone.values["plasma.allopregnanolone"], rel=1e-4, abs=1e-3
    )
    with pytest.raises(InputError, match="not calibrated with Pregnancy"):
        ns.simulate(woman(ns.Pregnancy(week=39, delivery_week=40)), plan)


def test_factors_of_one_value_multiply(shelf):
    base = woman(ns.Pregnancy(week=38, delivery_week=40))
    plain = ns.simulate(base, until="24 h").values["plasma.allopregnanolone"][-1]
    pushed = woman(*base.states, ns.Medication("twofold", since="-20 day"), ns.Medication("threefold", since="-20 day"))
    course = ns.simulate(pushed, until="24 h")
    assert course.values["plasma.allopregnanolone"][-1] == pytest.approx(6 * plain, rel=1e-4)


def test_anchored_bodies_are_asked_until_all_begin_at_one_hour(shelf):
    def cycle(asked, ledger, situation):
        phase, period = 100.0, 672.0
        turns = int(np.ceil(max(0.0, situation.run_in - phase) / period))
        return Contribution(run_in=phase + turns * period, anchored=True)

    shelf["cycle"] = Body(contribute=cycle, states=(ns.Stress,))
    person = woman(ns.Stress(), ns.Pregnancy(week=39, delivery_week=40))
    joined = joining.join(Situation(person=person, clock=8.0, until=1.0))
    assert joined.run_in == 772.0

    def stubborn(asked, ledger, situation):
        return Contribution(run_in=100.0, anchored=True)

    shelf["cycle"] = Body(contribute=stubborn, states=(ns.Stress,))
    with pytest.raises(WiringError, match="cycle cannot begin at one hour"):
        joining.join(Situation(person=person, clock=8.0, until=1.0))


def test_what_nothing_answers_for_is_refused(shelf):
    with pytest.raises(UnknownNameError, match=r"No medicine 'twofild'\. Did you mean 'twofold'"):
        ns.simulate(woman(ns.Medication("twofild")))
    with pytest.raises(InputError, match="no part of the model follows Menopause"):
        ns.simulate(woman(ns.Menopause()))
    with pytest.raises(UnknownNameError, match="Did you mean 'allopregnanolone'"):
        ns.simulate(woman(), ns.Protocol.parse("30 ug/kg/h for 4 h", compound="alopregnanolone"))
    with pytest.raises(EventError, match="oral"):
        ns.simulate(woman(ns.Postpartum(day=2)), ns.Protocol.parse("50 mg orally"))
    with pytest.raises(InputError, match="two protocols give 'allopregnanolone'"):
        ns.simulate(woman(), ["brexanolone-label", "brexanolone-60"])
    with pytest.raises(InputError, match="there is nothing to follow"):
        ns.simulate(ns.Person(weight="80 kg", sex="male"))  # the shelf of this test has no men
    with pytest.raises(InputError, match="the list is empty"):
        ns.simulate(woman(), [])


def test_parts_of_one_name_are_refused_with_their_owners(shelf):
    shelf["again"] = Body(contribute=lambda *_: Contribution(parts={"gland": Gland(rate=1.0)}), states=(ns.Stress,))
    with pytest.raises(WiringError, match="the part 'gland' comes from 'gestation' and from 'again'"):
        ns.simulate(woman(ns.Stress(), ns.Postpartum(day=1)))


def test_every_body_of_the_package_is_found():
    assert "allopregnanolone" in bodies()
