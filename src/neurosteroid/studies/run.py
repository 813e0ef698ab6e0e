"""A run: a study with everything needed to read, cite and repeat it, in one folder."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, final

import numpy as np

from neurosteroid.errors import InputError
from neurosteroid.evidence import Number, library
from neurosteroid.evidence.lookup import FOLDER_VARIABLE
from neurosteroid.files import write_text
from neurosteroid.studies.conduct import Progress, conduct, read_protocols
from neurosteroid.studies.config import StudyConfig
from neurosteroid.studies.crate import crate
from neurosteroid.studies.results import Study
from neurosteroid.studies.tables import Table

DEFAULT_FOLDER: Final = Path("runs")


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


def run(config: StudyConfig, folder: Path | None = None, progress: Progress | None = None) -> Run:
    """Run a study and write its folder, whole or not at all.

    The folder holds ``study.json`` (the resolved config), ``numbers.json`` (every number that took part, with its
    source), ``references.bib``, ``people.parquet``, ``individuals.parquet``, ``summary.parquet``, ``summary.csv``,
    ``contrasts.csv``, ``courses.nc`` (bands and a few single women), ``run.json`` (versions, solver, failures),
    ``report.html`` and ``ro-crate-metadata.json``.

    Args:
        config: what is asked for.
        folder: where; it must not exist yet. By default ``runs/<name>``, numbered when that is taken.
        progress: called with (women done, women in all).

    Raises:
        InputError: the folder exists or cannot be written, or the config's parts do not fit.
    """
    target = _free_folder(config.name) if folder is None else folder
    if target.exists():
        raise InputError("this folder exists already; runs are not overwritten. Choose another.", where=str(target))
    protocols = read_protocols(config)
    with _building(target) as place:
        study = conduct(config, protocols, progress)
        write_run(study, place)
    return Run(target, target / "report.html", study)


def write_run(study: Study, place: Path) -> None:
    """Write all files of a run into an existing folder."""
    for name, table in (("people", study.people), ("individuals", study.individuals), ("summary", study.summary)):
        table.write_parquet(place / f"{name}.parquet")
    for name, table in (("summary", study.summary), ("contrasts", study.contrasts)):
        write_text(place / f"{name}.csv", _as_csv(table))
    write_text(place / "study.json", study.config.model_dump_json(indent=2) + "\n")
    write_text(place / "numbers.json", _as_json([_described(number) for number in study.ledger.numbers]))
    write_text(place / "references.bib", library().cite(study.ledger.sources))
    _write_courses(study, place / "courses.nc")
    about = {
        "name": study.config.name,
        "seed": study.config.seed,
        "solver": study.solver,
        "seconds": round(study.seconds, 3),
        "versions": dict(study.versions),
        "failures": list(study.failures),
        "own_cards": os.environ.get(FOLDER_VARIABLE),
        "assumed_numbers": len(study.ledger.assumed),
        "rule_actions": [],
    }
    write_text(place / "run.json", _as_json(about))
    study.report(place / "report.html")
    write_text(place / "ro-crate-metadata.json", _as_json(crate(study, place)))


def _free_folder(name: str) -> Path:
    candidates = (DEFAULT_FOLDER / (name if number == 1 else f"{name}-{number}") for number in range(1, 10_000))
    return next(path for path in candidates if not path.exists())


@contextmanager
def _building(target: Path) -> Iterator[Path]:
    """Yield a hidden folder beside `target` that takes its name on success and is removed otherwise."""
    place = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        place.mkdir(parents=True)
        yield place
        place.rename(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            f"the run folder cannot be written ({reason}). Choose another place with --folder.", where=str(target)
        ) from error
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _as_json(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _as_csv(table: Table) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(table.columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table.rows())
    return text.getvalue()


def _described(number: Number) -> dict[str, Any]:
    return {
        "card": number.card,
        "variant": number.variant,
        "key": number.key,
        "value": number.value,
        "unit": number.unit,
        "spread": str(number.spread) if number.spread else None,
        "kind": number.kind,
        "species": number.species,
        "population": number.population,
        "preparation": number.preparation,
        "status": str(number.status),
        "source": list(number.source),
        "read_at": number.read_at,
        "assumed": number.assumed,
        "note": number.note,
    }


def _write_courses(study: Study, path: Path) -> None:
    """Write bands and single women as netCDF 3, which needs nothing beyond SciPy."""
    from scipy.io import netcdf_file

    times = next(iter(study.bands.values())).times
    protocols = [protocol.name for protocol in study.protocols]
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


def _variable(file: Any, name: str, data: np.ndarray, dimensions: tuple[str, ...], unit: str) -> None:
    variable = file.createVariable(name.replace(".", "_"), "d", dimensions)
    variable[:] = data
    variable.units = unit
    variable.long_name = name
