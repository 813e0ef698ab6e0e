"""Rows: a table of the women and one of the women under each protocol, in memory or streamed to parquet files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from neurosteroid import units
from neurosteroid.model import Assembly
from neurosteroid.studies.actions import ACTIONS, action_tables
from neurosteroid.studies.metric import Metric
from neurosteroid.studies.metrics import Measures
from neurosteroid.studies.parts import NUMBER
from neurosteroid.studies.people import identifiers
from neurosteroid.studies.storage import Rows, Storage
from neurosteroid.studies.tables import Column, Table, stored_table, write_stream
from neurosteroid.studies.task import Task

IN_MEMORY: Final = 20_000
"""Up to this many women the tables are held in memory; those of more are read from their files when asked for."""

PEOPLE: Final = "people.parquet"
INDIVIDUALS: Final = "individuals.parquet"

IDENTIFIERS: Final = ("person", "protocol")
"""Columns that say whose a row of numbers is; no measure may be called so."""


def tables(
    task: Task, assembly: Assembly, storage: Storage, folder: Path | None, keeper: object = None
) -> tuple[Table, Table, Table]:
    """Return the table of the women, that of the women under each protocol, and that of what rules did.

    Args:
        task: what was done.
        assembly: of the model, for units.
        storage: the rows of every part.
        folder: where files are written; None holds the tables in memory.
        keeper: held by the tables for as long as their files may be read.

    Raises:
        InputError: the folder cannot be written.
    """
    people = _people(task, storage)
    individuals = _individuals(task, assembly, storage)
    actions = action_tables(task, storage.actions)
    if folder is None:
        return joined_tables(people), joined_tables(individuals), joined_tables(actions)

    def stored(name: str, pieces: Iterator[Table]) -> Table:
        write_stream(folder / name, pieces)
        return stored_table(folder / name, keeper)

    return stored(PEOPLE, people), stored(INDIVIDUALS, individuals), stored(ACTIONS, actions)


def _people(task: Task, storage: Storage) -> Iterator[Table]:
    for rows in storage.rows():
        drawn = [name for name in rows if name != NUMBER and "/" not in name]
        known = {"weight": units.WEIGHT, "age": units.AGE, **task.units}
        columns: dict[str, Column] = {"person": identifiers(rows[NUMBER])}
        columns |= {name: rows[name] for name in drawn}
        yield Table("one woman", columns, {name: known[name] for name in drawn if name in known})


def _individuals(task: Task, assembly: Assembly, storage: Storage) -> Iterator[Table]:
    measures = task.measures(assembly)
    metrics = list({metric.name: metric for item in measures for metric in item.metrics}.values())
    for place, (arm, measure) in enumerate(zip(task.arms, measures, strict=True)):
        own = [metric.name for metric in measure.metrics]
        for rows in storage.rows([NUMBER, *(f"{place}/{name}" for name in own)]):
            yield _individual_rows(place, arm.name, metrics, measure, rows)


def _individual_rows(place: int, protocol: str, metrics: Sequence[Metric], measure: Measures, rows: Rows) -> Table:
    people = len(rows[NUMBER])
    missing = np.full(people, np.nan)
    columns: dict[str, Column] = {"person": identifiers(rows[NUMBER]), "protocol": [protocol] * people}
    columns |= {metric.name: rows.get(f"{place}/{metric.name}", missing) for metric in metrics}
    return Table("one woman under one protocol", columns, {metric.name: metric.unit for metric in metrics})


def joined_tables(pieces: Iterator[Table]) -> Table:
    """Return tables one below the other."""
    found = list(pieces)
    first = found[0]
    columns: dict[str, Column] = {}
    for name, column in first.columns.items():
        parts = [piece.columns[name] for piece in found]
        columns[name] = (
            np.concatenate(parts) if isinstance(column, np.ndarray) else [item for part in parts for item in part]
        )
    return Table(first.title, columns, first.units)
