"""The assembled model: it is linear, every variant can be chosen, every number is in the ledger."""

from pathlib import Path

import numpy as np
import pytest

from neurosteroid.errors import UnknownNameError
from neurosteroid.evidence import library
from neurosteroid.model import SHOWN, ModelChoice, assemble
from neurosteroid.model.catalogue import part_classes
from neurosteroid.model.choice import _BEGINS, _CARDS
from neurosteroid.model.variability import draw, width

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
    system, weight = assembly.system, np.array([[70.0]])
    parameters = system.parameters(1)
    # only a depression score that answers to neurons is not linear in the states
    assert system.linear == (not str(variant).startswith("by-"))
    if system.linear:
        matrix, _ = system.matrix(parameters, weight)
    else:
        matrix = system.jacobian(0.0, np.ones((1, len(system.state_names))), parameters, weight)
    assert np.all(np.isfinite(matrix))
    assert np.all(np.linalg.eigvals(matrix).real < 0)


def test_an_unknown_variant_is_refused_with_close_matches():
    with pytest.raises(UnknownNameError, match="'population'"):
        assemble(ModelChoice(pharmacokinetics="populatoin"))


def test_a_choice_refuses_at_once_what_its_card_does_not_have() -> None:
    with pytest.raises(UnknownNameError, match=r"model: excitability, .* Did you mean 'pyramidal'"):
        ModelChoice(excitability="piramidal")
    # every field has its card, and takes each of its variants; those that begin with its word where a card holds others
    for field in ModelChoice.model_fields:
        for variant in filter(None, library().card(*_CARDS[field]).variants):
            if field in _BEGINS and variant.split("-")[0] != _BEGINS[field]:
                with pytest.raises(UnknownNameError, match=f"No variant '{variant}'"):
                    ModelChoice(**{field: variant})
                continue
            assert getattr(ModelChoice(**{field: variant}), field) == variant


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


@pytest.mark.parametrize(
    ("key", "other"),
    [
        ("correlation_clearance_response", "disposition.eta_clearance"),
        ("correlation_baseline_response", "mood.baseline"),
    ],
)
def test_a_correlation_on_the_card_is_that_of_the_women(key, other, tmp_path, monkeypatch):
    package = library().card("hamd17")
    folder = tmp_path / "outcomes"
    folder.mkdir()
    text = Path(package.path).read_text(encoding="utf-8")
    place = text.index("value = 0", text.index(f"numbers.{key}]"))
    (folder / "hamd17.toml").write_text(text[:place] + "value = 0.5" + text[place + 9 :], encoding="utf-8")
    monkeypatch.setenv("NEUROSTEROID_LIBRARY", str(tmp_path))
    effects = assemble().parameter_effects
    found = draw(effects, np.random.default_rng(3).random((20_000, sum(map(width, effects)))))
    pair = np.corrcoef(found[other], found["mood.eta_improvement"])[0, 1]
    assert pair == pytest.approx(0.5, abs=0.03)  # four standard errors of a correlation of 2e4 draws
    assert key in {number.key for number in assemble().ledger.assumed}


def test_the_cut_of_the_baseline_stands_on_the_card():
    taken = {number.key: number for number in assemble().ledger.assumed}
    (baseline,) = (item for item in assemble().parameter_effects if item.names == ("mood.baseline",))
    assert (baseline.low, baseline.high) == (
        taken["baseline_lowest_share"].value * 52,
        taken["baseline_highest_share"].value * 52,
    )


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


def test_the_residual_error_is_known_and_takes_no_part_before_somebody_applies_it():
    assembly = assemble()
    number = library().card("brexanolone").number("proportional_error")
    assert assembly.residual_error == number.value
    assert number not in assembly.ledger.numbers
    assert assemble(ModelChoice(pharmacokinetics="label")).residual_error is None
