"""GnRH analogues and luteal progesterone given to a woman who cycles."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.dosing import Protocol
from neurosteroid.engine import Record, solve
from neurosteroid.errors import InputError
from neurosteroid.model.bodies.menstrual_cycle import EXTRAPOLATED
from neurosteroid.model.contribution import Situation
from neurosteroid.model.joining import join
from neurosteroid.physiology.cycle_in_body import cycle_in_body

WOMAN = ns.Person(weight="70 kg", states=[ns.MenstrualCycle(day=1)])
DAY = 24.0


def course(protocol, until="40 day"):
    return ns.simulate(WOMAN, protocol, until=until, step="2 h")


def mean(found, name, first, last):
    inside = (found.times >= first * DAY) & (found.times <= last * DAY)
    return np.trapezoid(found.values[name][inside], found.times[inside]) / ((last - first) * DAY)


def surge(found):
    return found.times[np.argmax(found.values["plasma.lh"])] / DAY


@pytest.fixture(scope="module")
def undisturbed():
    return course("no-drug")


def test_the_antagonist_of_a_protocol_does_what_a_dose_to_its_depot_does(undisturbed):
    given = course("gnrh-antagonist-daily")
    assert surge(given) - surge(undisturbed) > 2.0
    # the same ten doses in micrograms into the cycle on the same pools, begun at the same hour, without the body around
    system, covariates = cycle_in_body(antagonist=True)
    run_in = join(Situation(person=WOMAN, compounds=("cetrorelix",), clock=8.0, until=40 * DAY)).run_in
    alone = solve(
        system,
        [Record(time=6 * DAY, state="depot.cetrorelix", amount=250.0, interval=DAY, additional=9)],
        parameters=system.parameters(1),
        covariates=covariates,
        output_times=given.times,
        start=-run_in,
        outputs=("plasma.lh", "plasma.cetrorelix"),
    ).kept
    # the solver keeps 1e-6 a step; the body takes other steps than the cycle alone
    np.testing.assert_allclose(given.values["plasma.cetrorelix"], alone["plasma.cetrorelix"][0], rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(given.values["plasma.lh"], alone["plasma.lh"][0], rtol=1e-5)
    assert EXTRAPOLATED in given.limits


def test_the_agonist_flares_and_then_takes_the_cycle_away(undisturbed):
    given = course("gnrh-agonist-long", "54 day")
    assert mean(given, "plasma.lh", 20.0, 21.0) > 5.0 * mean(given, "plasma.lh", 19.0, 20.0)
    # suppressed: each dose still moves it in the second week, then it stays below the follicular level
    follicular = mean(undisturbed, "plasma.lh", 0.0, 10.0)
    assert mean(given, "plasma.lh", 30.0, 35.0) < follicular
    assert mean(given, "plasma.lh", 44.0, 54.0) < 0.8 * follicular
    quiet = given.values["plasma.estradiol"][given.times >= 40.0 * DAY]
    assert quiet.mean() < undisturbed.values["plasma.estradiol"].min()
    assert given.values["plasma.progesterone"][given.times >= 40.0 * DAY].max() < 1.0


@pytest.mark.parametrize("route", ["vaginal", "intramuscular", "oral"])
def test_luteal_progesterone_raises_both_steroids_and_brakes_lh(undisturbed, route):
    given = course(f"luteal-progesterone-{route}")
    assert surge(given) == surge(undisturbed)
    for name in ("plasma.progesterone", "plasma.allopregnanolone"):
        assert mean(given, name, 18.0, 29.0) > 1.02 * mean(undisturbed, name, 18.0, 29.0)
    assert mean(given, "plasma.lh", 26.0, 30.0) < mean(undisturbed, "plasma.lh", 26.0, 30.0)
    # and the follicles of the next cycle come later
    assert mean(given, "plasma.estradiol", 34.0, 40.0) < mean(undisturbed, "plasma.estradiol", 34.0, 40.0)
    assert EXTRAPOLATED in given.limits
    assert EXTRAPOLATED not in undisturbed.limits


@pytest.mark.parametrize("compound", ["cetrorelix", "nafarelin", "follitropin-alfa", "choriogonadotropin-alfa"])
def test_without_a_cycle_an_analogue_is_refused(compound):
    given = Protocol.parse("0.05 mg subcutaneously", compound=compound)
    with pytest.raises(InputError, match="no cycle"):
        ns.simulate(ns.Person(weight="70 kg"), given, until="2 day")


def test_an_analogue_and_luteal_progesterone_go_together():
    both = course(["gnrh-antagonist-daily", "luteal-progesterone-vaginal"])
    alone = course("gnrh-antagonist-daily")
    np.testing.assert_allclose(
        mean(both, "plasma.cetrorelix", 6.0, 16.0), mean(alone, "plasma.cetrorelix", 6.0, 16.0), 1e-2
    )
    # progesterone that comes before the delayed surge keeps it away while it is given, from day 15.5 to day 29.5
    supported = (both.times >= 15.5 * DAY) & (both.times <= 29.5 * DAY)
    assert 15.5 < surge(alone) < 29.5 < surge(both)
    assert both.values["plasma.lh"][supported].max() < 0.5 * alone.values["plasma.lh"].max()


def test_doses_in_units_of_activity_and_in_micrograms_are_the_same_dose():
    # 75 IU are 5.5 ug by the label; the card rounds to 13.6 IU/ug
    courses = [
        course(Protocol.parse(f"{dose} subcutaneously", compound="follitropin-alfa"), "6 day")
        for dose in ("136 IU", "10 ug")
    ]
    fsh, drug = (courses[0].values[name] for name in ("plasma.fsh", "plasma.follitropin-alfa"))
    np.testing.assert_allclose(drug, courses[1].values["plasma.follitropin-alfa"], rtol=1e-9)
    assert fsh[courses[0].times == 24.0] > drug[courses[0].times == 24.0] > 3.0
    assert EXTRAPOLATED in courses[0].limits
