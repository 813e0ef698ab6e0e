"""Variants of cards that a person's model can be made of, and refusals that list what there is."""

from __future__ import annotations

import pytest

import neurosteroid as ns
from neurosteroid.errors import UnknownNameError
from neurosteroid.evidence import library


def highest(person: ns.Person, protocol: str, output: str, **choice: str) -> float:
    course = ns.simulate(person, protocol, until="24 h", step="1 h", model=ns.ModelChoice(**choice))
    return float(course.values[output].max())


WOMAN = ns.Person(weight="70 kg", states=[ns.Menopause()])
MAN = ns.Person(weight="70 kg", sex="male")


@pytest.mark.parametrize(
    ("drug", "protocol", "other"),
    [("ganaxolone", "ganaxolone-label", "dose-30"), ("zuranolone", "zuranolone-50", "large-central")],
)
def test_a_drug_follows_the_variant_that_is_chosen(drug: str, protocol: str, other: str) -> None:
    card = library().card(drug, "pharmacokinetics")
    usual = highest(WOMAN, protocol, f"plasma.{drug}")
    assert highest(WOMAN, protocol, f"plasma.{drug}", **{drug: card.default}) == usual
    assert highest(WOMAN, protocol, f"plasma.{drug}", **{drug: other}) != pytest.approx(usual, rel=1e-4)
    with pytest.raises(UnknownNameError, match=other):
        highest(WOMAN, protocol, f"plasma.{drug}", **{drug: "none-of-these"})


def test_men_may_have_the_progesterone_that_an_immunoassay_reads_and_no_menopause() -> None:
    usual = highest(MAN, "no-drug", "plasma.progesterone")
    # the median of the immunoassay on the card 'steady-gonads'
    assert highest(MAN, "no-drug", "plasma.progesterone", men="men-as-measured") == pytest.approx(0.8, rel=1e-3)
    assert usual < 0.3
    with pytest.raises(UnknownNameError, match="Known: men, men-as-measured"):
        ns.ModelChoice(men="menopause")  # when it is written, whoever it is for
