"""Zuranolone: what the card claims comes out, and what is missed is the miss that its note explains."""

from __future__ import annotations

import pytest

from neurosteroid.evidence import Role, library
from neurosteroid.studies.verification import verify


@pytest.fixture(scope="module")
def results():
    return list(verify(["pharmacokinetics/zuranolone"]))


def test_rows_that_were_fitted_are_met_to_the_digits_of_the_card(results):
    # numbers stand on the card with six digits
    ratios = [row.ratio for row in results if row.role is Role.FIT]
    assert ratios == pytest.approx([1.0] * len(ratios), rel=1e-3)


def test_interactions_and_food_move_exposure_in_the_published_direction(results):
    predicted = {row.name: row.predicted for row in results if row.variant == "small-central"}
    assert predicted["area with rifampin over none"] < predicted["highest concentration with rifampin over none"] < 0.5
    itraconazole = "with itraconazole over none"
    assert predicted[f"area {itraconazole}"] > predicted[f"highest concentration {itraconazole}"] > 1.1
    assert (
        predicted["highest concentration with a low-fat meal over none"]
        > predicted["area with a low-fat meal over none"]
    )


def test_no_free_number_was_left_at_a_guess():
    card = library().card("zuranolone", "pharmacokinetics")
    guesses = [number.where for number in card.all_numbers() if number.assumed == "First guess."]
    assert guesses == []
