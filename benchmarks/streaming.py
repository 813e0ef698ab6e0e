"""The infusion problem for a thousand to a million women: solved, stored, and beside it nothing but the stores."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import final

import numpy as np

from benchmarks.problem import OUTPUT, Problem, closed_form, make_problem, worst_error
from benchmarks.stores import Storing
from benchmarks.tables import markdown
from benchmarks.timing import digits
from neurosteroid.engine import solve, solve_in_blocks
from neurosteroid.engine.solvers.choose import solve_timeline
from neurosteroid.engine.solvers.propagation.sheet import cells_needed
from neurosteroid.engine.timeline import build_timelines
from neurosteroid.model.analyte import ANALYTE

SIZES = (1_000, 10_000, 100_000, 1_000_000)
ROUNDS = 9
CHECKED = 10_000


@final
@dataclass
class Times:
    """Wall and processor times of one thing, s."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, work: Callable[[], object]) -> None:
        """Do the work once and note its times."""
        began, spent = time.perf_counter(), time.process_time()
        work()
        self.wall.append(time.perf_counter() - began)
        self.cpu.append(time.process_time() - spent)


def measure() -> str:
    """Return the section on many women and the limit of memory."""
    whole = make_problem(max(SIZES))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    rows, lines = [], []
    for people in SIZES:
        times, error = _times(_first(whole, people), cores)
        stored = cells_needed(people, len(whole.times), 1) * 8
        limit = stored / min(times["stores alone"].wall), stored * cores / statistics.median(times["stores alone"].cpu)
        for name, found in times.items():
            wall, cpu = min(found.wall), statistics.median(found.cpu)
            rates = (people / wall / 1e6, people * cores / cpu / 1e6)
            share = (stored / wall / limit[0], stored * cores / cpu / limit[1])
            spent = (digits(1000 * wall), digits(1000 * cpu), f"{rates[0]:.2f}", f"{rates[1]:.2f}")
            shares = (f"{stored / wall / 1e9:.1f}", *(f"{100 * item:.0f} %" for item in share))
            rows.append([f"{people:,}: {name}", *spent, *shares])
        lines.append(f"{people:,} women: largest error of the first {min(people, CHECKED):,} {error:.1e}.")
    header = (
        "women: what",
        "wall ms",
        "cpu ms",
        "M/s, wall",
        "M/s, cpu",
        "GB/s, wall",
        "of the stores",
        "same, by cpu",
    )
    return "\n\n".join([_heading(cores), markdown(header, rows), "\n".join(f"- {line}" for line in lines)])


def _heading(cores: int) -> str:
    return (
        "## 5. A million women through the infusion\n\n"
        f"The problem of section 2, 145 plasma concentrations a woman, on {cores} cores, {ROUNDS} alternated rounds"
        " after one that is not counted. Wall is the shortest time (other programs may run on the machine), cpu the"
        " median of the processor time of all threads, and `M/s, cpu` the million women a second that all cores would"
        " do in that time if nothing else ran. `solve` makes the timeline from the records and puts the values into new"
        " memory, whose pages the operating system has to clear first; `buffer` into memory used before; `timeline`"
        " starts from a timeline already made; `blocks` is `solve_in_blocks`, which uses the memory of one block again"
        " and again, with the highest concentration of each woman taken from it. `stores alone` writes as many bytes"
        " past the caches and computes nothing: the limit of memory, of which the last columns are shares."
    )


def _times(problem: Problem, cores: int) -> tuple[dict[str, Times], float]:
    people, system = len(problem.weights), problem.system
    parameters = system.parameters(people, problem.deviations)
    covariates = problem.weights[:, None]
    records = problem.label.records(problem.weights, problem.molar_mass, f"central.{ANALYTE}")
    buffer = np.zeros(cells_needed(people, len(problem.times), 1))
    given = {"parameters": parameters, "covariates": covariates, "output_times": problem.times, "outputs": [OUTPUT]}
    timeline = build_timelines(system, records, parameters, covariates, problem.times, start=0.0)
    highest = np.empty(people)

    def in_blocks() -> None:
        for who, solution in solve_in_blocks(system, records, **given, start=0.0):
            solution.outputs([OUTPUT])[OUTPUT].max(axis=1, out=highest[who])

    works = {
        "solve": lambda: solve(system, records, **given, start=0.0),
        "blocks": in_blocks,
        "buffer": lambda: solve(system, records, **given, start=0.0, buffer=buffer),
        "timeline": lambda: solve_timeline(system, timeline, parameters, outputs=[OUTPUT], buffer=buffer),
        "stores alone": Storing(buffer, cores),
    }
    times = {name: Times() for name in works}
    for turn in range(ROUNDS + 1):
        for name, work in works.items():
            (times[name] if turn else Times()).add(work)
    kept = works["buffer"]().outputs([OUTPUT])[OUTPUT][:CHECKED]
    return times, worst_error(kept, closed_form(_first(problem, min(people, CHECKED))))


def _first(problem: Problem, people: int) -> Problem:
    who = slice(people)
    own = {name: getattr(problem, name)[who] for name in ("weights", "rates", "k", "k12", "k21", "volume")}
    deviations = {name: values[who] for name, values in problem.deviations.items()}
    return Problem(
        system=problem.system,
        label=problem.label,
        molar_mass=problem.molar_mass,
        deviations=deviations,
        times=problem.times,
        starts=problem.starts,
        ends=problem.ends,
        **own,
    )
