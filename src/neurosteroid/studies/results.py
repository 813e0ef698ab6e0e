"""A study: many women, several protocols, and what is said of them."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.dosing import Protocol
from neurosteroid.evidence import Ledger
from neurosteroid.studies.config import StudyConfig
from neurosteroid.studies.tables import Table

Array = NDArray[np.float64]


@final
@dataclass(frozen=True, eq=False)
class Band:
    """One output of all women under one protocol along K times.

    Attributes:
        times: (K,) h.
        mean: (K,) in `unit`.
        p05, p50, p95: (K,) quantiles over the women; None where the mean is a share.
        unit: of the values.
    """

    times: Array
    mean: Array
    p05: Array | None
    p50: Array | None
    p95: Array | None
    unit: str


@final
@dataclass(frozen=True, eq=False)
class Study:
    """The result of a study.

    Attributes:
        config: what was asked for.
        protocols: what was given.
        people: a row a woman: person, weight, age, and the parameters drawn for her.
        individuals: a row a woman and protocol: the metrics.
        summary: a row a protocol and metric: n, mean, sd, and the 5, 50 and 95 % quantiles; a share for a proportion.
        contrasts: a row a protocol and metric: mean difference to the protocol without drug in the same women.
        bands: (protocol, output) to its band; ``sedation.at_least_mild`` and the like are shares of women.
        examples: (protocol, output) to the courses (E, K) of the first few women.
        ledger: every number that took part.
        limits: what the cards say the model must not be used for.
        failures: who did not finish, as sentences.
        solver: which solver ran.
        seconds: run time.
        versions: of this package and what it stands on.
    """

    config: StudyConfig
    protocols: tuple[Protocol, ...]
    people: Table
    individuals: Table
    summary: Table
    contrasts: Table
    bands: Mapping[tuple[str, str], Band]
    examples: Mapping[tuple[str, str], Array]
    ledger: Ledger
    limits: tuple[str, ...]
    failures: tuple[str, ...]
    solver: str
    seconds: float
    versions: Mapping[str, str]

    def report(self, path: str | Path) -> Path:
        """Write the study as one HTML file that opens offline, and return its path; the reports room draws it.

        Raises:
            InputError: the file cannot be written.
        """
        written: Path = importlib.import_module("neurosteroid.reports").write_report(self, Path(path))
        return written


def share_levels(level: Array) -> dict[str, Array]:
    """Return the share (K,) at or above each sedation level, of the women with a level at every time; (P, K) levels."""
    names = ("mild", "moderate", "deep")
    complete = level[np.all(np.isfinite(level), axis=1)]
    if len(complete) == 0:
        return {f"sedation.at_least_{name}": np.full(level.shape[1], np.nan) for name in names}
    return {f"sedation.at_least_{name}": np.mean(complete >= rank, axis=0) for rank, name in enumerate(names, start=1)}


def band(times: Array, values: Array, unit: str) -> Band:
    """Return mean and quantiles over the women (first axis) who have a value at every time."""
    complete = values[np.all(np.isfinite(values), axis=1)]
    if len(complete) == 0:
        nothing = np.full(len(times), np.nan)
        return Band(times, nothing, nothing, nothing, nothing, unit)
    p05, p50, p95 = np.quantile(complete, (0.05, 0.5, 0.95), axis=0)
    return Band(times, complete.mean(axis=0), p05, p50, p95, unit)


def protocol_names(protocols: Sequence[Protocol]) -> tuple[str, ...]:
    """Return the names by which tables and figures call protocols."""
    return tuple(protocol.name for protocol in protocols)
