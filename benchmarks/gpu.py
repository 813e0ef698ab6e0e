"""A GPU beside the processor: a million women on the whole chain, and as many people on 25 states."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.qsp_model import OUTPUT_TIMES, qsp_people, qsp_records, qsp_system
from benchmarks.tables import markdown
from benchmarks.timing import digits
from neurosteroid.dosing import protocol
from neurosteroid.engine import Solution, Tolerances, solve_in_blocks
from neurosteroid.engine.solvers.rosenbrock.cuda.device import find_device
from neurosteroid.engine.solvers.rosenbrock.cuda.libraries import GpuError
from neurosteroid.model.assembly import assemble

Array = NDArray[np.float64]
Follow = Callable[[str, int], tuple[float, Array]]
PEOPLE = 1_000_000
FEWER = 20_000
"""People on 25 states whom the processor follows."""
BLOCK = 131_072
TOLERANCES = Tolerances(relative=1e-6, absolute=1e-8)
SEED = 3
HEADER = ("model", "method", "people", "wall s", "us a person", "processor / GPU", "largest difference")


def missing() -> str | None:
    """Return why there is no GPU to measure, or None when there is one."""
    try:
        find_device()
    except GpuError as error:
        return error.message
    return None


def measure(people: int = PEOPLE, fewer: int = FEWER) -> str:
    """Return the section on a GPU.

    Raises:
        GpuError: there is none, or it could not be used.
    """
    name = find_device().name
    rows = [
        *_beside("whole chain, 5 states", _whole_chain, people, people),
        *_beside("25 states", _many, people, fewer),
    ]
    intro = (
        f"`{name}` by `method='cuda'` beside the processor by `method='rosenbrock'` with all its cores, both at a"
        f" relative tolerance of {TOLERANCES.relative:g}, in blocks of {BLOCK:,} people, from records to the highest"
        " value of each person; wall time, each method once after a warm-up. The whole chain is `assemble()` under the"
        " label's titration, 96 h, hourly rows; the 25 states are those of section 4, daily rows. The last column is"
        " the largest difference of those highest values between the two methods, relative to the value."
    )
    return f"## 8. A GPU\n\n{intro}\n\n{markdown(HEADER, rows)}"


def _beside(model: str, follow: Follow, people: int, fewer: int) -> list[list[str]]:
    """Return a row for each method."""
    cost, highest = {}, {}
    counts = {"cuda": people, "rosenbrock": fewer}
    for method, count in counts.items():
        follow(method, min(count, 1000))
        seconds, highest[method] = follow(method, count)
        cost[method] = seconds / count
    both = min(counts.values())
    one, other = (highest[method][:both] for method in counts)
    error = float(np.max(np.abs(one - other) / np.abs(other)))
    ratio = cost["rosenbrock"] / cost["cuda"]
    return [
        [model, method, f"{count:,}", digits(cost[method] * count), digits(1e6 * cost[method]), *more]
        for (method, count), more in zip(counts.items(), ([digits(ratio), f"{error:.1e}"], ["", ""]), strict=True)
    ]


def _whole_chain(method: str, people: int) -> tuple[float, Array]:
    assembly = assemble()
    random = np.random.default_rng(SEED)
    # any plausible spread serves a measurement
    weights = np.clip(random.lognormal(np.log(80.0), 0.25, people), 45.0, 150.0)
    names = ("disposition.eta_clearance", "disposition.eta_central_volume")
    parameters = assembly.system.parameters(people, {name: random.normal(0.0, 0.25, people) for name in names})
    began = time.perf_counter()
    records = protocol("brexanolone-label").records(weights, assembly.molar_mass, assembly.dose_state)
    blocks = solve_in_blocks(
        assembly.system,
        records,
        parameters=parameters,
        covariates=weights[:, None],
        output_times=np.linspace(0.0, 96.0, 97),
        start=0.0,
        block=BLOCK,
        method=method,
        tolerances=TOLERANCES,
    )
    return _taken(blocks, people, began)


def _many(method: str, people: int) -> tuple[float, Array]:
    system = qsp_system()
    parameters = qsp_people(system, people)
    began = time.perf_counter()
    blocks = solve_in_blocks(
        system,
        qsp_records(),
        parameters=parameters,
        output_times=OUTPUT_TIMES[::12],
        start=0.0,
        block=BLOCK,
        method=method,
        tolerances=TOLERANCES,
    )
    return _taken(blocks, people, began)


def _taken(blocks: Iterator[tuple[slice, Solution]], people: int, began: float) -> tuple[float, Array]:
    """Return the wall time since `began`, s, and the highest value of each person's first state."""
    highest = np.empty(people)
    for who, solution in blocks:
        if solution.notes:
            raise GpuError(" ".join(solution.notes))
        highest[who] = solution.require_complete().states[:, :, 0].max(axis=1)
    return time.perf_counter() - began, highest
