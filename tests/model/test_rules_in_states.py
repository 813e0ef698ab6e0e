"""Rules of one person with hormones of her own: the whole model is followed as without rules; meals go with doses."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import EventError, InputError

# what the label says of it is tested in tests/model/test_advice.py
pytestmark = pytest.mark.filterwarnings("ignore:Zuranolone in pregnancy")

MEALS = "50 mg orally fasted then 50 mg orally with a high-fat meal every 24 h x 2"
EXPECTING = ns.Person(
    weight="70 kg",
    states=[ns.Pregnancy(week=30, delivery_week=30.1), ns.Stress(events=[ns.Stressor("social stress test", at="5 h")])],
)


def test_a_rule_that_never_fires_changes_nothing():
    """Delivery, stressor, run-in and meals come at their hours; solved in the same way but for the steps' ends."""
    plan = ns.Protocol.parse(MEALS, "zuranolone", "plan")
    free = ns.simulate(EXPECTING, plan, until="60 h")
    ruled = ns.simulate(
        EXPECTING, plan.with_rule("check every 1 h; hold when plasma.zuranolone >= 1 mol/L"), until="60 h"
    )
    assert ruled.actions == ()
    assert np.array_equal(free.times, ruled.times)
    for name in ("plasma.zuranolone", "plasma.progesterone", "plasma.estradiol", "plasma.cortisol"):
        # ten times the relative tolerance of the stiff solver, whose steps end at other times
        np.testing.assert_allclose(ruled.values[name], free.values[name], rtol=1e-5, atol=1e-6)
    assert [dose.route for dose in ruled.given.doses] == ["oral"] * 3


def test_a_held_dose_is_not_given_and_concentrations_say_so():
    plan = ns.Protocol.parse("50 mg orally every 24 h x 3", "zuranolone", "plan")
    held = ns.simulate(EXPECTING, plan.with_rule("hold when plasma.zuranolone >= 50 ng/mL"), until="60 h")
    (action,) = held.actions
    assert action.value == pytest.approx(50 / 0.4094, rel=1e-3)  # nmol/L by the molar mass of zuranolone, 409.4 g/mol
    assert held.given.total("mg") == pytest.approx(50.0)
    assert (
        held.values["plasma.zuranolone"][-1]
        < 0.2 * ns.simulate(EXPECTING, plan, until="60 h").values["plasma.zuranolone"][-1]
    )


def test_limits_in_mass_take_the_molar_mass_of_what_is_watched():
    plan = ns.Protocol.parse("50 mg orally every 24 h x 3", "zuranolone", "plan")
    low = ns.simulate(EXPECTING, plan.with_rule("hold when plasma.progesterone < 20 ng/mL"), until="60 h")
    (action,) = low.actions
    assert action.time > 0.1 * 168  # after delivery
    assert action.value == pytest.approx(20 / 0.31446, rel=1e-3)  # 314.46 g/mol


def test_outcomes_answer_to_what_a_rule_on_her_concentration_gave():
    woman = ns.Person(weight="70 kg", states=[ns.Postpartum(day=10)])
    plan = ns.protocol("brexanolone-label")
    held = ns.simulate(woman, plan.with_rule("stop when plasma.allopregnanolone >= 30 ng/mL"), until="60 h")
    free = ns.simulate(woman, plan, until="60 h")
    assert [each.action for each in held.actions] == ["stop for good"]
    assert held.values["mood.hamd17"][-1] > free.values["mood.hamd17"][-1]


@pytest.mark.parametrize(
    ("plans", "said"),
    [
        (
            ["zuranolone-50", ns.protocol("brexanolone-label").with_rule("hold when sedation >= mild")],
            "watches 'sedation'.*not calibrated with .*zuranolone",
        ),
        (
            [ns.protocol("zuranolone-50").with_rule("step down when plasma.zuranolone >= 1 nmol/L")],
            "all that is planned is 50 mg, one step, and there is no other to go to",
        ),
        (
            [
                ns.Protocol.parse("50 mg orally then at 24 h 60 umol orally", "zuranolone").with_rule(
                    "step down when plasma.zuranolone >= 1 nmol/L"
                )
            ],
            "its doses are in several units",
        ),
        ([ns.protocol("zuranolone-50").with_rule("hold when sedation >= mild")], "watches 'sedation'.*not calibrated"),
        (
            [ns.protocol("zuranolone-50").with_rule("hold when plasma.zuranolon >= 1 nmol/L")],
            "Did you mean 'plasma.zuranolone'",
        ),
    ],
)
def test_what_cannot_be_followed_is_refused(plans, said):
    with pytest.raises(InputError, match=said):
        ns.simulate(EXPECTING, plans, until="24 h")


def test_a_rescue_dose_by_a_route_that_is_not_there_is_refused():
    plan = ns.protocol("zuranolone-50").with_rule("give 1 mg intravenously when plasma.zuranolone < 1 nmol/L")
    with pytest.raises(EventError, match="takes zuranolone orally only"):
        ns.simulate(EXPECTING, plan, until="24 h")
