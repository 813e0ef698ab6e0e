"""The whole of a person in one call: days after delivery, nursing, stress, a drug, and what changes its enzyme."""

import numpy as np
import pytest

import neurosteroid as ns


def test_everything_about_one_woman_is_one_call():
    states = [
        ns.Postpartum(day=10, breastfeeding=True),
        ns.Stress(chronic=1.3, events=[ns.Stressor("social-stress-test", at="14 h")]),
        ns.Medication("ketoconazole", since="-3 day"),
    ]
    woman = ns.Person(weight="68 kg", states=states)
    course = ns.simulate(woman, "zuranolone-30", start="20:00", until="2 day")
    wanted = {"plasma.zuranolone", "milk.zuranolone", "plasma.allopregnanolone", "plasma.cortisol", "plasma.estradiol"}
    assert wanted <= set(course.names)
    for name in course.names:
        assert np.isfinite(course.values[name]).all(), name
    without = ns.simulate(ns.Person(weight="68 kg", states=states[:2]), "zuranolone-30", start="20:00", until="2 day")
    assert course.values["plasma.zuranolone"].max() > 1.2 * without.values["plasma.zuranolone"].max()
    stressed = (course.times > 14.2) & (course.times < 15.5)
    before = np.interp(14.0, course.times, course.values["plasma.cortisol"])
    assert course.values["plasma.cortisol"][stressed].max() > before
    assert any("left out" in text and "Stress" in text for text in course.limits)
    assert (14.0, "social-stress-test") in course.events
    assert course.values["activity.cyp3a4"].max() == pytest.approx(1 / 6.1, rel=0.01)
