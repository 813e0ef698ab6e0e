import numpy as np
import pytest

from neurosteroid.engine import Covariate, solve, wire
from neurosteroid.engine.system import System
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.neurons.constants import FARADAY

GIVEN = [
    Covariate("membrane.voltage", "mV"),
    Covariate("gaba.conductance", "nS"),
    Covariate("cell.area", "um^2"),
    Covariate("cell.volume", "um^3"),
]


def course(variant: str, voltage: float, conductance: float, times: list[float]) -> tuple[System, np.ndarray]:
    system = wire({"chloride": part_from_card(library().card("chloride"), variant, Ledger())}, GIVEN)
    given = np.array([[voltage, conductance, 900.0, 2000.0]])
    solution = solve(system, parameters=system.parameters(1), covariates=given, output_times=times, method="reference")
    return system, solution.require_complete().outputs(["chloride.inside"])["chloride.inside"][0]


def test_carried_chloride_rests_where_leak_and_carrier_balance() -> None:
    _, found = course("carried", -70.0, 0.0, [0.0, 1e3, 1e6])
    np.testing.assert_allclose(found, 5.0, rtol=1e-9)


def test_relaxing_chloride_goes_back_with_its_time_constant() -> None:
    system, _ = course("relaxing", -70.0, 0.0, [0.0, 1.0])
    solution = solve(
        system,
        parameters=system.parameters(1),
        covariates=np.array([[-70.0, 0.0, 900.0, 2000.0]]),
        initial=np.array([[20.0]]),
        output_times=[0.0, 3000.0],
        method="reference",
    )
    found = solution.outputs(["chloride.inside"])["chloride.inside"][0, -1]
    assert found == pytest.approx(8.0 + 12.0 / np.e, rel=1e-8)  # one time constant; the solver's tolerance is 1e-10


@pytest.mark.parametrize("variant", ["relaxing", "carried"])
def test_depolarised_cell_with_open_receptors_gains_chloride(variant: str) -> None:
    _, found = course(variant, -40.0, 2.0, [0.0, 100.0, 1000.0])
    assert found[0] < found[1] < found[2]


def test_what_enters_at_first_is_the_chloride_current_over_faraday() -> None:
    system, _ = course("relaxing", -40.0, 2.0, [0.0, 1.0])
    names = ["chloride.reversal", "bicarbonate.reversal", "gaba.reversal"]
    covariates = np.array([[-40.0, 2.0, 900.0, 2000.0]])
    states = np.array([[8.0]])
    at = system.outputs(names, np.zeros((1, 1)), states[:, None], system.parameters(1), covariates[:, None])
    chloride, bicarbonate, gaba = (float(at[name][0, 0]) for name in names)
    share = (bicarbonate - gaba) / (bicarbonate - chloride)
    amperes = 2e-9 * share * (-40.0 - chloride) * 1e-3
    expected = amperes / FARADAY / 2000e-15 * 1e3 / 1e3  # mol/s, over L, in mmol/L, per ms
    rate = system.derivative(0.0, states, system.parameters(1), covariates)[0, 0]
    assert rate == pytest.approx(expected, rel=1e-12)
