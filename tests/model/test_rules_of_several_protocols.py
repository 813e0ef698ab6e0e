"""Rules of several protocols that one person gets together: each acts on the doses of its own protocol."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.dosing import arm_from
from neurosteroid.model import ImplausibleWarning

MOTHER = ns.Person(weight="70 kg", states=[ns.Postpartum(day=10), ns.Stress(chronic=1.5)])
BREXANOLONE = ns.protocol("brexanolone-label")
ZURANOLONE = ns.Protocol.parse("50 mg orally every 24 h x 3", "zuranolone", "three")
WOMAN = ns.Person(weight="65 kg", states=[ns.MenstrualCycle(day=1)])
ARM = arm_from("antagonist-stimulation")
HORMONES = ("plasma.estradiol", "plasma.progesterone", "plasma.lh", "plasma.fsh")


def simulated(plans):
    return ns.simulate(MOTHER, plans, until="72 h", step="1 h")


def integral(given):
    return float((given.rates * np.diff(given.times)).sum())


def test_rules_that_never_fire_change_nothing_beside_a_second_protocol():
    free = simulated([BREXANOLONE, ZURANOLONE])
    ruled = simulated(
        [
            BREXANOLONE.with_rule("check every 1 h; stop when plasma.zuranolone >= 1 mol/L"),
            ZURANOLONE.with_rule("check every 1 h; hold when plasma.allopregnanolone >= 1 mol/L"),
        ]
    )
    assert ruled.actions == ()
    for name in ("plasma.zuranolone", "plasma.allopregnanolone", "plasma.progesterone", "plasma.cortisol"):
        # ten times the relative tolerance of the stiff solver, whose steps end at other times
        wanted = np.interp(ruled.times, free.times, free.values[name])
        same = np.isin(ruled.times, free.times)
        np.testing.assert_allclose(ruled.values[name][same], wanted[same], rtol=1e-5, atol=1e-6)
    for one, other in zip(free.each_given, ruled.each_given, strict=True):
        assert one.total("mg") == pytest.approx(other.total("mg"), rel=1e-12)


def test_two_protocols_with_rules_each_change_their_own_doses():
    found = simulated(
        [
            BREXANOLONE.with_rule("step down when plasma.allopregnanolone >= 45 ng/mL"),
            ZURANOLONE.with_rule("check every 12 h; stop for good when plasma.zuranolone >= 20 ng/mL"),
        ]
    )
    said = [(each.compound, each.action) for each in found.actions]
    assert ("allopregnanolone", "step down") in said
    assert ("zuranolone", "stop for good") in said
    for each in found.actions:
        # a pump has a rate, and tablets a next dose
        own = {"allopregnanolone": "ug/kg/h", "zuranolone": "mg"}[each.compound]
        assert each.rate_unit == own
        assert each.port == f"plasma.{each.compound}"
    (stopped,) = [each for each in found.actions if each.compound == "zuranolone"]
    assert (stopped.rate_before, stopped.rate_after) == (50.0, 0.0)
    infused, tablets = found.each_given
    assert found.given is infused
    assert infused.total("mg") == pytest.approx(integral(infused) * 70.0 / 1000.0, rel=1e-12)
    assert 0.5 * BREXANOLONE.total_dose(70.0) < infused.total("mg") < 0.99 * BREXANOLONE.total_dose(70.0)
    # the pump runs on after the tablets have been stopped for good
    assert infused.rates[(infused.times[:-1] > stopped.time) & (infused.times[:-1] < 60.0)].min() > 0.0
    assert infused.rates[np.searchsorted(infused.times, stopped.time, side="right") - 1] > 0.0
    taken = [dose.time_h for dose in tablets.doses]
    assert taken == [hour for hour in (0.0, 24.0, 48.0) if hour < stopped.time]
    assert tablets.total("mg") == 50.0 * len(taken) < 150.0


def test_stop_for_good_of_the_infusion_leaves_the_tablets():
    found = simulated([BREXANOLONE.with_rule("stop for good when plasma.allopregnanolone >= 30 ng/mL"), ZURANOLONE])
    (stopped,) = found.actions
    infused, tablets = found.each_given
    assert not infused.rates[infused.times[:-1] >= stopped.time].any()
    assert tablets.total("mg") == 150.0
    alone = simulated(ZURANOLONE)
    assert found.values["plasma.zuranolone"].max() == pytest.approx(alone.values["plasma.zuranolone"].max(), rel=1e-2)


def test_a_protocol_may_watch_what_another_one_gives():
    held = simulated([BREXANOLONE.with_rule("stop when plasma.zuranolone >= 5 ng/mL"), ZURANOLONE])
    (action,) = held.actions
    assert (action.port, action.compound) == ("plasma.zuranolone", "allopregnanolone")
    assert held.each_given[0].total("mg") < 0.2 * BREXANOLONE.total_dose(70.0)
    assert held.each_given[1].total("mg") == 150.0


def test_a_rule_on_a_hormone_in_a_fertility_arm_holds_one_drug_of_four():
    free = ns.simulate(WOMAN, ARM, until="20 day", step="6 h")
    limit = 80.0
    assert free.in_unit("plasma.estradiol", "pg/mL").max() > 1.5 * limit
    said = f"hold when plasma.estradiol >= {limit:g} pg/mL"
    plans = [each.with_rule(said) if each is ARM.protocols[0] else each for each in ARM.protocols]
    found = ns.simulate(WOMAN, plans, until="20 day", step="6 h")
    (action,) = found.actions
    assert (action.compound, action.action, action.rate_unit) == ("follitropin-alfa", "hold", "IU")
    assert (action.rate_before, action.rate_after) == (150.0, 0.0)
    at = np.abs(found.times - action.time).argmin()
    assert found.in_unit("plasma.estradiol", "pg/mL")[at] == pytest.approx(limit, rel=1e-6)
    follitropin, *others = found.each_given
    taken = [24.0 * day for day in range(1, 11) if 24.0 * day < action.time]
    assert [dose.time_h for dose in follitropin.doses] == taken
    assert follitropin.total("IU") == 150.0 * len(taken)
    for mine, plan in zip(others, ARM.protocols[1:], strict=True):
        assert [dose.time_h for dose in mine.doses] == [dose.time_h for dose in plan.doses() if dose.time_h <= 480.0]
    # up to the first dose that is not given nothing differs; the progesterone has a lag, and still comes in time
    before = found.times < taken[-1] + 24.0
    for name in HORMONES:
        wanted = np.interp(found.times[before], free.times, free.values[name])
        same = np.isin(found.times[before], free.times)
        np.testing.assert_allclose(found.values[name][before][same], wanted[same], rtol=1e-4)


def test_a_dose_with_a_lag_comes_at_its_hour_beside_rules():
    never = ARM.protocols[0].with_rule("check every 1 day; hold when plasma.estradiol >= 1 mol/L")
    free = ns.simulate(WOMAN, ARM, until="20 day", step="6 h")
    ruled = ns.simulate(WOMAN, [never, *ARM.protocols[1:]], until="20 day", step="6 h")
    at = np.flatnonzero(np.isin(ruled.times, free.times) & (ruled.times > 300.0))
    assert len(at) > 20
    wanted = np.interp(ruled.times[at], free.times, free.values["plasma.progesterone"])
    # the cycle is followed at the same tolerances in steps that end elsewhere
    np.testing.assert_allclose(ruled.values["plasma.progesterone"][at], wanted, rtol=1e-4)


def test_a_rule_whose_limit_comes_after_the_last_dose_is_said():
    plan = ns.Protocol.parse("150 IU subcutaneously every 24 h x 3", "follitropin-alfa", "short")
    with pytest.warns(ImplausibleWarning, match=r"'hold when plasma.estradiol >= 80 pg/mL' of 'short' did nothing"):
        late = ns.simulate(WOMAN, plan.with_rule("hold when plasma.estradiol >= 80 pg/mL", "short"), until="14 day")
    assert late.actions == ()
    (said,) = late.late_rules
    assert said.endswith("the last of follitropin-alfa is given at 48 h.")


def test_a_rule_that_is_never_met_is_no_late_rule():
    plan = ns.Protocol.parse("150 IU subcutaneously every 24 h x 3", "follitropin-alfa", "short")
    found = ns.simulate(WOMAN, plan.with_rule("hold when plasma.estradiol >= 5000 pg/mL"), until="14 day")
    assert (found.actions, found.late_rules) == ((), ())
