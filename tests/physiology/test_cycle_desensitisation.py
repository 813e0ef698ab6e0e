"""Gonadotrophs under an agonist: what the published receptors cannot do, and what the coupling adds."""

import numpy as np
import pytest

from neurosteroid.engine import Covariate, Record, solve, wire
from neurosteroid.evidence import Role, library
from neurosteroid.physiology.cycle import cycle_alone, cycle_parts
from neurosteroid.studies.observed import verify_observed

DAY = 24.0
TIMES = np.arange(0.0, 90 * DAY, 6.0)
DAILY = Record(time=20 * DAY, state="depot.nafarelin", amount=100.0, interval=DAY, additional=39)
"""40 days, to day 60."""


def number(key: str, unit: str, variant: str = "refitted") -> float:
    return library().card("physiology/menstrual-cycle").number(key, variant).to(unit)


def follow(variant: str, outputs: tuple[str, ...], records: tuple[Record, ...] = (DAILY,), *, agonist: bool = True):
    system = cycle_alone(variant, agonist=agonist)
    found = solve(
        system,
        list(records),
        parameters=system.parameters(1),
        covariates=np.ones((1, len(system.covariate_names))),
        output_times=TIMES,
        start=0.0,
        outputs=outputs,
    )
    assert not found.failures
    return {name: course[0] for name, course in found.kept.items()}


def test_published_receptors_hold_the_signal_above_the_threshold_and_lh_at_its_synthesis() -> None:
    found = follow("published", ("plasma.lh", "nafarelin_complex.active"))
    held = (TIMES >= 50 * DAY) & (TIMES < 60 * DAY)
    active = found["nafarelin_complex.active"][held]
    share = number("agonist_dissociation", "1/h", "published") + number("agonist_activation", "1/h", "published")
    highest = share / number("agonist_inactivation", "1/h", "published")
    highest *= number("receptor_synthesis", "nmol/L/h", "published") / number(
        "receptor_degradation", "1/h", "published"
    )
    assert highest == pytest.approx(0.0011, rel=0.01)
    threshold = number("gnrh_lh_threshold", "nmol/L", "published")
    assert threshold < active.min() < active.mean() < highest
    settled = number("lh_synthesis", "IU/h", "published") / 5.0 / number("lh_clearance", "1/h", "published")
    assert settled == pytest.approx(19.5, rel=0.01)
    # progesterone at its floor and the receptors of the ovary take a fifth of it
    assert 0.75 * settled < found["plasma.lh"][held].mean() < settled


def test_the_coupling_is_lost_and_comes_back_at_its_two_rates() -> None:
    part = cycle_parts("refitted", agonist=True)["cycle_gonadotroph_coupling"]
    system = wire({"coupling": part}, [Covariate("nafarelin_complex.active", "nmol/L")])

    def left(active: float, hours: list[float], records: tuple[Record, ...] = ()) -> np.ndarray:
        found = solve(
            system,
            list(records),
            parameters=system.parameters(1),
            covariates=np.array([[active]]),
            output_times=np.array(hours),
            start=0.0,
            outputs=("gonadotroph.coupling",),
        )
        return found.kept["gonadotroph.coupling"][0]

    # far above the threshold: towards recovery over loss and recovery
    loss, recovery = number("uncoupling", "1/h"), number("coupling_recovery", "1/h")
    end = recovery / (loss + recovery)
    after = left(1e3, [0.0, 48.0, 3000.0])
    assert after == pytest.approx([1.0, end + (1 - end) * np.exp(-48 * (loss + recovery)), end], rel=1e-4)
    # at the threshold half of the loss
    half = left(number("gnrh_lh_threshold", "nmol/L"), [5000.0])
    assert half == pytest.approx(recovery / (recovery + 0.5 * loss), rel=1e-4)
    # once the agonist is gone, half of what was lost is back after ln 2 / recovery
    gone = Record(time=3000.0, evid=2, covariates={"nafarelin_complex.active": 0.0})
    back = left(1e3, [3000.0, 3000.0 + np.log(2) / recovery], (gone,))
    assert 1 - back[1] == pytest.approx(0.5 * (1 - back[0]), rel=1e-3)


def test_lh_falls_below_its_follicular_level_and_rises_again() -> None:
    found = follow("refitted", ("plasma.lh", "plasma.fsh", "gonadotroph.coupling"))
    flare = (TIMES >= 20 * DAY) & (TIMES < 23 * DAY)
    held = (TIMES >= 40 * DAY) & (TIMES < 60 * DAY)
    follicular = found["plasma.lh"][TIMES < 10 * DAY].mean()
    assert found["plasma.lh"][flare].max() > 3.0 * follicular
    assert found["plasma.lh"][held].mean() < 0.8 * follicular
    assert found["plasma.fsh"][held].max() < 2.0
    assert found["gonadotroph.coupling"][-1] > 5.0 * found["gonadotroph.coupling"][held][-1]


def test_without_a_dose_the_cycle_is_what_it_is_without_the_agonist() -> None:
    dosed = follow("refitted", ("plasma.lh", "plasma.estradiol"), ())
    plain = follow("refitted", ("plasma.lh", "plasma.estradiol"), (), agonist=False)
    for name, course in plain.items():
        assert dosed[name] == pytest.approx(course, rel=1e-3)


def test_the_rows_it_was_fitted_to_come_out() -> None:
    found = {result.name: result for result in verify_observed(["gnrh-agonist"])}
    fitted = [found[name] for name in ("triptorelin_response_third_dose", "triptorelin_response_three_weeks")]
    for result, seen in zip(fitted, (0.364, 0.07), strict=True):
        assert result.role is Role.FIT
        assert result.predicted == pytest.approx(seen, rel=1e-3)  # read between hours, card numbers to six digits
