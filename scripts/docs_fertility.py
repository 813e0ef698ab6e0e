"""Progesterone and allopregnanolone under treatments for fertility: a figure and a table for the documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import docs_bodies
from docs_tables import shown, table

from neurosteroid.model.shown_units import shown_name
from neurosteroid.reports.treatments_figure import treatments_svg

FIGURE = "docs/models/fertility.svg"
TREATMENTS = (
    "antagonist-stimulation",
    "progestin-primed-stimulation",
    "long-agonist-stimulation",
    "natural-cycle-frozen-transfer",
)
_SHOWN = ("plasma.progesterone", "plasma.allopregnanolone")
_COLUMNS = ("plasma.lh", "plasma.fsh", "plasma.estradiol", *_SHOWN)


def courses() -> str:
    """Return what the model makes of each treatment: the highest level of each hormone after the first dose."""
    rows = []
    for name in TREATMENTS:
        course = docs_bodies.found(name, "medicines").course
        first = min(dose.time_h for protocol in course.protocols for dose in protocol.doses())
        given = course.times >= first
        highest = [shown(float(course.values[each][given].max()), 3) for each in _COLUMNS]
        rows.append([f"[{name}](../medicines/{name}.md)", *highest])
    # courses are in the units of the field
    heads = [f"{shown_name(each.partition('.')[2])}, {course.units[each]}" for each in _COLUMNS]
    return table(["treatment", *heads], rows)


def files(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield the figure of the treatments with its path."""
    yield root / FIGURE, treatments_svg([docs_bodies.found(name, "medicines") for name in TREATMENTS], _SHOWN)


BLOCKS: Mapping[str, Callable[[], str]] = {"fertility-courses": courses}
