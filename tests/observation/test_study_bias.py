"""The biases of studies: what is known beforehand is found, and impossible input is refused."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from neurosteroid.errors import InputError
from neurosteroid.evidence import Role, library
from neurosteroid.observation.assay_scale import assay_scale, bias_key
from neurosteroid.observation.study_bias import study_biases

STATES = [f"state {index}" for index in range(6)]


def drawn(generator: np.random.Generator, between: float, within: float, slope: float, studies: int = 8):
    """Return values, states and studies of a made-up world in which study 0 and 1 are the reference."""
    levels = np.exp(generator.normal(0.0, 2.0, len(STATES)))
    biases = np.exp(generator.normal(np.log(slope), between, studies))
    biases[:2] = 1.0
    rows = [
        (level * bias * np.exp(generator.normal(0.0, within)), state, f"study {place}")
        for place, bias in enumerate(biases)
        for state, level in zip(STATES, levels, strict=True)
    ]
    return *zip(*rows, strict=True), biases, levels


def test_exact_readings_give_back_their_biases():
    """Without scatter the bias of each study is what it was made with, over that of the typical one."""
    values, states, studies, biases, levels = drawn(np.random.default_rng(3), 0.3, 0.01, 1.5, studies=30)
    found = study_biases(values, states, studies, ["study 0", "study 1"])
    ratios = np.array([found.slope * found.bias[f"study {place}"] / biases[place] for place in range(2, 30)])
    # a level is known to 0.01 / sqrt(12) by the two references, a bias to 0.01 / sqrt(6)
    np.testing.assert_allclose(ratios, 1.0, rtol=0.02)
    np.testing.assert_allclose([found.level[state] for state in STATES], levels, rtol=0.02)
    assert found.within_log_sd == pytest.approx(0.01, rel=0.2)
    assert found.between_log_sd == pytest.approx(np.std(np.log(biases[2:]), ddof=1), rel=0.1)


def test_the_interval_of_a_bias_holds_it_as_often_as_it_says():
    """Over 60 worlds of 6 studies, 95 % intervals hold 95 % of biases: 360 trials, three binomial standard errors."""
    inside = total = 0
    for seed in range(60):
        values, states, studies, biases, _ = drawn(np.random.default_rng(seed), 0.3, 0.2, 1.0)
        found = study_biases(values, states, studies, ["study 0", "study 1"])
        for place in range(2, 8):
            true, name = np.log(biases[place]), f"study {place}"
            off = abs(true - np.log(found.bias[name] * found.slope))
            # slope and bias are told apart by the studies only, so that their errors cancel in part: together is wide
            inside += off < 1.96 * np.hypot(found.log_se[name], found.slope_log_se)
            total += 1
    assert inside / total > 0.95 - 3 * (0.95 * 0.05 / total) ** 0.5


def test_studies_that_agree_have_no_bias():
    values, states, studies, _, _ = drawn(np.random.default_rng(5), 0.0, 0.1, 1.0)
    found = study_biases(values, states, studies, ["study 0", "study 1"])
    # six rows of 0.1 each: three standard errors of their mean
    assert max(abs(np.log(bias)) for bias in found.bias.values()) < 3 * 0.1 / 6**0.5
    assert found.between_log_sd > 0  # not 0: so few studies never show that none differs


@pytest.mark.parametrize(
    ("values", "states", "studies", "reference", "words"),
    [
        ([1.0, 2.0], ["a"], ["s", "s"], [], "2 values, 1 states"),
        ([1.0, 0.0], ["a", "b"], ["s", "s"], [], "values above 0"),
        ([1.0, 2.0], ["a", "a"], ["s", "t"], ["s", "t"], "no bias to find"),
        ([1.0, 2.0, 3.0], ["a", "a", "b"], ["s", "s", "t"], [], "'t' has one row"),
        ([1.0, 2.0], ["a", "b"], ["s", "s"], [], "must share states"),
        (
            [1.0, 1.0, 2.0, 2.0, 3.0],
            ["a", "a", "b", "b", "b"],
            ["r", "r", "s", "s", "s"],
            ["r"],
            r"the reference \(r; states: a\) shares no state with the other studies \(s; states: b\)",
        ),
        ([1.0, 2.0, 3.0, 4.0], ["a", "a", "b", "b"], ["s", "s", "t", "t"], [], "at least two of s, t must share"),
    ],
)
def test_what_shows_no_bias_is_refused(values, states, studies, reference, words):
    with pytest.raises(InputError, match=words):
        study_biases(values, states, studies, reference)


@pytest.mark.parametrize("analyte", ["progesterone", "estradiol"])
def test_the_cards_hold_what_the_script_finds(analyte, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "scripts"))
    sys.modules.pop("fit_assay_biases", None)
    from fit_assay_biases import fitted

    readings, biases = fitted(analyte)
    assert len(biases.bias) >= 3
    for study, bias in biases.bias.items():
        assay = next(each.row.assay for each in readings if each.row.study == study)
        scale = assay_scale(analyte, assay, study)
        assert scale.bias == pytest.approx(bias, rel=2e-3), bias_key(study)
        assert scale.bias_log_se == pytest.approx(biases.log_se[study], rel=1e-2)
        assert scale.bias_log_sd == pytest.approx(biases.between_log_sd, rel=1e-2)


def test_no_row_that_was_fitted_is_a_check():
    rows = [row for card in library().cards("observations") for row in card.rows]
    fitted = {row.id for card in library().cards("assays") for row in rows if row.id in _notes(card)}
    assert len(fitted) > 25
    assert {row.role for row in rows if row.id in fitted} == {Role.FIT}


def _notes(card) -> set[str]:
    numbers = [number for variant in card.variants.values() for number in variant.numbers.values()]
    return {word.strip(",") for number in numbers for word in (number.note or "").split() if "_" in word}
