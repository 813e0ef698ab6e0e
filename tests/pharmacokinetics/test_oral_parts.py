"""The parts of drugs by mouth, with made-up numbers: what each equation says, and what the laws forbid."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from neurosteroid.engine import Covariate, Record, System, solve, wire
from neurosteroid.pharmacokinetics.cyp3a4 import Cyp3a4, Cyp3a4Perpetrator
from neurosteroid.pharmacokinetics.hepatic import HepaticTwoCompartment
from neurosteroid.pharmacokinetics.oral import OralFirstPass
from neurosteroid.pharmacokinetics.unbound import ConstantUnboundFraction

DRUG = HepaticTwoCompartment(
    intrinsic_clearance=20.0,
    cyp3a4_share=0.6,
    other_induction=0.5,
    hepatic_plasma_flow=50.0,
    central_volume=40.0,
    intercompartmental_clearance=10.0,
    peripheral_volume=200.0,
    reference_weight=80.0,
    clearance_exponent=0.75,
    volume_exponent=1.0,
    analyte="drug",
)
ORAL = OralFirstPass(
    release_rate=0.8,
    absorption_rate=1.5,
    slow_rate=0.1,
    absorbed_with_fat=0.9,
    fasted_ratio=0.5,
    slow_fasted=0.7,
    fat_half=50.0,
    gut_availability=0.8,
    analyte="drug",
)
AT_REST = {
    "person.weight": 80.0,
    "meal.fat": 200.0,
    "activity.cyp3a4": 1.0,
    "activity.cyp3a4-gut": 1.0,
    "induction.cyp3a4": 1.0,
    "hepatic.function.drug": 1.0,
}
UNITS = {"person.weight": "kg", "meal.fat": "kcal"}
TIMES = np.concatenate([np.arange(0, 48, 0.02), np.arange(48, 600.5, 0.5)])


def wired(accounts: bool = False) -> System:
    covariates = [Covariate(name, UNITS.get(name, "1")) for name in AT_REST]
    parts = {
        "drug": DRUG,
        "oral": ORAL,
        "unbound": ConstantUnboundFraction(unbound_fraction=0.01, analyte="drug"),
    }
    return wire(parts, covariates, accounts=accounts)


def covariates_of(system: System, **changes: float) -> np.ndarray:
    values = AT_REST | {name.replace("__", "."): value for name, value in changes.items()}
    return np.array([[values[name] for name in system.covariate_names]])


def course(amount: float = 1000.0, state: str = "depot.oral.drug", **changes: float):
    system = wired()
    covariates = (
        covariates_of(system)
        if not changes
        else np.array([[{**AT_REST, **changes}[name] for name in system.covariate_names]])
    )
    solution = solve(
        system,
        [Record(time=0.0, state=state, amount=amount)],
        parameters=system.parameters(1),
        covariates=covariates,
        output_times=TIMES,
        outputs=["plasma.drug", "unbound.drug"],
    )
    return solution.outputs(["plasma.drug", "unbound.drug"])


def area(**changes) -> float:
    return float(np.trapezoid(course(**changes)["plasma.drug"][0], TIMES))


def absorbed(fat: float) -> float:
    share = fat / (50.0 + fat)
    return 0.9 * (0.5 + 0.5 * share)


def wall(activity: float = 1.0) -> float:
    return 1 / (1 + 0.25 * activity)


# the areas are trapezoids over 0.02 h, which leaves about 1e-5 of them
@pytest.mark.parametrize("fat", [0.0, 100.0, 450.0])
def test_area_by_mouth_is_what_passes_over_the_intrinsic_clearance(fat: float) -> None:
    assert area(**{"meal.fat": fat}) == pytest.approx(1000 * absorbed(fat) * wall() / 20.0, rel=1e-4)


def test_area_by_vein_is_dose_over_clearance() -> None:
    assert area(state="central.drug") == pytest.approx(1000 / (50 * 20 / 70), rel=2e-3)


def test_bioavailability_is_the_product_of_what_each_step_lets_through() -> None:
    fraction = area() / area(state="central.drug")
    assert fraction == pytest.approx(absorbed(200.0) * wall() * 50 / 70, rel=2e-3)


def test_a_solution_skips_the_capsule_and_the_meal() -> None:
    assert area(state="gut.drug", **{"meal.fat": 0.0}) == pytest.approx(1000 * wall() / 20.0, rel=1e-4)


def test_inhibition_in_gut_and_liver_acts_on_first_pass_and_clearance() -> None:
    changed = area(**{"activity.cyp3a4": 0.2, "activity.cyp3a4-gut": 0.5})
    assert changed / area() == pytest.approx(wall(0.5) / wall() / (0.6 * 0.2 + 0.4), rel=1e-4)


def test_inducers_speed_other_routes_in_proportion() -> None:
    changed = area(**{"activity.cyp3a4": 5.0, "induction.cyp3a4": 5.0})
    assert changed / area() == pytest.approx(1 / (0.6 * 5 + 0.4 * (1 + 0.5 * 4)), rel=1e-4)


def test_unbound_is_in_proportion() -> None:
    found = course()
    np.testing.assert_allclose(found["unbound.drug"], 0.01 * found["plasma.drug"], rtol=1e-14)


def test_nothing_is_lost_with_first_pass() -> None:
    system = wired(accounts=True)
    solution = solve(
        system,
        [Record(time=0.0, state="depot.oral.drug", amount=700.0), Record(time=5.0, state="gut.drug", amount=300.0)],
        parameters=system.parameters(1),
        covariates=covariates_of(system),
        output_times=[0.0, 1.0, 4.9, 6.0, 30.0, 500.0],
    )
    np.testing.assert_allclose(solution.states.sum(axis=2)[0], [700, 700, 700, 1000, 1000, 1000], rtol=1e-12)


def test_twice_the_dose_is_twice_the_course() -> None:
    np.testing.assert_allclose(course(2000.0)["plasma.drug"], 2 * course(1000.0)["plasma.drug"], rtol=1e-12)


ENZYME = Cyp3a4(turnover_half_life=36.0, turnover_half_life_gut=23.0)


def enzyme_course(
    perpetrators: dict[str, Cyp3a4Perpetrator], times: list[float], until: float
) -> dict[str, np.ndarray]:
    names = [f"medication.{part.name}" for part in perpetrators.values()]
    system = wire({"cyp3a4": ENZYME, **perpetrators}, [Covariate(name, "1") for name in names])
    records = [
        Record(time=0.0, evid=2, covariates=dict.fromkeys(names, 1.0)),
        Record(time=until, evid=2, covariates=dict.fromkeys(names, 0.0)),
    ]
    solution = solve(
        system, records, parameters=system.parameters(1), output_times=times, start=0.0, covariate_rule="locf"
    )
    wanted = ["activity.cyp3a4", "activity.cyp3a4-gut", "induction.cyp3a4"]
    rows = [int(np.flatnonzero(solution.times[0] == time)[-1]) for time in times]
    return {name: values[0, rows] for name, values in solution.outputs(wanted).items()}


INDUCER = Cyp3a4Perpetrator(
    induced_fold=5.0, induced_fold_gut=9.0, exposure_half_life=1e-3, onset_half_life=1e-3, name="inducer"
)
INHIBITOR = Cyp3a4Perpetrator(
    inhibition_ratio=4.0, inhibition_ratio_gut=1.0, exposure_half_life=24.0, onset_half_life=12.0, name="inhibitor"
)


def test_induction_comes_and_goes_with_the_enzymes_turnover() -> None:
    found = enzyme_course({"a": INDUCER}, [0.0, 36.0, 360.0, 396.0], until=360.0)
    # an exposure half-life of 1e-3 h delays by 1e-3 / ln 2 h: 1e-4 of what is left to rise
    np.testing.assert_allclose(found["activity.cyp3a4"], [1.0, 3.0, 5.0, 3.0], rtol=2e-3)
    assert found["activity.cyp3a4-gut"][2] == pytest.approx(9.0, rel=1e-3)
    np.testing.assert_allclose(found["induction.cyp3a4"], found["activity.cyp3a4"], rtol=1e-12)


def test_inhibition_follows_the_exposure_of_the_inhibitor() -> None:
    # it comes with a half-life of 12 h and goes with one of 24 h
    found = enzyme_course({"a": INHIBITOR}, [0.0, 12.0, 480.0, 504.0], until=480.0)
    np.testing.assert_allclose(found["activity.cyp3a4"], [1.0, 1 / 3, 1 / 5, 1 / 3], rtol=1e-4)
    np.testing.assert_allclose(found["activity.cyp3a4-gut"], [1.0, 1 / 1.5, 1 / 2, 1 / 1.5], rtol=1e-4)
    np.testing.assert_allclose(found["induction.cyp3a4"], 1.0, rtol=1e-9)


def test_two_perpetrators_add_up() -> None:
    found = enzyme_course({"a": INDUCER, "b": INHIBITOR}, [480.0], until=480.0)
    assert found["activity.cyp3a4"][0] == pytest.approx(5.0 * (1 - math.pow(0.5, 480 / 36) * 0.8) / 5.0, rel=2e-3)


def test_an_inducer_lowers_the_exposure_to_an_inhibitor() -> None:
    cleared = dataclasses.replace(INHIBITOR, own_induction=0.5)
    found = enzyme_course({"a": INDUCER, "b": cleared}, [960.0], until=960.0)
    # over twenty half-lives of the enzyme: five-fold, so a third of the inhibitor is left
    assert found["activity.cyp3a4"][0] == pytest.approx(5.0 / (1 + 4.0 / 3.0), rel=1e-4)
    assert found["activity.cyp3a4-gut"][0] == pytest.approx(9.0 / (1 + 1.0 / 3.0), rel=1e-4)
    alone = enzyme_course({"b": cleared}, [960.0], until=960.0)
    assert alone["activity.cyp3a4"][0] == pytest.approx(1 / 5.0, rel=1e-6)
