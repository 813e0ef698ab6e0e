"""Peers in processes of their own: absent ones are said, present ones get what happens to a person."""

import sys

import numpy as np
import pytest
from benchmarks.joined_woman import joined_woman
from benchmarks.ladder import Problem, Rung
from benchmarks.ladder_peers import Kind, Peers, ReadyPeer
from benchmarks.peers.conversation import PYTHON
from benchmarks.peers.sbml import sbml
from benchmarks.peers.stretches import stretches
from benchmarks.qsp_model import OUTPUT_TIMES, qsp_people, qsp_records, qsp_system
from benchmarks.work_precision import draw

from neurosteroid.engine import solve
from neurosteroid.engine.solvers.choose import solve_timeline
from neurosteroid.engine.solvers.reference import Tolerances
from neurosteroid.engine.solvers.rosenbrock.engine import engine_for
from neurosteroid.engine.timeline import build_timelines


@pytest.fixture(scope="module")
def problem():
    system = qsp_system()
    parameters = qsp_people(system, 2)
    timeline = build_timelines(system, qsp_records(), parameters, np.zeros((2, 0)), OUTPUT_TIMES, start=0.0)
    return Problem(system, timeline, parameters)


@pytest.fixture(scope="module")
def saved(problem, tmp_path_factory):
    file = tmp_path_factory.mktemp("problem") / "problem.npz"
    problem.save(file)
    with np.load(file) as arrays:
        return {key: arrays[key] for key in arrays.files}


def test_an_absent_peer_is_said_with_every_reason(problem, tmp_path, monkeypatch):
    monkeypatch.setenv(PYTHON, f"{tmp_path}/none:{sys.executable}")
    kind = Kind("no_such_program", "no-such-package", 1, 1, (1e-3,), False, "")
    with Peers([kind], problem, tmp_path) as peers:
        assert not peers.ready
        assert peers.ladders(np.zeros((1, 1, 1))) == {}
    (sentence,) = peers.sentences
    assert sentence.startswith("no-such-package was left out")
    assert "none does not start" in sentence
    assert "no_such_program" in sentence


def test_stretches_cover_each_output_once_and_add_up_to_the_dose(saved):
    way = stretches(saved, 1)
    rows = np.concatenate([np.concatenate([stretch.rows, stretch.after]) for stretch in way])
    assert sorted(rows.tolist()) == list(range(361))
    ends = [float(stretch.times[-1]) for stretch in way]
    begins = [float(stretch.times[0]) for stretch in way]
    assert begins == [0.0, *ends[:-1]]
    assert ends[-1] == 720.0
    infused = sum(stretch.inflow.sum() * (stretch.times[-1] - stretch.times[0]) for stretch in way)
    wanted = sum(record.amount for record in qsp_records())
    # sums of twenty numbers
    assert infused + sum(stretch.bolus.sum() for stretch in way) == pytest.approx(wanted, rel=1e-12)
    for stretch in way:
        np.testing.assert_array_equal(stretch.times[stretch.places], OUTPUT_TIMES[stretch.rows])


def test_solving_stretch_by_stretch_gives_what_the_engine_gives(problem, saved):
    from scipy.integrate import solve_ivp

    functions = {}
    exec(str(saved["equations"]), functions)
    constants = np.zeros(500)
    count = functions["prepare"](saved["parameters"][0], [], constants)

    def derivative(t, y):
        found = np.zeros(25)
        functions["rates"](t, y, found, constants)
        return found

    y, last = saved["initial"][0], 0.0
    wanted = solve(
        problem.system,
        qsp_records(),
        parameters=problem.parameters,
        output_times=OUTPUT_TIMES,
        start=0.0,
        tolerances=Tolerances(relative=1e-9, absolute=1e-10),
    ).states[0]
    for stretch in stretches(saved, 0)[:3]:
        constants[count : count + 25] = stretch.inflow
        if len(stretch.times) > 1:
            found = solve_ivp(derivative, (last, stretch.times[-1]), y, "LSODA", stretch.times, rtol=1e-9, atol=1e-10)
            # LSODA's error adds up over steps; a hundred times its tolerance
            np.testing.assert_allclose(found.y.T[stretch.places], wanted[stretch.rows], rtol=1e-7, atol=1e-8)
            y = found.y[:, -1]
        y, last = y + stretch.bolus, float(stretch.times[-1])


def test_sbml_has_a_rule_for_each_state_and_refuses_what_it_does_not_know(saved):
    text = sbml(str(saved["equations"]), 98, 25)
    assert text.count("<rateRule ") == 25
    assert 'definitionURL="http://www.sbml.org/sbml/symbols/time"' in text
    piecewise = sbml("def rates(t, y, dy, k):\n    dy[0] = (-y[0] if t < k[0] else abs(y[0]) ** 2.0)\n", 1, 1)
    assert "<piecewise><piece><apply><minus/><ci>y0</ci></apply><apply><lt/>" in piecewise
    with pytest.raises(ValueError, match=r"no SBML for 'math\.tan"):
        sbml("def rates(t, y, dy, k):\n    dy[0] = math.tan(y[0])\n", 1, 1)


def test_the_picture_has_every_engine_and_the_same_bytes_for_the_same_numbers(tmp_path):
    def rung(error, cost, people=None):
        return Rung(error, lambda: (0.0, 0.0), error, people=people, cpu=[cost])

    ladders = {
        "neurosteroid Rodas5P": [rung(1e-3, 1e-4), rung(1e-6, 1e-3)],
        "scikit-sundae 1.2.0 (CVODE, numba 0.68.1)": [rung(1e-2, 2e-2, 20), rung(1e-5, 9e-2, 20)],
        "diffrax 0.7.2 (Kvaerno5, jax 0.10.2)": [rung(1e-2, 0.5, 2), rung(1e-7, 2.0, 2)],
    }
    first, second = tmp_path / "first.svg", tmp_path / "second.svg"
    draw(ladders, 1000, first)
    draw(ladders, 1000, second)
    assert first.read_bytes() == second.read_bytes()
    text = first.read_text(encoding="utf-8")
    for shown in (
        "neurosteroid Rodas5P<",
        "scikit-sundae 1.2.0 (CVODE), 20 people<",
        "diffrax 0.7.2 (Kvaerno5), 2 people<",
        "processor time a person (ms)<",
        "largest relative error (fraction)<",
    ):
        assert shown in text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.svg", "second.svg"]


def test_people_whom_a_peer_loses_are_counted_and_left_out_of_its_error():
    truth = np.ones((3, 2, 1))
    found = truth * 1.01
    found[1, 1] = np.nan

    class Loses:
        name = "loses"

        def states(self, people, tolerance):
            return found[:people] if tolerance > 1e-4 else truth[:people]

    kind = Kind("loses", "loses", 1, 3, (1e-3, 1e-5), False, "")
    peer = ReadyPeer(kind, Loses())
    coarse, fine = peer.rungs(truth)
    assert coarse.error == pytest.approx(0.01 / 1.001)
    assert fine.error == 0.0
    assert peer.lost == {1e-3: 1}
    found[:] = np.nan
    assert ReadyPeer(kind, Loses()).rungs(truth)[0].error == np.inf


def test_a_woman_whose_covariates_change_is_followed_as_the_platform_follows_her():
    problem, _ = joined_woman(9)
    mine, _ = problem.walk(engine_for(problem.system.traced, "Rodas5P"), 1e-9)
    whole = solve_timeline(problem.system, problem.timeline, problem.parameters, tolerances=Tolerances(1e-9, 1e-10))
    assert not whole.failures
    # the same solver at the same tolerances
    np.testing.assert_allclose(mine, whole.states, rtol=1e-12, atol=1e-12 * np.abs(whole.states).max())
