"""The exact solver on traced systems against hand-derived closed forms."""

from dataclasses import dataclass
from typing import final

import numpy as np
import pytest

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, State, Value, parameter, wire
from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.choose import solve
from tests.engine.closed_forms import (
    hybrid_rates,
    one_compartment_oral,
    two_compartment,
    two_compartment_peripheral,
)


@final
@dataclass(frozen=True, kw_only=True)
class TwoCompartments(AbstractPart):
    """Central and peripheral compartment with clearances and volumes."""

    clearance: float = parameter("L/h", "elimination")
    exchange: float = parameter("L/h", "between the compartments")
    central_volume: float = parameter("L", "of the central compartment")
    peripheral_volume: float = parameter("L", "of the peripheral compartment")

    states = (State("central", "central", "nmol"), State("peripheral", "peripheral", "nmol"))
    gives = (Value("plasma", "plasma", "nmol/L"),)
    flows = (
        Flow("elimination", "nmol/h", "central", OUTSIDE),
        Flow("out", "nmol/h", "central", "peripheral"),
        Flow("back", "nmol/h", "peripheral", "central"),
    )

    def values(self, t, state, given):
        return {"plasma": state["central"] / self.central_volume}

    def rates(self, t, state, given):
        plasma = state["central"] / self.central_volume
        return {
            "elimination": self.clearance * plasma,
            "out": self.exchange * plasma,
            "back": self.exchange * state["peripheral"] / self.peripheral_volume,
        }


@final
@dataclass(frozen=True, kw_only=True)
class Chain(AbstractPart):
    """Depot to central to outside."""

    absorption: float = parameter("1/h", "depot to central")
    elimination: float = parameter("1/h", "central to outside")

    states = (State("depot", "depot", "nmol"), State("central", "central", "nmol"))
    flows = (Flow("absorbed", "nmol/h", "depot", "central"), Flow("eliminated", "nmol/h", "central", OUTSIDE))

    def rates(self, t, state, given):
        return {"absorbed": self.absorption * state["depot"], "eliminated": self.elimination * state["central"]}


FIVE_RATES = [(0.0, 30.0, 4.0), (4.0, 60.0, 20.0), (24.0, 90.0, 28.0), (52.0, 60.0, 4.0), (56.0, 30.0, 4.0)]
"""(start h, rate, hours): the shape of the labelled brexanolone infusion; the numbers here only set the scale."""


def women(count):
    rng = np.random.default_rng(8)
    system = wire({"body": TwoCompartments(clearance=1, exchange=1, central_volume=1, peripheral_volume=1)})
    typical = np.array([90.0, 60.0, 150.0, 430.0])
    parameters = typical * np.exp(0.4 * rng.standard_normal((count, 4)))
    order = [f"body.{name}" for name in ("clearance", "exchange", "central_volume", "peripheral_volume")]
    table = system.parameters(count, {name: parameters[:, index] for index, name in enumerate(order)})
    return system, table, parameters, rng.uniform(45, 150, count) * 3.0


@pytest.mark.parametrize("exactly", ["rate", "duration"])
def test_five_rate_infusion(exactly):
    system, table, parameters, scale = women(40)
    times = np.linspace(0.0, 96.0, 193)
    records = [
        Record(start, 1, "central", scale * rate * hours, **({exactly: scale * rate if exactly == "rate" else hours}))
        for start, rate, hours in FIVE_RATES
    ]
    plasma = solve(system, records, parameters=table, output_times=times).outputs(["plasma"])["plasma"]
    for person in range(40):
        clearance, exchange, volume, other = parameters[person]
        response = two_compartment(clearance / volume, exchange / volume, exchange / other)
        doses = [(start, scale[person] * rate * hours, hours) for start, rate, hours in FIVE_RATES]
        wanted = response.course(times, doses) / volume
        # Relative to each value itself, also in the wash-out; time 0 is exactly 0 in both.
        np.testing.assert_allclose(plasma[person, 1:], wanted[1:], rtol=1e-9)
        assert plasma[person, 0] == 0.0


def test_peripheral_amount_and_terminal_slope():
    system, table, parameters, _ = women(5)
    times = np.array([0.0, 1.0, 10.0, 400.0, 410.0])
    solution = solve(system, [Record(0.0, 1, "central", 1000.0)], parameters=table, output_times=times)
    for person, (clearance, exchange, volume, other) in enumerate(parameters):
        rates = clearance / volume, exchange / volume, exchange / other
        wanted = two_compartment_peripheral(*rates).course(times, [(0.0, 1000.0)])
        np.testing.assert_allclose(solution.states[person, :, 1], wanted, rtol=1e-9, atol=1e-12)
        slope = np.log(solution.states[person, 3, 0] / solution.states[person, 4, 0]) / 10.0
        assert slope == pytest.approx(hybrid_rates(*rates)[1], rel=1e-6)


@pytest.mark.parametrize("elimination", [0.7, 0.7 + 1e-9, 0.1, 40.0])
def test_equal_rate_constants_are_no_special_case(elimination):
    system = wire({"body": Chain(absorption=0.7, elimination=elimination)})
    times = np.linspace(0, 20, 41)
    records = [Record(0.0, 1, "depot", 100.0), Record(3.0, 1, "depot", 50.0, interval=4.0, additional=2)]
    doses = [(0.0, 100.0), *((3.0 + 4.0 * further, 50.0) for further in range(3))]
    amounts = solve(system, records, parameters=system.parameters(1), output_times=times).states[0, :, 1]
    # At a difference of 1e-9 the closed form itself cancels nine digits; the equal-rates limit is closer to the truth.
    same = 0.7 if abs(elimination - 0.7) < 1e-6 else elimination
    tolerance = 1e-8 if same != elimination else 1e-11
    wanted = one_compartment_oral(0.7, same).course(times, doses)
    np.testing.assert_allclose(amounts, wanted, rtol=tolerance, atol=1e-12)


def test_equal_rate_constants_at_steady_state():
    system = wire({"body": Chain(absorption=0.7, elimination=0.7)})
    times = np.linspace(0, 6, 13)
    record = Record(0.0, 1, "depot", 100.0, interval=6.0, steady_state=1, additional=1)
    amounts = solve(system, [record], parameters=system.parameters(1), output_times=times).states[0, :, 1]
    wanted = one_compartment_oral(0.7, 0.7).course(times, [(-6.0 * back, 100.0) for back in range(-1, 60)])
    np.testing.assert_allclose(amounts, wanted, rtol=1e-12)
