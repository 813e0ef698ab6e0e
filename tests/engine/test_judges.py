"""The judges themselves: who is asked after whom, and that nobody judges where nobody can tell."""

import numpy as np
import pytest

from neurosteroid.engine import wire
from neurosteroid.engine.solvers import stepping
from tests.engine import judges
from tests.engine.native_parts import Explosion
from tests.engine.random_systems import Pool, Saturable, people

TIMES = np.linspace(0.0, 10.0, 11)


def pools():
    parts = {"a": Pool(start=10.0, loss=0.1, name="a"), "b": Pool(start=1.0, loss=0.2, name="b")}
    return wire({**parts, "enzyme": Saturable(most=3.0, half=0.5, first="a", second="b")})


def test_the_first_judge_is_lsoda_with_the_tightest_tolerance():
    system = pools()
    states, how = judges.judge(system, [], people(system, 1), output_times=TIMES, start=0.0)
    assert how == "LSODA at 1e-11"
    assert np.isfinite(states).all()


def test_compiled_code_judges_what_nobody_else_finishes_and_is_held_to_what_they_saw(monkeypatch):
    system = pools()
    given = {"parameters": people(system, 1), "output_times": TIMES, "start": 0.0}
    right, _ = judges.judge(system, [], **given)
    monkeypatch.setattr(stepping, "MOST_CALLS", 100)
    states, how = judges.judge(system, [], **given)
    assert how.startswith("rosenbrock, and SciPy until ")
    assert (judges.errors(states, right) < 1e-9).all()


def test_compiled_code_does_not_judge_when_they_saw_something_else(monkeypatch):
    system = pools()
    real = judges.solve

    def solve(system, records, *, method="auto", parameters, **given):
        return real(
            system, records, method=method, parameters=parameters * (1.0 + 1e-6 * (method == "reference")), **given
        )

    monkeypatch.setattr(judges, "solve", solve)
    monkeypatch.setattr(stepping, "MOST_CALLS", 100)
    states, how = judges.judge(system, [], people(system, 1), output_times=TIMES, start=0.0)
    assert states is None
    assert "disagrees" in how


def test_nobody_judges_a_course_that_has_no_end(monkeypatch):
    monkeypatch.setattr(stepping, "MOST_CALLS", 10_000)
    system = wire({"explosion": Explosion(speed=0.25)})
    states, how = judges.judge(system, [], system.parameters(1), output_times=TIMES, start=0.0)
    assert states is None
    assert how.startswith("nobody beyond ")
    assert float(how.split()[2]) == pytest.approx(4.0, rel=1e-4)
