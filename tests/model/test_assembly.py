"""The assembled model: it is linear, every variant can be chosen, every number is in the ledger."""

import numpy as np
import pytest

from neurosteroid.errors import UnknownNameError
from neurosteroid.evidence import library
from neurosteroid.model import SHOWN, ModelChoice, assemble
from neurosteroid.model.catalogue import part_classes

CARDS = {
    "pharmacokinetics": "brexanolone",
    "brain_link": "brain-link",
    "gamma_receptor": "a1b2g2",
    "delta_receptor": "a4b2d",
    "mood": "hamd17",
    "sedation": "sedation",
}
CHOICES = [(field, variant) for field, card in CARDS.items() for variant in library().card(card).variants if variant]


def test_the_default_model_is_solved_exactly_and_gives_every_shown_output():
    assembly = assemble()
    assert assembly.system.linear
    assert set(SHOWN) <= set(assembly.system.output_names)


@pytest.mark.parametrize(("field", "variant"), CHOICES)
def test_every_variant_of_every_card_makes_a_model(field, variant):
    assembly = assemble(ModelChoice(**{field: variant}))
    parameters = assembly.system.parameters(1)
    matrix, _ = assembly.system.matrix(parameters, np.array([[70.0]]))
    assert np.all(np.isfinite(matrix))
    assert np.all(np.linalg.eigvals(matrix).real < 0)


def test_an_unknown_variant_is_refused_with_close_matches():
    with pytest.raises(UnknownNameError, match="'population'"):
        assemble(ModelChoice(pharmacokinetics="populatoin"))


def test_every_parameter_of_the_system_is_a_recorded_number_or_a_neutral_default():
    assembly = assemble()
    recorded = {number.value for number in assembly.ledger.numbers}
    neutral = {"disposition.eta_clearance", "disposition.eta_central_volume", "mood.eta_improvement"}
    neutral |= {"sedation.sedation_draw"}
    for name, value, unit in zip(
        assembly.system.parameter_names,
        assembly.system.parameter_defaults,
        (unit for _, unit in assembly.system.traced.parameters),
        strict=True,
    ):
        converted = {number.to(unit) for number in assembly.ledger.numbers if _fits(number, unit)}
        assert name in neutral or value in recorded or value in converted, name


def _fits(number, unit):
    from neurosteroid.units import same_dimension

    return same_dimension(number.unit, unit)


def test_parts_are_found_by_walking_the_rooms():
    assert {"two-compartment", "monod-wyman-changeux", "hamilton-depression", "brain-link"} <= set(part_classes())


@pytest.mark.parametrize(
    ("choice", "named"),
    [({"brain_link": "unbound"}, "'unbound' of 'brain-link'"), ({"pharmacokinetics": "label"}, "'label'")],
)
def test_outcomes_on_a_signal_they_were_not_fitted_on_are_said_to_be_uncalibrated(choice, named):
    (found,) = [text for text in assemble(ModelChoice(**choice)).limits if "not refitted" in text]
    assert named in found


def test_the_default_by_its_name_is_the_default():
    explicit = ModelChoice(pharmacokinetics="population", brain_link="total-plasma")
    assert assemble(explicit).limits == assemble().limits
    assert not [text for text in assemble().limits if "not refitted" in text]
