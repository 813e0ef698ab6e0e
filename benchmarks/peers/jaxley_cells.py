"""Regular-spiking cells in Jaxley, compiled by XLA and mapped over cells; answers as `benchmarks.neurons` asks."""

from __future__ import annotations

import json
import os
import sys
import time
from importlib.metadata import version

import jax
import jax.numpy as jnp
import jaxley as jx
import numpy as np
from jaxley.channels import Channel
from jaxley.solver_gate import solve_gate_exponential

jax.config.update("jax_enable_x64", True)


def linoid(x):
    near = jnp.abs(x) < 1e-6
    away = jnp.where(near, 1.0, x)
    return jnp.where(near, 1 + x / 2, away / (1 - jnp.exp(-away)))


class RegularSpiking(Channel):
    """Sodium, potassium, slow potassium, leak and GABA-A currents in one mechanism."""

    def __init__(self, gaba: float, reversal: float) -> None:
        self.current_is_in_mA_per_cm2 = True
        super().__init__("RS")
        self.channel_params = {"RS_gaba": gaba * 1e-3, "RS_reversal": reversal}
        self.channel_states = {"RS_m": 0.0, "RS_h": 0.0, "RS_n": 0.0, "RS_p": 0.0}
        self.current_name = "i_RS"

    def update_states(self, states, dt, v, params):
        """Return the gates after dt."""
        p_rate = (3.3 * jnp.exp((v + 35) / 20) + jnp.exp(-(v + 35) / 20)) / 1000
        p_target = 1 / (1 + jnp.exp(-(v + 35) / 10))
        rates = {
            "m": (1.28 * linoid((v + 42) / 4), 1.4 * linoid(-(v + 15) / 5)),
            "h": (0.128 * jnp.exp(-(v + 38) / 18), 4 / (1 + jnp.exp(-(v + 15) / 5))),
            "n": (0.16 * linoid((v + 40) / 5), 0.5 * jnp.exp(-(v + 45) / 40)),
            "p": (p_rate * p_target, p_rate * (1 - p_target)),
        }
        return {f"RS_{name}": solve_gate_exponential(states[f"RS_{name}"], dt, a, b) for name, (a, b) in rates.items()}

    def compute_current(self, states, v, params):
        """Return the outward current, mA/cm^2."""
        m, h, n, p = (states[f"RS_{name}"] for name in "mhnp")
        fast = 0.05 * m**3 * h * (v - 50) + (0.005 * n**4 + 7e-5 * p) * (v + 100) + 1e-4 * (v + 70)
        return fast + params["RS_gaba"] * (v - params["RS_reversal"])

    def init_state(self, states, v, params, delta_t):
        """Return the gates at the start, all shut."""
        return {"RS_m": 0.0, "RS_h": 0.0, "RS_n": 0.0, "RS_p": 0.0}


def main() -> None:
    task = json.loads(sys.argv[1])
    if hasattr(os, "sched_setaffinity"):
        # XLA takes all processors it finds; it may have as many as the others have threads
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: task["threads"]])
    began = time.perf_counter()
    cell = jx.Compartment()
    cell.insert(RegularSpiking(task["gaba"], task["reversal"]))
    cell.set("length", 96.0)
    cell.set("radius", 48.0)
    cell.set("capacitance", 1.0)
    cell.set("v", task["start"])
    cell.record("v", verbose=False)
    steps = round(task["duration"] / task["step"])
    area = np.pi * 96.0 * 96.0
    currents = jnp.asarray(task["current"]) * area / 1e5  # uA/cm^2 to nA

    def one(current):
        stimuli = cell.data_stimulate(jnp.full((steps,), current))
        v = jx.integrate(cell, data_stimuli=stimuli, delta_t=task["step"], solver="bwd_euler")[0]
        rises = (v[:-1] < 0) & (v[1:] >= 0)
        return jnp.sum(rises), v

    many = jax.jit(jax.vmap(lambda current: one(current)[0]))
    course = jax.jit(lambda current: one(current)[1])
    jax.block_until_ready(many(currents))
    say({"name": f"Jaxley {version('jaxley')}, float64", "preparing": time.perf_counter() - began})
    for line in sys.stdin:
        start, spent = time.perf_counter(), time.process_time()
        counts = jax.block_until_ready(many(currents))
        answer = {"seconds": time.perf_counter() - start, "processor": time.process_time() - spent}
        if line.strip() == "spikes":
            trains = []
            for current in currents[:: max(1, len(currents) // 20)]:
                v = np.asarray(course(current))
                at = np.nonzero((v[:-1] < 0) & (v[1:] >= 0))[0]
                trains.append([float((k - v[k] / (v[k + 1] - v[k])) * task["step"]) for k in at])
            answer["some"] = trains
            answer["counts"] = [int(count) for count in counts]
        say(answer)


def say(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
