"""Parts: some consecutive batches of women, followed through every arm and counted."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import Arm
from neurosteroid.errors import EventError
from neurosteroid.evidence import Ledger
from neurosteroid.model import Assembly, Courses, simulate_many
from neurosteroid.model.body_course import simulate_bodies
from neurosteroid.studies.actions import actions_of_batch, joined
from neurosteroid.studies.metrics import Measures
from neurosteroid.studies.people import Women
from neurosteroid.studies.streams import visit_draws
from neurosteroid.studies.tally import Tally
from neurosteroid.studies.task import CONTRASTED, Task

Array = NDArray[np.float64]

NUMBER = "number"
"""The column of `Part.rows` with the numbers of the women, from 0."""


@final
@dataclass(frozen=True, eq=False)
class Part:
    """What became of the women of some consecutive batches.

    Attributes:
        first: number of the first batch.
        batches: how many.
        rows: column to (P,) values, a row a woman: her number, what was drawn for her, and ``0/c_max`` and the like,
            the metrics in each arm by its position.
        tally: their counts.
        actions: the log of rules, see `actions`.
    """

    first: int
    batches: int
    rows: Mapping[str, NDArray[Any]]
    tally: Tally
    actions: Mapping[str, NDArray[Any]] = field(default_factory=lambda: joined([]))


def empty_tally(task: Task, assembly: Assembly) -> Tally:
    """Return the tally of nobody yet."""
    metrics = sum(len(item.metrics) for item in task.measures(assembly))
    return Tally(len(task.arms), len(task.times), metrics, task.exact, task.outputs)


def contrasted(task: Task, measures: tuple[Measures, ...]) -> list[tuple[int, str]]:
    """Return (position of the arm, metric) of every difference to the arm that gives nothing."""
    if task.reference is None:
        return []
    there = {metric.name for metric in measures[task.reference].metrics}
    return [
        (place, metric.name)
        for place, item in enumerate(measures)
        if place != task.reference
        for metric in item.metrics
        if metric.name in CONTRASTED and metric.name in there
    ]


def follow(
    task: Task, first: int, batches: int, done: Callable[[int], None] | None = None, *, seconds: float = math.inf
) -> Part:
    """Follow the women of some batches through every arm.

    Args:
        task: what to do.
        first: number of the first batch.
        batches: how many.
        done: called with the number of women after each batch.
        seconds: after which no further batch is begun; the part then holds fewer of them.
    """
    began, assembly = time.perf_counter(), task.assembly
    measures = task.measures(assembly)
    tally = empty_tally(task, assembly)
    rows: list[dict[str, NDArray[Any]]] = []
    logs: list[Mapping[str, NDArray[Any]]] = []
    for batch in range(first, first + batches):
        row, log = _follow_batch(task, assembly, measures, batch, tally)
        rows.append(row)
        logs.append(log)
        if done is not None:
            done(len(rows[-1][NUMBER]))
        if time.perf_counter() - began >= seconds:
            break
    whole = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    return Part(first, len(rows), whole, tally, joined(logs))


def _follow_batch(
    task: Task, assembly: Assembly, measures: tuple[Measures, ...], batch: int, tally: Tally
) -> tuple[dict[str, NDArray[Any]], Mapping[str, NDArray[Any]]]:
    women = task.population.draw(assembly, Ledger(), task.women(batch), task.joined)
    rows: dict[str, NDArray[Any]] = {NUMBER: women.numbers, "weight": women.weight, "age": women.age}
    rows |= women.parameters
    columns: dict[tuple[int, str], Array] = {}
    logs: list[Mapping[str, NDArray[Any]]] = []
    sums = []
    for place, (arm, measure) in enumerate(zip(task.arms, measures, strict=True)):
        courses = _courses(task, assembly, arm, women)
        if task.reading is not None:
            courses = task.reading.applied(courses, task.units)
        logs.append(actions_of_batch(courses, place, women.numbers))
        keep = np.ones(len(women.numbers), dtype=bool)
        keep[[failure.person for failure in courses.failures]] = False
        counted = measure.compute(task.times, courses.values, courses.points)
        for metric, column in zip(measure.metrics, counted, strict=True):
            columns[place, metric.name] = np.where(keep, column, np.nan)
        sums.append(tally.add_courses(place, courses.values, first=batch == 0))
        tally.add_failures(
            [
                (
                    int(women.numbers[item.person]),
                    place,
                    _failed(women, item.person, arm.name, item.time, item.reason),
                )
                for item in courses.failures
            ]
        )
        tally.solver = courses.solver
    differences = [
        columns[place, name] - columns[task.reference or 0, name] for place, name in contrasted(task, measures)
    ]
    people = len(women.numbers)
    tally.add_batch(
        batch,
        sums,
        np.column_stack(list(columns.values())),
        np.column_stack(differences) if differences else np.empty((people, 0)),
    )
    return rows | {f"{place}/{name}": column for (place, name), column in columns.items()}, joined(logs)


def _courses(task: Task, assembly: Assembly, arm: Arm, women: Women) -> Courses:
    """Return the courses of some women in one arm.

    Raises:
        EventError: a dose or rule that the model cannot take, with the name of the arm.
    """
    clock, draws = units.clock_hour(task.start), visit_draws(task.population.seed, women.numbers.tolist())
    try:
        if task.joined is None:
            return simulate_many(
                assembly,
                arm.first,
                women.weight,
                task.times,
                parameters=women.parameters,
                outputs=task.computed,
                clock=clock,
                draws=draws,
            )
        return simulate_bodies(
            task.joined,
            assembly if task.calibrated else None,
            arm.acting[0],
            women.weight,
            task.times,
            beside=arm.acting[1:],
            parameters=women.parameters,
            clock=clock,
            draws=draws,
        )
    except EventError as error:
        inner = f", {error.where}" if error.where not in (None, f"protocol '{arm.name}'") else ""
        raise EventError(error.message, where=f"protocols: {arm.name}{inner}") from error


def _failed(women: Women, person: int, arm: str, time: float, reason: str) -> str:
    return f"{women.names[person]}, {arm}: at {time:g} h {reason}"
