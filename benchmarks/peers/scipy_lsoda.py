"""SciPy's LSODA as a user without any package would call it: one person at a time, restarted at every rate change."""

from __future__ import annotations

import time
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from benchmarks.problem import Problem

Array = NDArray[np.float64]


@final
class ScipyLsoda:
    """solve_ivp with a right-hand side and a Jacobian in plain Python."""

    def __init__(self, problem: Problem, people: int, tolerance: float) -> None:
        self.problem = problem
        self.people = people
        self.tolerance = tolerance
        self.found: Array = np.empty(0)

    def run(self) -> float:
        """Follow the first women once and return the wall time, s."""
        began = time.perf_counter()
        self.found = np.array([self._follow(person) for person in range(self.people)])
        return time.perf_counter() - began

    def _follow(self, person: int) -> Array:
        problem = self.problem
        k, k12, k21 = (float(array[person]) for array in (problem.k, problem.k12, problem.k21))
        jacobian = np.array([[-k - k12, k21], [k12, -k21]])
        scale = float(problem.rates[person].max())
        found = np.zeros(len(problem.times))
        states = np.zeros(2)
        pieces = [*zip(problem.starts, problem.ends, problem.rates[person], strict=True)]
        for start, end, rate in [*pieces, (problem.ends[-1], problem.times[-1], 0.0)]:
            shown = np.flatnonzero((problem.times > start) & (problem.times <= end))

            def derivative(_: float, x: Array, inflow: float = rate) -> list[float]:
                central, peripheral = x.tolist()
                return [inflow - (k + k12) * central + k21 * peripheral, k12 * central - k21 * peripheral]

            solution = solve_ivp(
                derivative,
                (start, end),
                states,
                method="LSODA",
                t_eval=problem.times[shown],
                jac=lambda *_: jacobian,
                rtol=self.tolerance,
                atol=self.tolerance * 1e-3 * scale,
            )
            found[shown] = solution.y[0]
            states = solution.y[:, -1]
        return found / float(problem.volume[person])
