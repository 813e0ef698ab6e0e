import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosteroid.engine import Covariate, wire
from neurosteroid.errors import InputError
from neurosteroid.pharmacokinetics.brain import BrainLink
from neurosteroid.pharmacokinetics.disposition import TwoCompartment
from neurosteroid.pharmacokinetics.half_life import two_compartment_half_lives
from neurosteroid.pharmacokinetics.label_disposition import TwoCompartmentFromHalfLife
from neurosteroid.pharmacokinetics.milk import MilkPartition

WEIGHT = Covariate("person.weight", "kg")
DISPOSITION = TwoCompartment(
    clearance=90.0,
    central_volume=120.0,
    intercompartmental_clearance=40.0,
    peripheral_volume=480.0,
    reference_weight=80.0,
    clearance_exponent=0.75,
    volume_exponent=1.0,
)
PARTS = {
    "disposition": DISPOSITION,
    "milk": MilkPartition(milk_to_plasma=1.4),
    "brain": BrainLink(brain_to_plasma=3.0, equilibration_half_life=0.5, receptor_to_brain=0.2),
}


def values(weight: float = 80.0, **changes: float) -> dict[str, float]:
    system = wire({"disposition": DISPOSITION}, [WEIGHT])
    parameters = system.parameters(1, {f"disposition.{name}": value for name, value in changes.items()})
    covariates = np.array([[weight]])
    names = ["plasma.allopregnanolone", "clearance.allopregnanolone", "central_volume.allopregnanolone"]
    states = np.array([[[1000.0, 0.0]]])
    found = system.outputs(names, np.zeros((1, 1)), states, parameters, covariates[:, None, :])
    return {name.split(".")[0]: float(found[name][0, 0]) for name in names}


def test_reference_woman_has_the_stated_values() -> None:
    assert values() == pytest.approx({"plasma": 1000 / 120, "clearance": 90, "central_volume": 120}, rel=1e-15)


def test_weight_scales_clearance_by_its_power_and_volume_by_its_own() -> None:
    found = values(weight=160.0)
    assert found["clearance"] == pytest.approx(90 * 2**0.75, rel=1e-14)
    assert found["central_volume"] == pytest.approx(240, rel=1e-14)


def test_a_womans_own_deviations_are_on_the_log_scale() -> None:
    found = values(eta_clearance=0.3, eta_central_volume=-0.5)
    assert found["clearance"] == pytest.approx(90 * math.exp(0.3), rel=1e-14)
    assert found["central_volume"] == pytest.approx(120 * math.exp(-0.5), rel=1e-14)


def test_whole_model_is_linear_with_the_known_half_lives() -> None:
    system = wire(PARTS, [WEIGHT])
    assert system.linear
    matrix, constant = system.matrix(system.parameters(1), np.array([[80.0]]))
    rates = np.sort(-np.linalg.eigvals(matrix[0]).real)
    expected = [math.log(2) / half for half in (*two_compartment_half_lives(90, 120, 40, 480), 0.5)]
    assert rates == pytest.approx(np.sort(expected), rel=1e-12)
    assert not constant.any()


def test_what_leaves_one_compartment_enters_the_other() -> None:
    system = wire(PARTS, [WEIGHT], accounts=True)
    states = np.array([[700.0, 300.0, 5.0, 0.0]])
    assert system.state_names[-1] == "outside.nmol"
    rates = system.derivative(0.0, states, system.parameters(1), np.array([[62.0]]))
    assert rates[0, 0] + rates[0, 1] + rates[0, 3] == pytest.approx(0.0, abs=1e-12 * 700)


@given(weight=st.floats(40, 160), rate=st.floats(1, 1e6))
def test_plateau_of_an_endless_infusion_is_rate_over_clearance(weight: float, rate: float) -> None:
    system = wire({"disposition": DISPOSITION}, [WEIGHT])
    matrix, _ = system.matrix(system.parameters(1), np.array([[weight]]))
    central = np.linalg.solve(matrix[0], [-rate, 0.0])[0]
    volume = 120 * weight / 80
    assert central / volume == pytest.approx(rate / (90 * (weight / 80) ** 0.75), rel=1e-12)


def test_brain_settles_at_its_ratio_and_receptor_at_its_share() -> None:
    system = wire(PARTS, [WEIGHT])
    states = np.array([[1200.0, 0.0, 30.0]])  # plasma 10 nmol/L, brain 3 times that
    parameters, covariates = system.parameters(1), np.array([[80.0]])
    assert system.derivative(0.0, states, parameters, covariates)[0, 2] == pytest.approx(0.0, abs=1e-12)
    names = ["receptor.allopregnanolone", "milk.allopregnanolone"]
    found = system.outputs(names, np.zeros((1, 1)), states[:, None], parameters, covariates[:, None])
    assert found["receptor.allopregnanolone"][0, 0] == pytest.approx(6.0, rel=1e-14)
    assert found["milk.allopregnanolone"][0, 0] == pytest.approx(14.0, rel=1e-14)


def test_brain_closes_half_of_the_gap_in_one_half_life() -> None:
    link = PARTS["brain"]
    rate = link.rates(0.0, {"brain": 0.0}, {"plasma": 10.0})["brain"]
    assert rate == pytest.approx(30 * math.log(2) / 0.5, rel=1e-14)


def test_another_analyte_has_ports_of_its_own() -> None:
    other = TwoCompartment(**{**vars(DISPOSITION), "analyte": "ganaxolone"})
    system = wire({"first": DISPOSITION, "second": other}, [WEIGHT])
    assert "plasma.ganaxolone" in system.output_names
    assert "plasma.allopregnanolone" in system.output_names


def label(central_fraction: float = 0.4) -> TwoCompartmentFromHalfLife:
    return TwoCompartmentFromHalfLife(
        clearance=1.0, steady_state_volume=3.0, terminal_half_life=9.0, central_fraction=central_fraction
    )


@pytest.mark.parametrize("central_fraction", [0.1, 0.4, 0.8])
@pytest.mark.parametrize("weight", [50.0, 120.0])
def test_label_model_keeps_the_stated_half_life_and_plateau(central_fraction: float, weight: float) -> None:
    system = wire({"disposition": label(central_fraction)}, [WEIGHT])
    assert system.linear
    matrix, _ = system.matrix(system.parameters(1), np.array([[weight]]))
    assert np.log(2) / np.min(-np.linalg.eigvals(matrix[0]).real) == pytest.approx(9.0, rel=1e-12)
    central, peripheral = np.linalg.solve(matrix[0], [-60.0 * weight, 0.0])
    # plateau = rate / clearance; both compartments together hold Vss times the plateau
    assert central / (central_fraction * 3.0 * weight) == pytest.approx(60.0, rel=1e-12)
    assert (central + peripheral) / (3.0 * weight) == pytest.approx(60.0, rel=1e-12)


def test_label_numbers_that_exclude_each_other_make_no_part() -> None:
    with pytest.raises(InputError, match="too short"):
        TwoCompartmentFromHalfLife(clearance=1.0, steady_state_volume=3.0, terminal_half_life=1.0, central_fraction=0.5)
