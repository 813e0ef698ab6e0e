"""Order 4 against order 5: what both Rosenbrock methods cost at equal achieved error."""

from __future__ import annotations

import time
from typing import Final

import numpy as np

from benchmarks.ladder import Problem, Rung, climb, cost_at, worst_error
from benchmarks.qsp_model import OUTPUT_TIMES, qsp_people, qsp_records, qsp_system
from benchmarks.tables import markdown
from benchmarks.timing import digits
from neurosteroid.engine.solvers.rosenbrock.engine import Engine, engine_for
from neurosteroid.engine.timeline import build_timelines

PEOPLE, ROUNDS = 200, 11
METHODS: Final = ("Rodas5P", "Rodas4")
TOLERANCES: Final = (3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 1e-6)
TARGETS: Final = (3e-3, 1e-3, 3e-4, 1e-4, 1e-5)
TRUTH: Final = 1e-11


def measure() -> str:
    """Return the section on the order of the method."""
    system = qsp_system()
    parameters = qsp_people(system, PEOPLE)
    timeline = build_timelines(system, qsp_records(), parameters, np.zeros((PEOPLE, 0)), OUTPUT_TIMES, start=0.0)
    problem = Problem(system, timeline, parameters)
    engines = {name: engine_for(system.traced, name) for name in METHODS}
    truth, _ = problem.walk(engines["Rodas5P"], TRUTH)

    def rung(engine: Engine, tolerance: float) -> Rung:
        def run() -> tuple[float, float]:
            wall, cpu = time.perf_counter(), time.process_time()
            problem.walk(engine, tolerance)
            return (time.perf_counter() - wall) / PEOPLE, (time.process_time() - cpu) / PEOPLE

        return Rung(tolerance, run, worst_error(problem.walk(engine, tolerance)[0], truth))

    ladders = {name: [rung(engine, each) for each in TOLERANCES] for name, engine in engines.items()}
    climb(list(ladders.values()), ROUNDS)
    steps = [
        [f"{each:g}", *(text for name in METHODS for text in _cells(ladders[name][place]))]
        for place, each in enumerate(TOLERANCES)
    ]
    equal = []
    for target in TARGETS:
        costs = [cost_at(ladders[name], target, "cpu") for name in METHODS]
        first, second = costs
        ratio = digits(second / first) if first and second else "-"
        equal.append([f"{target:g}", *(digits(1e3 * cost) if cost else "-" for cost in costs), ratio])
    intro = (
        f"The 25 states of section 4, {PEOPLE} people, both methods in alternation, {ROUNDS} rounds; processor time a"
        " person, ms: median, and the quartiles between which half of the rounds lie. Errors as in section 4, against"
        f" Rodas5P at {TRUTH:g}; costs at equal error are interpolated, log over log."
    )
    head = ("relative tolerance", *(f"{name}, {what}" for name in METHODS for what in ("error", "cpu ms", "quartiles")))
    even = ("error", *(f"{name}, cpu ms" for name in METHODS), "Rodas4 over Rodas5P")
    return f"## 11. Order 4 and order 5\n\n{intro}\n\n{markdown(head, steps)}\n\n{markdown(even, equal)}"


def _cells(rung: Rung) -> tuple[str, str, str]:
    low, high = np.quantile(rung.cpu, [0.25, 0.75])
    return f"{rung.error:.1e}", digits(1e3 * rung.cost("cpu")), f"{digits(1e3 * low)} to {digits(1e3 * high)}"
