"""Diffrax: Kvaerno 5(4), implicit, all people in one compiled call; it starts anew wherever something happens.

A call takes as long as the person with the most steps in each stretch of time; jax uses the cores that it likes.
"""

from __future__ import annotations

import importlib
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.peers.ladder import Problem, Run, serve_ladder
from benchmarks.peers.stretches import Stretch, stretches

diffrax: Any = importlib.import_module("diffrax")
jax: Any = importlib.import_module("jax")
jnp: Any = importlib.import_module("jax.numpy")
jax.config.update("jax_enable_x64", True)

PEOPLE = 32
"""In a call, which has one shape and so is compiled once; the more, the less each costs."""


def prepare(problem: Problem) -> Run:
    """Return the run, which is compiled when it is first called."""
    functions: dict[str, Any] = {}
    exec(str(problem["equations"]), functions)
    functions["math"] = jnp
    n, rows = problem["initial"].shape[1], problem["row_step"].shape[1]
    ways = [stretches(problem, person) for person in range(min(PEOPLE, len(problem["initial"])))]
    most = max(len(stretch.times) for way in ways for stretch in way)
    fixed = []
    for person in range(len(ways)):
        values = np.zeros(2000)
        count = functions["prepare"](problem["parameters"][person], problem["covariates"][person], values)
        fixed.append(values[:count].copy())

    def derivative(t: Any, y: Any, given: Any) -> Any:
        dy = [None] * n
        functions["rates"](t, y, dy, given)
        return jnp.stack(dy)

    def one(y: Any, constants: Any, times: Any, inflows: Any, boluses: Any, tolerance: Any) -> Any:
        controller = diffrax.PIDController(rtol=tolerance, atol=0.1 * tolerance)

        def pass_through(state: Any, stretch: Any) -> Any:
            moments, inflow, bolus = stretch
            solution = diffrax.diffeqsolve(
                diffrax.ODETerm(derivative),
                diffrax.Kvaerno5(),
                moments[0],
                moments[-1],
                None,
                state,
                jnp.concatenate([constants, inflow]),
                saveat=diffrax.SaveAt(ts=moments),
                stepsize_controller=controller,
                max_steps=None,
            )
            return solution.ys[-1] + bolus, solution.ys

        return jax.lax.scan(pass_through, y, (times, inflows, boluses))[1]

    def padded(stretch: Stretch) -> Any:
        return np.pad(stretch.times, (0, most - len(stretch.times)), mode="edge")

    given = [problem["initial"][: len(ways)], np.array(fixed)]
    for give in (padded, lambda stretch: stretch.inflow, lambda stretch: stretch.bolus):
        given.append(np.array([[give(stretch) for stretch in way] for way in ways]))
    compiled = jax.jit(jax.vmap(one, in_axes=(0, 0, 0, 0, 0, None)))

    def run(people: int, tolerance: float) -> Any:
        if people > len(ways):
            raise ValueError(f"at most {len(ways)} people are prepared")
        found = np.asarray(compiled(*given, tolerance))
        states = np.empty((people, rows, n))
        for person, way in enumerate(ways[:people]):
            for stretch, courses in zip(way, found[person], strict=True):
                states[person, stretch.rows] = courses[stretch.places]
                states[person, stretch.after] = courses[-1] + stretch.bolus
        return states

    return run


if __name__ == "__main__":
    serve_ladder(f"diffrax {version('diffrax')} (Kvaerno5, jax {version('jax')})", prepare)
