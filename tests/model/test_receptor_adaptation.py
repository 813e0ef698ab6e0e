"""Receptor adaptation in a person's model: wired by ports, with her own sensitivity, off unless asked for."""

from __future__ import annotations

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import InputError, UnknownNameError
from neurosteroid.model.contribution import Situation
from neurosteroid.model.joining import join
from neurosteroid.model.states import read_state, state_table

DELTA, GAMMA = "receptor.a4b2d", "receptor.a1b2g2"


def _joined(*states):
    woman = ns.Person(weight="70 kg", states=list(states))
    return join(Situation(person=woman, compounds=("allopregnanolone",), clock=8.0, until=100.0))


def test_without_the_state_nothing_of_it_is_wired():
    assert not [name for name in _joined().parts if "adaptation" in name]
    assert not [name for name in _joined().outputs if "expression" in name]


def test_parts_outputs_and_sensitivity_come_with_the_state():
    joined = _joined(ns.ReceptorAdaptation("mouse-pregnancy", sensitivity=2.0))
    assert joined.parts["delta_adaptation"].sensitivity == 2.0
    assert {f"{DELTA}.surface_expression", f"{GAMMA}.relative_conductance"} <= set(joined.outputs)
    assert "delta_adaptation.eta_sensitivity" in {name for effect in joined.effects for name in effect.names}
    assert any("No human measurement" in text for text in joined.limits)
    # 15 of its time constants
    assert joined.run_in == pytest.approx(15 / joined.parts["delta_adaptation"].turnover)


def test_an_isoform_without_the_variant_does_not_adapt():
    joined = _joined(ns.ReceptorAdaptation("alpha4-exposure"))
    assert type(joined.parts["delta_adaptation"]).__name__ == "ChangeAdaptation"
    assert type(joined.parts["gamma_adaptation"]).__name__ == "ConstantExpression"


def test_an_infusion_lowers_expression_which_comes_back_after_it():
    woman = ns.Person(weight="70 kg", states=[ns.ReceptorAdaptation("mouse-pregnancy")])
    course = ns.simulate(woman, ns.protocol("brexanolone-label"), until="240 h", step="2 h")
    expression = course.values[f"{DELTA}.surface_expression"]
    conductance = course.values[f"{DELTA}.relative_conductance"]
    assert expression[0] == pytest.approx(1.0, abs=1e-3)
    assert 30 < course.times[expression.argmin()] < 66
    assert expression.min() < 0.75
    assert expression[-1] > 0.98
    assert conductance == pytest.approx(expression * course.values[f"{DELTA}.potentiation"], rel=1e-6)


@pytest.mark.slow
def test_pregnancy_lowers_expression_and_the_weeks_after_it_bring_it_back():
    states = [ns.Pregnancy(week=38, delivery_week=40), ns.ReceptorAdaptation("mouse-pregnancy")]
    course = ns.simulate(ns.Person(weight="70 kg", states=states), until="40 day", step="6 h")
    expression, delivery = course.values[f"{DELTA}.surface_expression"], 14 * 24.0
    before = expression[course.times <= delivery]
    assert 0.6 < before.min() <= before.max() < 0.85
    assert np.interp(delivery + 24, course.times, expression) > before[-1] + 0.05
    assert expression[-1] == pytest.approx(1.0, abs=0.01)
    # her own steroid falls slowly enough that conductance never falls below that of no exposure
    assert course.values[f"{DELTA}.relative_conductance"].min() > 0.99


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"variant": "mouse-pregnency"}, UnknownNameError, "Did you mean 'mouse-pregnancy'"),
        ({"variant": 3}, UnknownNameError, "ReceptorAdaptation.variant"),
        ({"sensitivity": -1}, InputError, "below 0"),
        ({"sensitivity": "much"}, InputError, "such as 1.5"),
    ],
)
def test_bad_input_is_answered(arguments, error, words):
    with pytest.raises(error) as caught:
        ns.ReceptorAdaptation(**arguments)
    assert words in str(caught.value)


def test_the_state_is_read_back_from_its_table():
    state = ns.ReceptorAdaptation("homeostatic", sensitivity=0.5)
    assert read_state(state_table(state)) == state
