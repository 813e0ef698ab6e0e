"""Rates of the cells against the sources' own lines, written out here as they stand there."""

import math

import numpy as np
import pytest

from neurosteroid.engine import AbstractPart
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.neurons.gaba import GabaInput
from neurosteroid.neurons.gates import linoid
from neurosteroid.neurons.stimulus import CurrentStep

VOLTAGES = (-91.3, -70.0, -54.7, -31.2, 8.9)
GIVEN = {"current": 0.0, "conductance": 0.0, "gaba_reversal": -70.0, "area": 1000.0}


def card(name: str, variant: str | None = None) -> AbstractPart:
    return part_from_card(library().card(name), variant, Ledger())


def gates_at(part: AbstractPart, voltage: float, x: float) -> dict[str, float]:
    state = {port.local: x for port in part.states}
    state |= {port.local: voltage for port in part.states if port.local.endswith("voltage")}
    return part.rates(0.0, state, GIVEN)


def trap(x: float, y: float) -> float:
    return x / (math.exp(x / y) - 1)


@pytest.mark.parametrize("v", VOLTAGES)
@pytest.mark.parametrize("variant", ["regular-spiking", "fast-spiking"])
def test_cortical_gates(v: float, variant: str) -> None:
    v2 = v + 55
    pairs = {
        "m": (0.32 * trap(13 - v2, 4), 0.28 * trap(v2 - 40, 5)),
        "h": (0.128 * math.exp((17 - v2) / 18), 4 / (1 + math.exp((40 - v2) / 5))),
        "n": (0.032 * trap(15 - v2, 5), 0.5 * math.exp((10 - v2) / 40)),
    }
    found = gates_at(card("cortical-cell", variant), v, 0.3)
    for name, (a, b) in pairs.items():
        assert found[name] == pytest.approx(a * 0.7 - b * 0.3, rel=1e-12), name
    target = 1 / (1 + math.exp(-(v + 35) / 10))
    tau = 1000 / (3.3 * math.exp((v + 35) / 20) + math.exp(-(v + 35) / 20))
    assert found["p"] == pytest.approx((target - 0.3) / tau, rel=1e-12)


@pytest.mark.parametrize("v", VOLTAGES)
def test_wang_buzsaki_gates(v: float) -> None:
    a_h, b_h = 0.07 * math.exp(-(v + 58) / 20), 1 / (math.exp(-0.1 * (v + 28)) + 1)
    a_n, b_n = -0.01 * (v + 34) / (math.exp(-0.1 * (v + 34)) - 1), 0.125 * math.exp(-(v + 44) / 80)
    a_m, b_m = -0.1 * (v + 35) / (math.exp(-0.1 * (v + 35)) - 1), 4 * math.exp(-(v + 60) / 18)
    found = gates_at(card("wang-buzsaki-cell"), v, 0.3)
    assert found["h"] == pytest.approx(5 * (a_h * 0.7 - b_h * 0.3), rel=1e-12)
    assert found["n"] == pytest.approx(5 * (a_n * 0.7 - b_n * 0.3), rel=1e-12)
    m = a_m / (a_m + b_m)
    current = 35 * m**3 * 0.3 * (v - 55) + 9 * 0.3**4 * (v + 90) + 0.1 * (v + 65)
    assert found["voltage"] == pytest.approx(-current, rel=1e-12)


@pytest.mark.parametrize("v", VOLTAGES)
def test_granule_gates(v: float) -> None:
    pairs = {
        "m": (-0.3 * trap(v + 60 - 17, -5), 0.3 * trap(v + 60 - 45, 5)),
        "h": (0.23 / math.exp((v + 60 + 5) / 20), 3.33 / (1 + math.exp((v + 60 - 47.5) / -10))),
        "q": (-0.028 * trap(v + 65 - 35, -6), 0.1056 / math.exp((v + 65 - 10) / 40)),
        "f": (-0.07 * trap(v + 65 - 47, -6), 0.264 / math.exp((v + 65 - 22) / 40)),
    }
    found = gates_at(card("granule-cell"), v, 0.3)
    for name, (a, b) in pairs.items():
        assert found[name] == pytest.approx(a * 0.7 - b * 0.3, rel=1e-12), name
        assert found[f"dendrite_{name}"] == found[name]


@pytest.mark.parametrize("v", VOLTAGES)
def test_granule_a_type_gates(v: float) -> None:
    q10 = 3 ** ((6.3 - 30) / 10)
    found = gates_at(card("granule-cell"), v, 0.3)
    for name, zeta, gamma, half, rate in (("n_a", -3, 0.6, -33.6, 0.02), ("l_a", 4, 1.0, -83.0, 0.08)):
        power = 1e-3 * zeta * (v - half) * 9.648e4 / (8.315 * (273.16 + 6.3))
        tau = math.exp(gamma * power) / (q10 * rate * (1 + math.exp(power)))
        expected = (1 / (1 + math.exp(power)) - 0.3) / tau
        assert found[name] == pytest.approx(expected, rel=2e-3)  # the source's constants have 4 digits, in an exponent


def test_two_compartments_pass_current_between_them_and_lose_none() -> None:
    part = card("granule-cell")
    state = {port.local: 0.0 for port in part.states} | {"voltage": -60.0, "dendrite_voltage": -75.0}
    apart = part.rates(0.0, state, GIVEN)
    joined = {
        name: getattr(part, name) for name in ("capacitance", "dendrite_capacitance", "dendrite_area", "coupling")
    }
    leak = part.leak_conductance * (-60 - part.leak_reversal)
    dendrite_leak = part.dendrite_leak_conductance * (-75 - part.leak_reversal)
    soma = (apart["voltage"] * joined["capacitance"] + leak) * 1000.0
    dendrite = (apart["dendrite_voltage"] * joined["dendrite_capacitance"] + dendrite_leak) * joined["dendrite_area"]
    assert soma == pytest.approx(-dendrite, rel=1e-9)
    assert soma == pytest.approx(100 * joined["coupling"] * -15.0, rel=1e-9)


def test_a_linoid_form_is_smooth_through_its_midpoint() -> None:
    found = np.array([float(linoid(-42.0 + d, 1.28, -42.0, 4.0)) for d in (-1e-5, -1e-7, 0.0, 1e-7, 1e-5)])
    np.testing.assert_allclose(found, 1.28 * (1 + np.array([-1e-5, -1e-7, 0.0, 1e-7, 1e-5]) / 8), rtol=1e-9)


def test_one_synaptic_event_peaks_at_its_conductance_and_multipliers_do_what_they_say() -> None:
    part = GabaInput(
        tonic_dependent=0.2,
        tonic_independent=0.1,
        synaptic_conductance=1.6,
        rise=0.26,
        decay=5.5,
        tonic_multiplier=3.0,
        amplitude_multiplier=1.5,
        decay_multiplier=2.0,
    )
    t = np.linspace(0, 60, 600001)
    state = {"rising": np.exp(-t / 0.26), "decaying": np.exp(-t / 11.0)}
    at = part.values(0.0, state, {})
    assert at["phasic"].max() == pytest.approx(2.4, rel=1e-7)  # the grid's distance from the peak, squared
    assert at["tonic"] == pytest.approx(0.7, rel=1e-14)


@pytest.mark.parametrize(("t", "current"), [(0.0, 5.0), (10.0, 25.0), (29.9, 25.0), (30.0, 5.0)])
def test_a_step_of_current_stands_on_the_holding_current(t: float, current: float) -> None:
    part = CurrentStep(holding=5.0, amplitude=20.0, begin=10.0, end=30.0)
    assert float(part.values(t, {}, {})["current"]) == current
