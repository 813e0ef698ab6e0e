"""Women differ in their exposure to progestins and gonadotropins, and people in how they clear SBECD."""

import numpy as np
import pytest

from neurosteroid.engine import Covariate, Record, solve, wire
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.own_deviation import own_deviation
from neurosteroid.studies.spreads import coefficient_of_variation, women

CASES = [
    ("progestins", "medroxyprogesterone", "depot.oral.given", "eta_exposure"),
    ("progestins", "dydrogesterone", "depot.oral.given", "eta_exposure"),
    ("gonadotropins", "follitropin-alfa", "depot.given", "eta_exposure"),
]


@pytest.mark.parametrize(("name", "variant", "depot", "eta"), CASES)
def test_a_deviation_raises_the_whole_course_and_moves_no_half_life(
    name: str, variant: str, depot: str, eta: str
) -> None:
    part = part_from_card(library().card(name, "pharmacokinetics"), variant, Ledger(), analyte="given")
    covariates = [Covariate("person.weight", "kg")] if part.needs else []
    system = wire({"given": part}, covariates)
    found = solve(
        system,
        [Record(time=0.0, state=depot, amount=100.0)],
        parameters=system.parameters(2, {f"given.{eta}": np.array([0.0, np.log(3.0)])}),
        covariates=np.full((2, 1), 65.0) if covariates else None,
        output_times=np.linspace(0.0, 100.0, 11),
        start=0.0,
        outputs=("plasma.given",),
    ).kept
    assert found is not None
    typical, other = found["plasma.given"]
    # both are propagated exactly: rounding only
    np.testing.assert_allclose(other, 3.0 * typical, rtol=1e-9)


def test_dydrogesterone_keeps_its_area_and_last_half_life_in_two_volumes() -> None:
    part = part_from_card(library().card("progestins", "pharmacokinetics"), "dydrogesterone", Ledger(), analyte="given")
    system = wire({"given": part}, accounts=True)
    times = np.arange(0.0, 72.01, 0.05)
    outputs = ("plasma.given", "depot.oral.given", "central.given", "peripheral.given")
    found = solve(
        system,
        [Record(time=0.0, state="depot.oral.given", amount=1000.0)],
        parameters=system.parameters(1),
        output_times=times,
        start=0.0,
        outputs=outputs,
    ).kept
    assert found is not None
    plasma, *amounts = (found[name][0] for name in outputs)
    # the trapezoid of 0.05 h on a peak of an hour
    assert np.trapezoid(plasma, times) == pytest.approx(1000.0 / vars(part)["clearance"], rel=2e-3)
    assert 24.0 / np.log2(plasma[times.searchsorted(48.0)] / plasma[-1]) == pytest.approx(6.0, rel=1e-3)
    assert sum(each[-1] for each in amounts) < 1.0


def test_people_differ_in_how_they_clear_sbecd_at_one_filtration_rate() -> None:
    part = part_from_card(library().card("sbecd", "pharmacokinetics"), None, Ledger(), analyte="sbecd")
    system = wire({"sbecd": part}, [Covariate("person.weight", "kg"), Covariate("renal.gfr", "mL/min")])
    found = solve(
        system,
        [Record(time=0.0, state="central.sbecd", amount=100.0)],
        parameters=system.parameters(2, {"sbecd.eta_clearance": np.array([0.0, np.log(2.0)])}),
        covariates=np.array([[75.0, 120.0]] * 2),
        output_times=[0.0],
        start=0.0,
        outputs=("clearance.sbecd",),
    ).kept
    assert found is not None
    typical, other = found["clearance.sbecd"][:, 0]
    assert other == pytest.approx(2.0 * typical)


@pytest.mark.parametrize("cv", [0.2, 0.53])
def test_the_rule_over_women_has_the_published_coefficient(cv: float) -> None:
    deviations, shares = women(np.log1p(cv**2))
    # 24 nodes: a log-normal of this width is integrated to better than 1e-9
    assert coefficient_of_variation(np.exp(deviations), shares) == pytest.approx(cv, rel=1e-9)
    assert shares.sum() == pytest.approx(1.0)


def test_a_card_without_a_variance_gives_no_distribution() -> None:
    card = library().card("sepranolone", "pharmacokinetics")
    assert own_deviation(card, None, Ledger(), "variance_exposure", "depot.eta_exposure") == ()


@pytest.mark.parametrize("name", ["progestins", "gonadotropins"])
def test_every_variant_says_how_women_differ(name: str) -> None:
    card = library().card(name, "pharmacokinetics")
    for variant in card.variants:
        (found,) = own_deviation(card, variant, Ledger(), "variance_exposure", "given.eta_exposure")
        assert found.covariance[0][0] > 0.0
