"""The 25-state benchmark model and what peers are given of it."""

import itertools

import numpy as np
import pytest
from benchmarks.equations import equations_text
from benchmarks.joined_woman import joined_woman
from benchmarks.ladder import Rung, climb, cost_at, worst_error
from benchmarks.qsp_model import OUTPUT_TIMES, qsp_people, qsp_records, qsp_system

from neurosteroid.engine.timeline import build_timelines


def test_the_model_keeps_the_shape_that_the_benchmark_is_about():
    system = qsp_system()
    assert len(system.state_names) == 25
    assert not system.linear
    assert system.time_dependent
    assert len(system.traced.jacobian_places) == 69
    parameters = qsp_people(system, 3)
    timeline = build_timelines(system, qsp_records(), parameters, np.zeros((3, 0)), OUTPUT_TIMES, start=0.0)
    changes = (np.diff(timeline.rates[0], axis=0) != 0.0).any(axis=1) | (timeline.boluses[0] != 0.0).any(axis=1)
    # where one rate follows another, the end of the first and the start of the second are two steps at one time
    assert len(np.unique(timeline.times[0, changes])) == 20
    assert timeline.mask.sum(axis=1).tolist() == [361, 361, 361]


def test_peers_get_the_same_equations():
    system = qsp_system()
    parameters = qsp_people(system, 4)
    states = np.random.default_rng(2).uniform(0.1, 3.0, (4, 25))
    functions = {}
    exec(equations_text(system.traced.tape), functions)
    wanted = system.derivative(5.0, states, parameters, np.zeros((4, 0)))
    for person in range(4):
        constants, found = np.zeros(500), np.zeros(25)
        count = functions["prepare"](parameters[person], [], constants)
        constants[count + 3] = 2.5
        functions["rates"](5.0, states[person], found, constants)
        found[3] -= 2.5
        # the same arithmetic in another order
        np.testing.assert_allclose(found, wanted[person], rtol=1e-11, atol=1e-10)


def test_cost_is_interpolated_between_rungs_only():
    ladder = [Rung(1e-2, lambda: (0.0, 0.0), error, cpu=[cost]) for error, cost in ((1e-2, 1.0), (1e-4, 100.0))]
    assert cost_at(ladder, 1e-3, "cpu") == pytest.approx(10.0)
    assert cost_at(ladder, 1e-5, "cpu") is None
    assert cost_at(ladder, 1e-1, "cpu") is None


def test_error_is_relative_with_a_floor_at_each_persons_largest():
    truth = np.array([[[1000.0], [0.0]], [[1.0], [1.0]]])
    found = truth + np.array([[[0.0], [0.5]], [[0.0], [0.01]]])
    assert worst_error(found, truth) == pytest.approx(0.5)


def test_slow_engines_take_part_in_fewer_rounds():
    quick, slow = (Rung(1e-3, lambda: (1.0, 1.0), 1e-3, rounds=rounds) for rounds in (None, 1))
    climb([[quick], [slow]], 3)
    assert (len(quick.cpu), len(slow.cpu)) == (3, 1)


def test_peers_get_the_equations_of_a_joined_woman_in_every_epoch(tmp_path):
    problem, words = joined_woman(2)
    system, timeline = problem.system, problem.timeline
    assert not system.linear
    assert f"{timeline.covariates.shape[1]} epochs" in words
    problem.save(tmp_path / "problem.npz")
    given = np.load(tmp_path / "problem.npz")
    functions = {}
    exec(str(given["equations"]), functions)
    states = np.random.default_rng(2).uniform(0.1, 3.0, problem.initial.shape)
    seen = []
    for epoch in np.unique(given["epoch"][1]):
        covariates = given["epoch_covariates"][1, epoch]
        wanted = system.derivative(5.0, states[1:], problem.parameters[1:], covariates[None])[0]
        constants, found = np.zeros(2000), np.zeros(len(wanted))
        count = functions["prepare"](problem.parameters[1], covariates, constants)
        assert count + len(wanted) < len(constants)
        functions["rates"](5.0, states[1], found, constants)
        # the same arithmetic in another order
        np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-10 * np.abs(wanted).max())
        seen.append(found)
    # the medicine, the stressor and the meal each change what moves
    assert len(seen) >= 6
    assert all(np.any(one != other) for one, other in itertools.pairwise(seen))
    # a peer starts anew where covariates change
    changes = given["epoch"][1, 1:] != given["epoch"][1, :-1]
    assert given["acts"][1, :-1][changes].all()
