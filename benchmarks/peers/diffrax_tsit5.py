"""Diffrax: all people in one compiled call, Tsitouras 5(4), steps ended at each rate change."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.peers.serving import Problem, serve

diffrax: Any = importlib.import_module("diffrax")
jax: Any = importlib.import_module("jax")
jnp: Any = importlib.import_module("jax.numpy")
jax.config.update("jax_enable_x64", True)


def prepare(problem: Problem, tolerance: float) -> Callable[[], Any]:
    """Return the compiled run over all people."""
    times = jnp.asarray(problem["times"])
    edges = jnp.asarray([*problem["starts"], problem["ends"][-1]])
    rates = jnp.asarray(np.column_stack([problem["rates"], np.zeros(len(problem["k"]))]))
    constants = jnp.column_stack([jnp.asarray(problem[name]) for name in ("k", "k12", "k21")])
    volume = jnp.asarray(problem["volume"])
    controller = diffrax.ClipStepSizeController(
        diffrax.PIDController(rtol=tolerance, atol=tolerance * 1e-3 * float(problem["rates"].max())),
        jump_ts=edges[1:],
    )

    def derivative(t: Any, x: Any, given: Any) -> Any:
        constant, rate = given
        k, k12, k21 = constant
        inflow = rate[jnp.searchsorted(edges, t, side="right") - 1]
        flow = k12 * x[0] - k21 * x[1]
        return jnp.stack([inflow - k * x[0] - flow, flow])

    def one(constant: Any, rate: Any) -> Any:
        solution = diffrax.diffeqsolve(
            diffrax.ODETerm(derivative),
            diffrax.Tsit5(),
            times[0],
            times[-1],
            None,
            jnp.zeros(2),
            (constant, rate),
            saveat=diffrax.SaveAt(ts=times),
            stepsize_controller=controller,
            max_steps=100_000,
        )
        return solution.ys[:, 0]

    compiled = jax.jit(lambda: jax.vmap(one)(constants, rates) / volume[:, None])
    return lambda: np.asarray(compiled())


if __name__ == "__main__":
    serve(f"diffrax {version('diffrax')} (Tsit5, jax {version('jax')})", prepare)
