"""Zuranolone and ganaxolone sedate as so much allopregnanolone would, where that is chosen."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.engine.maths import expit
from neurosteroid.errors import UnknownNameError
from neurosteroid.evidence import library

WOMAN = ns.Person(weight="75 kg")
TOTAL = ns.ModelChoice(sedation_by_potency="total-plasma")


def chance(course: ns.Course) -> float:
    return float(course.values["sedation.probability"].max())


def followed(*plans: str, model: ns.ModelChoice | None = TOTAL) -> ns.Course:
    return ns.simulate(WOMAN, [ns.protocol(plan) for plan in plans], until="72 h", step="15 min", model=model)


def test_it_is_off_by_default() -> None:
    course = followed("zuranolone-50", model=None)
    assert not any(name.startswith("sedation") for name in course.values)
    assert "HAM-D and sedation are left out" in course.limits[-1]


def test_the_chance_is_that_of_the_equivalents_in_plasma() -> None:
    course = followed("zuranolone-50")
    card, receptor = library().card("sedation", "outcomes"), library().card("a1b2g2", "receptors").variant()
    potency = receptor.numbers["allopregnanolone.steroid.affinity"].to("nmol/L") / receptor.numbers[
        "zuranolone.steroid.affinity"
    ].to("nmol/L")
    equivalents = potency * course.values["plasma.zuranolone"].max()
    largest, half, threshold = (
        card.number(key).to(unit)
        for key, unit in (
            ("maximum_drug_effect", "1"),
            ("half_effect_concentration", "nmol/L"),
            ("threshold_mild", "1"),
        )
    )
    wanted = expit(threshold + largest * equivalents / (equivalents + half))
    # the effect site follows within minutes, plasma at its peak moves over hours
    assert chance(course) == pytest.approx(float(wanted), rel=2e-3)
    assert course.limits[-1].startswith("HAM-D is left out")
    assert any("Extrapolated" in text for text in course.limits)


def test_what_is_free_in_brain_counts_less_of_zuranolone_and_more_of_ganaxolone() -> None:
    free = ns.ModelChoice(sedation_by_potency="unbound")
    assert chance(followed("zuranolone-50", model=free)) < chance(followed("zuranolone-50"))
    assert chance(followed("ganaxolone-label", model=free)) > chance(followed("ganaxolone-label"))


def test_two_drugs_add_up_at_one_site() -> None:
    both = followed("zuranolone-30", "ganaxolone-label")
    alone = [followed(plan) for plan in ("zuranolone-30", "ganaxolone-label")]
    card = library().card("sedation", "outcomes")
    largest, half, threshold = (
        card.number(key).to(unit)
        for key, unit in (
            ("maximum_drug_effect", "1"),
            ("half_effect_concentration", "nmol/L"),
            ("threshold_mild", "1"),
        )
    )

    def effect(course: ns.Course) -> np.ndarray:
        odds = np.interp(np.arange(1.0, 72.0), course.times, course.values["sedation.probability"])
        drug = (np.log(odds / (1 - odds)) - threshold) / largest
        return np.asarray(half * drug / (1 - drug))

    # read back through a curve and between output times
    np.testing.assert_allclose(effect(both), effect(alone[0]) + effect(alone[1]), rtol=2e-3)


def test_beside_brexanolone_nothing_is_said() -> None:
    course = followed("zuranolone-50", "brexanolone-label")
    assert not any(name.startswith("sedation") for name in course.values)
    assert any("Sedation is left out" in text for text in course.limits)


def test_a_study_draws_who_is_sedated() -> None:
    women = ns.population("postpartum", size=64, seed=3)
    study = ns.study(women, ["zuranolone-50", "no-drug"], until="24 h", step="2 h", model=TOTAL)
    shares = study.bands["zuranolone-50", "sedation.at_least_mild"].mean
    chances = study.bands["zuranolone-50", "sedation.probability"].mean
    # 64 women: three standard errors of a share near a sixth
    assert shares.max() == pytest.approx(chances.max(), abs=0.15)
    assert shares.max() > shares[0]
    assert "sedation.sedation_draw" in study.people.columns


def test_an_unknown_variant_is_refused() -> None:
    with pytest.raises(UnknownNameError, match=r"sedation_by_potency.*sedation-by-potency"):
        ns.ModelChoice(sedation_by_potency="total plasma")
