"""From a person's receptors to the excitability of her neurons."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import UnknownNameError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model import response_surface, surface_fit
from neurosteroid.model.neuron_bridge import bridge, follows_neurons
from neurosteroid.model.neuron_steroid import synapse_with, tonic_multiplier
from neurosteroid.model.surface_decay import decay_polynomial

ON = ns.ModelChoice(excitability="pyramidal")
ALL = ns.ModelChoice(excitability="longer-synaptic-events")
STEROID = "receptor.allopregnanolone"


@pytest.fixture(scope="module", autouse=True)
def _surfaces_of_few_runs() -> Iterator[None]:
    """Surfaces through 9 nodes of two trains each: what is joined here is the same whatever a surface is worth."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(response_surface, "TRAINS", 2)
        patch.setattr(surface_fit, "BOUND", 0.05)
        response_surface._surface.cache_clear()
        yield
    response_surface._surface.cache_clear()


def course(
    model: ns.ModelChoice | None, states: tuple[object, ...] = (), protocol: str = "brexanolone-label"
) -> ns.Course:
    woman = ns.Person(weight="70 kg", states=states)
    return ns.simulate(woman, protocol, until="90 h", step="6 h", model=model)


def test_it_is_off_by_default() -> None:
    ledger = Ledger()
    assert bridge(ns.ModelChoice(), ledger).parts == {}
    assert not ledger.numbers
    assert not follows_neurons(ns.ModelChoice())
    assert library().card("excitability").default == "none"
    assert not any(name.startswith("neuron.") for name in course(None).names)


def test_a_brexanolone_course_has_the_excitability_and_the_multipliers_of_the_neuron_room() -> None:
    found = course(ALL)
    levels = found.values[STEROID].tolist()
    for name, isoform, tonic in (
        ("dentate-granule", "a4b2d", 0.2),
        ("pyramidal", "a4b2d", 1.0),
        ("fast-spiking", "a1b2d", 0.5),
    ):
        wanted = [tonic * tonic_multiplier(isoform, 0.2, 0.2, level, Ledger())[0] for level in levels]
        conductance = found.values[f"neuron.{name}.tonic_conductance"]
        # the same equation, solved for the port that a person has
        assert conductance == pytest.approx(wanted, rel=1e-12)
        decay = found.values[f"neuron.{name}.decay_multiplier"]
        excitability = found.values[f"neuron.{name}.excitability"]
        assert excitability == pytest.approx(ns.response_surface(name).at(conductance, decay), rel=1e-12)
        assert excitability[0] == pytest.approx(1.0, abs=1e-12)
        assert np.argmin(excitability) == np.argmax(levels)
    some = [0, 3, 10]
    wanted = [synapse_with(levels[place], "jones-westbrook", None, 1.0, 1.0, Ledger()).decay for place in some]
    assert decay[some] == pytest.approx(wanted, rel=2 * decay_polynomial("jones-westbrook").error)
    assert "nanosiemens" in str(found["neuron.pyramidal.tonic_conductance"].units)


def test_a_course_prints_the_interpolation_error_and_counts_its_numbers() -> None:
    found = course(ON)
    surface = ns.response_surface("pyramidal")
    assert any(f"off by at most {surface.error:.2g}" in text for text in found.limits)
    assert any("Nothing links it to sedation or seizures" in text for text in found.limits)
    keys = {(number.card, number.key) for number, _ in found.sources()}
    assert {("experiments", "surface_rate"), ("gaba-input", "ambient"), ("a4b2d", "open_desensitised_ratio")} <= keys
    assert any("response surface" in choice.where for choice in found.ledger.choices)


def test_no_outcome_changes_with_it() -> None:
    without, with_ = course(None), course(ON)
    for name in without.names:
        if name.startswith(("mood.", "sedation.")):
            assert (with_.values[name] == without.values[name]).all(), name
        else:
            # another system, the same equations: solved without tolerance
            assert with_.values[name] == pytest.approx(without.values[name], rel=1e-9), name
    assert set(with_.names) > set(without.names)


def test_a_woman_who_is_given_nothing_has_it_too() -> None:
    found = course(ON, protocol="no-drug")
    assert found.values["neuron.pyramidal.excitability"] == pytest.approx(1.0, abs=1e-12)


def test_adaptation_multiplies_the_tonic_conductance() -> None:
    found = course(ON, (ns.ReceptorAdaptation(variant="mouse-pregnancy"),))
    expression = found.values["receptor.a4b2d.surface_expression"]
    assert expression.min() < 0.99
    multiplier = [tonic_multiplier("a4b2d", 0.2, 0.2, level, Ledger())[0] for level in found.values[STEROID].tolist()]
    assert found.values["neuron.pyramidal.tonic_conductance"] == pytest.approx(expression * multiplier, rel=1e-12)


def test_the_variant_of_the_receptor_is_that_of_the_person() -> None:
    other = ns.ModelChoice(excitability="pyramidal", delta_receptor="no-steroid-effect")
    found = course(other).values["neuron.pyramidal.excitability"]
    assert found == pytest.approx(1.0, abs=1e-3)


def test_beyond_the_surface_the_edge_stands() -> None:
    part = bridge(ON, Ledger()).parts["neuron_pyramidal"]
    surface = ns.response_surface("pyramidal")
    found = part.values(0.0, {}, {"tonic": np.array([25.0, 40.0]), "decay": np.array([4.0, 9.0])})["excitability"]
    assert found == pytest.approx(float(surface.at(25.0, 4.0)), rel=1e-12)
    assert any("above 25 nS" in text for text in bridge(ON, Ledger()).limits)


def test_a_study_keeps_the_series() -> None:
    women = ns.population("postpartum", size=3, seed=1)
    found = ns.study(women, ["brexanolone-label", "no-drug"], model=ON, until="72 h", step="12 h")
    band = found.bands["brexanolone-label", "neuron.pyramidal.excitability"]
    assert band.mean.min() < 0.95
    assert ("brexanolone-label", "mood.hamd17") in found.bands


@pytest.mark.parametrize("hypothesis", ["slower-closing", "slower-unbinding", "slower-recovery"])
def test_the_polynomial_of_the_decay_agrees_with_runs_of_the_scheme(hypothesis: str) -> None:
    found = decay_polynomial("jones-westbrook", hypothesis)
    for level in (0.0, 3.0, 700.0, 20000.0):
        u = level / (level + found.half)
        wanted = synapse_with(level, "jones-westbrook", hypothesis, 1.0, 1.0, Ledger()).decay
        assert 1.0 / np.polyval(found.coefficients[::-1], u) == pytest.approx(wanted, rel=1e-3)


def test_an_unknown_variant_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="pyramidal"):
        course(ns.ModelChoice(excitability="pyramidl"))


def test_neurons_of_a_woman_in_a_state_are_traced():
    # roots of squares of what all her states feed took sympy minutes
    woman = ns.Person(weight="68 kg", states=[ns.Postpartum(day=21)])
    course = ns.simulate(woman, until="12 h", step="6 h", model=ns.ModelChoice(excitability="pyramidal"))
    assert 0.9 < float(course["neuron.pyramidal.excitability"][-1].magnitude) < 1.0
