"""Exact propagation against the ODE and against single receptors, each worked out by other code."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import neurosteroid as ns
from neurosteroid.evidence import library
from neurosteroid.receptors.kinetics import Scheme, scheme_names
from neurosteroid.receptors.kinetics.noise import open_channels
from neurosteroid.receptors.kinetics.part import part_of, sweep, system_of
from neurosteroid.receptors.kinetics.stimulus import Stimulus, read_pulses, stimulus

TIMES = np.unique(np.concatenate([np.linspace(0.0, 100.0, 51), np.geomspace(0.01, 100.0, 40)]))
ALL = [(name, variant) for name in scheme_names() for variant in library().card(name, "schemes").variants]
PULSES = "1 mmol/L for 1 ms at 5 ms; 30 umol/L for 20 ms at 40 ms"


def given() -> Stimulus:
    return stimulus(read_pulses(PULSES, start=0.0), 0.0, 100.0)


def changed(scheme: Scheme) -> dict[str, np.ndarray]:
    random = np.random.default_rng(5)
    return {name: value * np.exp(random.normal(0.0, 0.3, 3)) for name, value in scheme.rates.items()}


@pytest.mark.parametrize(("name", "variant"), ALL)
def test_propagation_agrees_with_the_ode_to_1e_9(name: str, variant: str) -> None:
    scheme = ns.scheme(name, variant)
    exact = scheme.follow(given(), TIMES) @ scheme.is_open
    rates = {rate: np.array([value]) for rate, value in scheme.rates.items()}
    followed = sweep(scheme, given(), TIMES, rates, method="reference")[0]
    assert np.abs(exact - followed).max() < 1e-9


@pytest.mark.parametrize(("name", "variant"), ALL)
def test_the_wired_part_is_linear_and_its_compiled_sweep_is_the_same_propagation(name: str, variant: str) -> None:
    scheme = ns.scheme(name, variant)
    system, rates = system_of(scheme), changed(scheme)
    assert system.linear
    assert system.output_names[0] == f"receptor.{name}.open_probability"
    found = sweep(scheme, given(), TIMES, rates)
    for index in range(3):
        factors = {name: float(values[index] / scheme.rates[name]) for name, values in rates.items()}
        one = scheme.with_rates(**factors)
        # rounding of matrices with norms up to some hundreds
        assert np.abs(found[index] - one.follow(given(), TIMES) @ scheme.is_open).max() < 1e-12


def test_occupancies_of_the_part_keep_their_sum() -> None:
    part = part_of(ns.scheme("haas-macdonald"))
    state = dict.fromkeys((port.local for port in part.states), 0.1)
    assert sum(part.rates(0.0, state, {"agonist": 100.0}).values()) == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize(("name", "variant"), ALL)
def test_a_hundred_thousand_channels_agree_within_sampling_error(name: str, variant: str) -> None:
    scheme, channels = ns.scheme(name, variant), 100_000
    counts = open_channels(scheme, given(), TIMES, channels=channels, sweeps=1, seed=11)[0]
    opened = scheme.follow(given(), TIMES) @ scheme.is_open
    z = (counts - channels * opened)[1:] / np.sqrt(channels * opened * (1.0 - opened) + 1e-9)[1:]
    assert np.abs(z[TIMES[1:] > 5.1]).max() < 4.5  # 90 times that hang together: beyond 4.5 once in 1500 seeds
    assert np.abs(counts[TIMES < 5.0]).max() == 0


def test_compiled_and_plain_code_walk_the_same_channels() -> None:
    scheme = ns.scheme("mozrzymas")
    both = [
        open_channels(scheme, given(), TIMES, channels=7, sweeps=5, seed=3, compiled=compiled)
        for compiled in (True, False)
    ]
    assert both[0].max() > 0
    assert (both[0] == both[1]).all()


def test_transmitter_that_falls_exponentially_is_followed_as_the_ode_says() -> None:
    scheme = ns.scheme("mozrzymas")
    answer = scheme.synaptic_pulse("1 mmol/L", "0.1 ms", until="40 ms")
    empty, bound = scheme.matrices(np.array([0.0, 1.0]))
    found = solve_ivp(
        lambda t, p: p @ (empty + 1000.0 * np.exp(-t / 0.1) * (bound - empty)),
        (0.0, 40.0), scheme.settled(0.0), "LSODA", answer.times, rtol=1e-12, atol=1e-14,
    )  # fmt: skip
    assert np.abs(answer.occupancies - found.y.T).max() < 1e-9


def test_a_run_may_begin_with_a_pulse_and_end_with_one() -> None:
    ends = stimulus(read_pulses("1 mmol/L for 10 ms at 0 ms", start=0.0), 5.0, 10.0)
    assert ends.levels.tolist() == [1000.0]
    scheme = ns.scheme()
    assert scheme.follow(ends, np.array([0.0]))[0] == pytest.approx(scheme.settled(5.0), abs=1e-15)
