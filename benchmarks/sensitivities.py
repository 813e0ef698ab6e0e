"""Sensitivities: processor time against the same courses without them, and their error."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.qsp_model import OUTPUT_TIMES, qsp_people, qsp_records, qsp_system
from benchmarks.tables import markdown
from benchmarks.timing import Spread, alternate, digits
from neurosteroid.dosing import protocol
from neurosteroid.engine import Record, Solution, Tolerances, solve
from neurosteroid.model.assembly import assemble

Array = NDArray[np.float64]

PEOPLE, REPEATS = 256, 5
RELATIVE, TRUTH = 1e-5, 1e-10
ABSOLUTE = 0.1
"""Absolute over relative tolerance."""

WATCHED = 8
"""People whose errors are looked at."""

FLOOR = 1e-8
"""Of each state's largest value: a sensitivity below this is noise."""

NAMES = (
    *("disposition.clearance", "disposition.central_volume", "delta.affinity"),
    *("mood.half", "absorption.ka", "chain.v4"),
)
LINEAR_NAMES = (
    *("disposition.clearance", "disposition.central_volume", "disposition.eta_clearance"),
    *("disposition.intercompartmental_clearance", "disposition.peripheral_volume", "disposition.eta_central_volume"),
)


def measure() -> str:
    """Return the section on sensitivities."""
    intro = (
        f"{PEOPLE} people; processor time of `solve` a person, median of {REPEATS} alternated rounds, results of all"
        " states at all output times included. One-sided differences would cost 1 + q times the plain course."
    )
    return "\n\n".join(["## 6. Sensitivities", intro, *_invented(), *_model_of_the_day()])


def _invented() -> Sequence[str]:
    system, records = qsp_system(), qsp_records()
    parameters = qsp_people(system, PEOPLE)

    def run(names: Sequence[str], relative: float, who: slice, *, tested: bool = True) -> Solution:
        settings = Tolerances(relative=relative, absolute=ABSOLUTE * relative, sensitivities=tested)
        chosen = names or None
        given = {"parameters": parameters[who], "output_times": OUTPUT_TIMES, "start": 0.0}
        return solve(system, records, **given, tolerances=settings, sensitivities=chosen).require_complete()

    everybody, some = slice(None), slice(WATCHED)
    works: dict[str, Callable[[], object]] = {"none": lambda: run((), RELATIVE, everybody)}
    for count in (2, 6):
        works[f"{count}, in the error test"] = lambda count=count: run(NAMES[:count], RELATIVE, everybody)
        works[f"{count}, left out"] = lambda count=count: run(NAMES[:count], RELATIVE, everybody, tested=False)
    truth = run(NAMES, TRUTH, some)
    errors = {
        "6, in the error test": _error(run(NAMES, RELATIVE, some), truth),
        "6, left out": _error(run(NAMES, RELATIVE, some, tested=False), truth),
    }
    return (
        "### 25 states, not linear",
        f"Relative tolerance {RELATIVE:g}. Error: of p s, of each state by each parameter, as a fraction of its largest"
        f" (at least {FLOOR:g} of the state), {WATCHED} people, against {TRUTH:g}.",
        _table(works, errors),
    )


def _model_of_the_day() -> Sequence[str]:
    assembly = assemble()
    weights = np.linspace(50.0, 120.0, PEOPLE)
    parameters = assembly.system.parameters(PEOPLE)
    records: Sequence[Record] = protocol("brexanolone-label").records(weights, assembly.molar_mass, assembly.dose_state)
    times = np.linspace(0.0, 96.0, 193)
    known = [name for name in LINEAR_NAMES if name in assembly.system.parameter_names]
    known += [name for name in assembly.system.parameter_names if name not in known][: 6 - len(known)]

    def run(count: int) -> object:
        given = {"parameters": parameters, "covariates": weights[:, None], "output_times": times}
        return solve(assembly.system, records, **given, sensitivities=known[:count] or None).require_complete()

    works = {"none" if count == 0 else str(count): lambda count=count: run(count) for count in (0, 2, 6)}
    return (
        f"### The platform's own model of the day, linear, {len(assembly.system.state_names)} states, 193 output times",
        "Exact.",
        _table(works, {}),
    )


def _table(works: Mapping[str, Callable[[], object]], errors: Mapping[str, float]) -> str:
    for work in works.values():
        work()
    spreads = alternate({name: _timed(work) for name, work in works.items()}, REPEATS)
    plain = spreads["none"].median
    rows = [
        [name, *_cells(spread), digits(spread.median / plain), f"{errors[name]:.1e}" if name in errors else "-"]
        for name, spread in spreads.items()
    ]
    return markdown(("parameters", "min us", "median us", "max us", "against none", "error"), rows)


def _cells(spread: Spread) -> tuple[str, str, str]:
    return spread.cells(1e6 / PEOPLE)


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    def timed() -> float:
        began = time.process_time()
        work()
        return time.process_time() - began

    return timed


def _error(found: Solution, truth: Solution) -> float:
    """Return the largest error of p s, of each state by each parameter, as a fraction of its largest."""
    made: Any = truth.differential
    size = np.abs(truth.parameters[:, list(made.chosen)])[:, None, None, :]
    wanted = np.asarray(truth.sensitivities) * size
    error = np.abs(np.asarray(found.sensitivities) * size - wanted).max(axis=(0, 1))
    states = np.abs(truth.states).max(axis=(0, 1))[:, None]
    return float((error / np.maximum(np.abs(wanted).max(axis=(0, 1)), FLOOR * states)).max())
