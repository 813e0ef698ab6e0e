"""The run's provenance as an RO-Crate (Process Run Crate profile): one JSON file, no server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from neurosteroid.studies.results import Study

_PROFILE: Final = "https://w3id.org/ro/wfrun/process/0.5"
_FILES: Final[Mapping[str, tuple[str, str]]] = {
    "study.json": ("application/json", "The study as it was run"),
    "numbers.json": ("application/json", "Every number that took part, with its source"),
    "references.bib": ("application/x-bibtex", "References of the numbers"),
    "people.parquet": ("application/vnd.apache.parquet", "One row a woman"),
    "individuals.parquet": ("application/vnd.apache.parquet", "One row a woman and protocol"),
    "actions.parquet": ("application/vnd.apache.parquet", "One row an action of a rule"),
    "summary.parquet": ("application/vnd.apache.parquet", "One row a protocol and metric"),
    "summary.csv": ("text/csv", "One row a protocol and metric"),
    "contrasts.csv": ("text/csv", "Differences to the protocol without drug"),
    "rules.csv": ("text/csv", "What the rules did: one row a protocol and rule"),
    "courses.nc": ("application/x-netcdf", "Bands and single women along time"),
    "run.json": ("application/json", "Versions, solver, failures"),
    "report.html": ("text/html", "Report"),
}


def crate(study: Study, place: Path) -> dict[str, Any]:
    """Return the RO-Crate metadata of a run folder, naming only files that are there."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    names = [name for name in _FILES if (place / name).exists()]
    results = [name for name in names if name != "study.json"]
    software = "#neurosteroid"
    action = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"neurosteroid run {study.config.name}",
        "instrument": {"@id": software},
        "object": [{"@id": "study.json"}],
        "result": [{"@id": name} for name in results],
        "endTime": now,
        "description": f"Seed {study.config.seed}; {study.solver}.",
    }
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": study.config.title,
        "description": study.config.question,
        "datePublished": now,
        "license": "The run's owner decides; the software is Apache-2.0.",
        "conformsTo": {"@id": _PROFILE},
        "hasPart": [{"@id": name} for name in names],
        "mentions": [{"@id": "#run"}],
    }
    described = [
        {"@id": name, "@type": "File", "encodingFormat": _FILES[name][0], "description": _FILES[name][1]}
        for name in names
    ]
    return {
        "@context": "https://w3id.org/ro/crate/1.1/context",
        "@graph": [
            {
                "@id": "ro-crate-metadata.json",
                "@type": "CreativeWork",
                "about": {"@id": "./"},
                "conformsTo": [{"@id": "https://w3id.org/ro/crate/1.1"}],
            },
            root,
            {"@id": _PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
            {
                "@id": software,
                "@type": "SoftwareApplication",
                "name": "neurosteroid",
                "version": study.versions["neurosteroid"],
            },
            action,
            *described,
        ],
    }
