"""Idealised records against the theory of the rate matrix, with seeds that were not chosen by their result."""

import numpy as np
import pytest
from scipy.stats import kstest

import neurosteroid as ns
from neurosteroid.errors import InputError
from neurosteroid.receptors.kinetics.dwell_theory import open_times, shut_times
from neurosteroid.receptors.kinetics.single_channel import record

RARE = 1e-4
"""A seed gives a smaller p by chance once in ten thousand."""


@pytest.mark.parametrize(("name", "agonist"), [("jones-westbrook", "100 umol/L"), ("haas-macdonald", "30 umol/L")])
def test_open_and_shut_times_are_those_of_the_matrix(name: str, agonist: str) -> None:
    found = ns.scheme(name).single_channel(agonist, "2000 s", seed=7)
    assert len(found.open_times) > 20_000
    for times, theory in ((found.open_times, found.open_theory), (found.shut_times, found.shut_theory)):
        assert kstest(times, lambda x, theory=theory: 1.0 - theory.longer_than(np.asarray(x))).pvalue > RARE


def test_mean_dwell_times_are_those_of_the_flow_at_steady_state() -> None:
    # in equilibrium: mean open time = P(open) / openings per time, worked out without eigenvalues
    scheme, level = ns.scheme("haas-macdonald"), 30.0
    occupied, matrix = scheme.settled(level), scheme.matrices(np.array([level]))[0]
    opened = scheme.is_open > 0
    frequency = float(occupied[opened] @ matrix[np.ix_(opened, ~opened)].sum(axis=1))
    assert open_times(scheme, level).mean == pytest.approx(occupied[opened].sum() / frequency, rel=1e-9)
    assert shut_times(scheme, level).mean == pytest.approx(occupied[~opened].sum() / frequency, rel=1e-9)


def test_a_seed_gives_the_same_record_with_and_without_a_compiler() -> None:
    scheme = ns.scheme("mozrzymas")
    one, two = (record(scheme, "30 umol/L", "2 s", seed=5, compiled=compiled) for compiled in (True, False))
    assert (one.durations == two.durations).all()
    assert record(scheme, "30 umol/L", "2 s", seed=6).durations[0] != one.durations[0]


def test_a_record_is_whole_and_alternates() -> None:
    found = ns.scheme().single_channel("30 umol/L", "5 s", seed=1)
    assert found.durations.sum() == pytest.approx(5000.0, rel=1e-12)
    assert (found.is_open[1:] != found.is_open[:-1]).all()
    assert np.diff(found.starts) == pytest.approx(found.durations[:-1], rel=1e-9, abs=1e-9)


def test_bursts_hold_the_openings_between_long_shut_times() -> None:
    found = ns.scheme().single_channel("10 umol/L", "60 s", seed=3)
    bursts = found.bursts("5 ms")
    long = (~found.is_open & (found.durations >= 5.0)).sum()
    assert len(bursts.durations) == long - 1
    assert (bursts.open_time <= bursts.durations + 1e-9).all()
    assert bursts.openings.min() >= 1
    assert found.bursts("50 ms").mean_duration > bursts.mean_duration
    with pytest.raises(InputError, match="too few for a whole burst"):
        found.bursts("1 h")
