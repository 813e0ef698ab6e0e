"""The log of rules: what they did to each woman of a study, a row an action."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import InfusionStep, Protocol
from neurosteroid.model import Courses
from neurosteroid.model.ruled import watched_output
from neurosteroid.studies.people import identifiers
from neurosteroid.studies.tables import Column, Table
from neurosteroid.studies.task import Task

Rows: TypeAlias = Mapping[str, NDArray[Any]]

ACTIONS: Final = "actions.parquet"

PIECE: Final = 50_000
"""Actions that are put into words at once."""

_KINDS: Final = {"number": np.int64, "protocol": np.int64, "rule": np.int64, "dose": np.int64, "done": np.bool_}
_NAMES: Final = (
    "number",
    "protocol",
    "time",
    "rule",
    "triggered",
    "value",
    "rate_before",
    "rate_after",
    "dose",
    "done",
)
"""Columns of the log of a part: number of the woman, position of the arm and of the rule in it, and so on."""


def actions_of_batch(courses: Courses, place: int, numbers: NDArray[np.int64]) -> Rows:
    """Return the log of a batch of women under the arm at a position; empty without rules."""
    log = courses.actions
    if log is None:
        return joined([])
    own = {"number": numbers[log.person], "protocol": np.full(len(log), place)}
    return {name: np.asarray(own.get(name, getattr(log, name, None)), _KINDS.get(name, np.float64)) for name in _NAMES}


def joined(parts: Sequence[Rows]) -> Rows:
    """Return several logs as one; the log of nobody for none."""
    return {
        name: np.concatenate([np.zeros(0, dtype=_KINDS.get(name, np.float64)), *(part[name] for part in parts)])
        for name in _NAMES
    }


def action_tables(task: Task, logs: Callable[[], Iterable[Rows]]) -> Iterator[Table]:
    """Yield the log as tables, protocol by protocol, in the order of the women; one empty table when nothing was done.

    Args:
        task: what was done.
        logs: gives the log of every part, in the order of the women; asked once for each protocol with rules, so that
            no more than one of them need be in memory.
    """
    shown = 0
    for place, arm in enumerate(task.arms):
        if not arm.rules:
            continue
        for rows in logs():
            chosen = np.flatnonzero(rows["protocol"] == place)
            for first in range(0, len(chosen), PIECE):
                shown += 1
                some = chosen[first : first + PIECE]
                yield _table(task, {name: column[some] for name, column in rows.items()})
    if not shown:
        yield _table(task, joined([]))


def _table(task: Task, rows: Rows) -> Table:
    pairs = list(zip(rows["protocol"].tolist(), rows["rule"].tolist(), strict=True))
    found = [arm.rules for arm in task.arms]
    given, rules = [found[place][rule][0] for place, rule in pairs], [found[place][rule][1] for place, rule in pairs]
    columns: dict[str, Column] = {
        "person": identifiers(rows["number"]),
        "protocol": [task.arms[place].name for place, _ in pairs],
        "compound": [each.compound for each in given],
        "time": rows["time"],
        "action": [str(rule.action) for rule in rules],
        "done": rows["done"],
        "rule": [rule.sentence() for rule in rules],
        "triggered": rows["triggered"],
        "port": [rule.port for rule in rules],
        "value": rows["value"],
        "value_unit": [task.units[watched_output(rule.port, task.units) or rule.port] for rule in rules],
        "rate_before": rows["rate_before"],
        "rate_after": rows["rate_after"],
        "rate_unit": [step_unit(each, dose) for each, dose in zip(given, rows["dose"].tolist(), strict=True)],
    }
    return Table("one action of a rule", columns, {"time": units.TIME, "triggered": units.TIME})


def step_unit(protocol: Protocol, dose: int) -> str:
    """Return the unit of what the log says is given: of a planned dose, or of the pump's rate for -1; see `Action`."""
    if dose >= 0:
        return protocol.doses()[dose].unit
    return protocol.ladder().unit if any(isinstance(step, InfusionStep) for step in protocol.steps) else ""


def counts(table: Table) -> dict[str, dict[str, int]]:
    """Return how often each action was done under each protocol."""
    found: dict[str, dict[str, int]] = {}
    for piece in table.pieces(("protocol", "action", "done")):
        for name, action, done in zip(piece["protocol"], piece["action"], piece["done"], strict=True):
            if done:
                of_protocol = found.setdefault(str(name), {})
                of_protocol[str(action)] = of_protocol.get(str(action), 0) + 1
    return found
