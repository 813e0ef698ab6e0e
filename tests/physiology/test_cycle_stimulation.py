"""Injected FSH and hCG at the receptors of the ovary."""

from typing import Any

import numpy as np
import pytest

from neurosteroid.engine import Covariate, Record, solve, wire
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.physiology.cycle import AT_REST, cycle_alone, cycle_parts

DAY = 24.0
TIMES = np.arange(0.0, 60 * DAY, 2.0)
SHOWN = ("plasma.lh", "plasma.fsh", "plasma.estradiol", "plasma.progesterone")


def injected(analyte: str) -> Any:
    return part_from_card(library().card("gonadotropins", "pharmacokinetics"), analyte, Ledger(), analyte=analyte)


def follow(records: list[Record], **given: bool) -> dict[str, np.ndarray]:
    drugs = {"follitropin": "follitropin-alfa", "hcg": "choriogonadotropin-alfa"}
    parts = cycle_parts("published", **given)
    parts |= {drugs[name]: injected(drugs[name]) for name in given}
    system = wire(parts, [*AT_REST, Covariate("person.weight", "kg")])
    found = solve(
        system,
        records,
        parameters=system.parameters(1),
        covariates=np.array([[65.0 if name == "person.weight" else 1.0 for name in system.covariate_names]]),
        output_times=TIMES,
        start=0.0,
        outputs=SHOWN,
    )
    assert not found.failures
    assert found.kept is not None
    return {name: course[0] for name, course in found.kept.items()}


def test_without_a_dose_the_parts_for_injected_hormones_change_nothing() -> None:
    system = cycle_alone("published")
    plain = solve(
        system,
        parameters=system.parameters(1),
        covariates=np.ones((1, len(system.covariate_names))),
        output_times=TIMES,
        start=0.0,
        outputs=SHOWN,
    ).kept
    assert plain is not None
    both = follow([], follitropin=True, hcg=True)
    for name in SHOWN:
        # the solver keeps 1e-6 a step, and its steps differ
        np.testing.assert_allclose(both[name], plain[name][0], rtol=1e-3, atol=1e-3 * plain[name].max())


def test_injected_fsh_adds_to_what_is_measured_and_brings_the_follicle_sooner() -> None:
    daily = Record(time=28 * DAY, state="depot.follitropin-alfa", amount=150.0, interval=DAY, additional=9)
    none, given = follow([], follitropin=True), follow([daily], follitropin=True)
    last = (TIMES > 36 * DAY) & (TIMES < 38 * DAY)
    # 150 IU a day over 0.339 L/h are 18 IU/L; her own FSH falls under what the follicles make of it
    assert 12.0 < given["plasma.fsh"][last].mean() < 18.4 + none["plasma.fsh"][last].mean()
    window = (TIMES > 30 * DAY) & (TIMES < 50 * DAY)
    surge = {name: TIMES[window][found["plasma.lh"][window].argmax()] for name, found in (("0", none), ("1", given))}
    assert surge["1"] < surge["0"] - DAY


def test_hcg_in_the_late_follicular_phase_takes_the_place_of_the_surge() -> None:
    none = follow([], hcg=True)
    window = (TIMES > 30 * DAY) & (TIMES < 50 * DAY)
    peak = TIMES[window][none["plasma.lh"][window].argmax()]
    dose = Record(time=peak - 2 * DAY, state="depot.choriogonadotropin-alfa", amount=6500.0)
    given = follow([dose], hcg=True)
    luteal = (peak < TIMES) & (peak + 10 * DAY > TIMES)
    # progesterone comes sooner by about the two days
    first = [TIMES[luteal][found["plasma.progesterone"][luteal] > 15.0][0] for found in (none, given)]
    assert first[0] - first[1] == pytest.approx(2 * DAY, abs=1.5 * DAY)
    assert given["plasma.progesterone"][luteal].max() > 0.5 * none["plasma.progesterone"][luteal].max()


def with_progestin(compound: str, dose_nmol: float) -> dict[str, np.ndarray]:
    card = library().card("progestins", "pharmacokinetics")
    parts = cycle_parts("published", follitropin=True, feedback="feedback")
    parts["fsh"] = injected("follitropin-alfa")
    parts["progestin"] = part_from_card(card, compound, Ledger(), analyte=compound)
    parts["feedback"] = part_from_card(card, compound, Ledger(), kind="progestin-feedback", analyte=compound)
    system = wire(parts, [*AT_REST, Covariate("person.weight", "kg")])
    records = [
        Record(time=30 * DAY, state="depot.follitropin-alfa", amount=150.0, interval=DAY, additional=11),
        Record(time=30 * DAY, state=f"depot.oral.{compound}", amount=dose_nmol, interval=DAY, additional=17),
    ]
    found = solve(
        system,
        records,
        parameters=system.parameters(1),
        covariates=np.array([[65.0 if name == "person.weight" else 1.0 for name in system.covariate_names]]),
        output_times=TIMES,
        start=0.0,
        outputs=SHOWN,
    )
    assert found.kept is not None
    return {name: course[0] for name, course in found.kept.items()}


@pytest.mark.parametrize(("compound", "dose"), [("medroxyprogesterone", 10.0), ("dydrogesterone", 20.0)])
def test_a_progestin_keeps_the_surge_away_and_lets_follicles_grow(compound: str, dose: float) -> None:
    mass = library().card(compound, "compounds").number("molar_mass").value
    none, given = with_progestin(compound, 1e-6), with_progestin(compound, dose * 1e6 / mass)
    window = (TIMES > 32 * DAY) & (TIMES < 47 * DAY)
    assert none["plasma.lh"][window].max() > 60.0
    assert given["plasma.lh"][window].max() < 15.0
    # estradiol of the follicles rises all the same
    assert given["plasma.estradiol"][window].max() > 2.0 * given["plasma.estradiol"][TIMES == 32 * DAY][0]
