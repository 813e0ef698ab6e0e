"""A run: a study with everything needed to read, cite and repeat it, in one folder."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, final

import numpy as np

from neurosteroid.dosing import Arm
from neurosteroid.evidence import library
from neurosteroid.evidence.lookup import FOLDER_VARIABLE
from neurosteroid.files import write_text
from neurosteroid.studies.actions import ACTIONS, counts
from neurosteroid.studies.arms import read_arms
from neurosteroid.studies.conduct import Progress, conduct, task_of
from neurosteroid.studies.config import StudyConfig
from neurosteroid.studies.crate import crate
from neurosteroid.studies.results import Study
from neurosteroid.studies.rows import INDIVIDUALS, PEOPLE
from neurosteroid.studies.tables import StoredColumns, Table, stored_table
from neurosteroid.studies.workplace import workplace


@final
@dataclass(frozen=True, eq=False)
class Run:
    """A finished run.

    Attributes:
        folder: where it stands.
        report: its HTML report.
        study: its result.
    """

    folder: Path
    report: Path
    study: Study


def run(
    config: StudyConfig, folder: Path | None = None, progress: Progress | None = None, *, cluster: str | None = None
) -> Run:
    """Run a study and write its folder, whole or not at all.

    The folder holds ``study.json`` (the resolved config), ``numbers.json`` (every number that took part, with its
    source), ``references.bib``, ``people.parquet``, ``individuals.parquet``, ``summary.parquet``, ``summary.csv``,
    ``contrasts.csv``, ``courses.nc`` (bands and a few single women), ``run.json`` (versions, solver, failures),
    ``report.html`` and ``ro-crate-metadata.json``.

    A run that is interrupted leaves its finished parts in a hidden folder beside; the same study, run into the same
    folder, goes on from them.

    Args:
        config: what is asked for.
        folder: where; it must not exist yet. By default ``runs/<name>``, numbered when that is taken.
        progress: called with (women done, women in all).
        cluster: see `study`.

    Raises:
        InputError: the folder exists, cannot be written, is being written by another process or holds the unfinished
            run of another study; or the config's parts do not fit.
    """
    arms = read_arms(config)
    mark = fingerprint(config, arms)
    with workplace(folder, config.name, mark) as (place, target):
        study = conduct(config, arms, progress, cluster=cluster, folder=place)
        write_run(study, place)
    if isinstance(study.people.columns, StoredColumns):
        found = [stored_table(target / name) for name in (PEOPLE, INDIVIDUALS, ACTIONS)]
        study = replace(study, people=found[0], individuals=found[1], actions=found[2])
    return Run(target, target / "report.html", study)


def fingerprint(config: StudyConfig, arms: tuple[Arm, ...]) -> str:
    """Return a hash of all that decides the content of a run folder; workers and clusters do not."""
    words = config.model_dump_json(exclude={"workers"})
    return hashlib.sha256(f"{words} {task_of(config, arms).fingerprint()}".encode()).hexdigest()


def write_run(study: Study, place: Path) -> None:
    """Write all files of a run into an existing folder."""
    for name, table in _parquet_tables(study):
        # tables of many women were streamed to their place
        if not isinstance(table.columns, StoredColumns):
            table.write_parquet(place / name)
    ruled = [("rules", study.rule_effects.table)] if any(arm.rules for arm in study.arms) else []
    for name, table in (("summary", study.summary), ("contrasts", study.contrasts), *ruled):
        write_text(place / f"{name}.csv", _as_csv(table))
    write_text(place / "study.json", study.config.model_dump_json(indent=2) + "\n")
    write_text(place / "numbers.json", _as_json([number.described() for number in study.ledger.numbers]))
    write_text(place / "references.bib", library().cite(study.ledger.sources))
    _write_courses(study, place / "courses.nc")
    about = {
        "name": study.config.name,
        "seed": study.config.seed,
        "solver": study.solver,
        "seconds": round(study.seconds, 3),
        "versions": dict(study.versions),
        "failures": list(study.failures),
        "advice": list(study.advice),
        "left_out": list(study.left_out),
        "reading": dict(study.reading),
        "own_cards": os.environ.get(FOLDER_VARIABLE),
        "assumed_numbers": len(study.ledger.assumed),
        "assumed_choices": len(study.ledger.choices),
        "rule_actions": counts(study.actions),
    }
    write_text(place / "run.json", _as_json(about))
    study.report(place / "report.html")
    write_text(place / "ro-crate-metadata.json", _as_json(crate(study, place)))


def _parquet_tables(study: Study) -> tuple[tuple[str, Table], ...]:
    rows = ((PEOPLE, study.people), (INDIVIDUALS, study.individuals), (ACTIONS, study.actions))
    return (*rows, ("summary.parquet", study.summary))


def _as_json(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _as_csv(table: Table) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(table.columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table.rows())
    return text.getvalue()


def _write_courses(study: Study, path: Path) -> None:
    """Write bands and single women as netCDF 3, which needs nothing beyond SciPy."""
    from scipy.io import netcdf_file

    times = next(iter(study.bands.values())).times
    protocols = [arm.name for arm in study.arms]
    with netcdf_file(str(path), "w") as opened:
        file: Any = opened
        file.history = f"neurosteroid {study.versions['neurosteroid']}, seed {study.config.seed}"
        file.protocols = ", ".join(protocols).encode()
        file.createDimension("time", len(times))
        file.createDimension("protocol", len(protocols))
        file.createDimension("woman", len(next(iter(study.examples.values()))))
        clock = file.createVariable("time", "d", ("time",))
        clock[:] = times
        clock.units = "h"
        for output in dict.fromkeys(output for _, output in study.bands):
            bands = [study.bands[name, output] for name in protocols]
            for part in ("mean", "p05", "p50", "p95"):
                if getattr(bands[0], part) is not None:
                    data = np.stack([getattr(band, part) for band in bands])
                    _variable(file, f"{output}.{part}", data, ("protocol", "time"), bands[0].unit)
            if (protocols[0], output) in study.examples:
                data = np.stack([study.examples[name, output] for name in protocols])
                _variable(file, f"{output}.women", data, ("protocol", "woman", "time"), bands[0].unit)
        file.reading = "; ".join(f"{output} as read by {assay}" for output, assay in study.reading.items()).encode()


def _variable(file: Any, name: str, data: np.ndarray, dimensions: tuple[str, ...], unit: str) -> None:
    variable = file.createVariable(name.replace(".", "_"), "d", dimensions)
    variable[:] = data
    variable.units = unit
    variable.long_name = name
