"""One page and one plot for each state and medicine, made whole from their cards, the code, and a run of the model."""

from __future__ import annotations

import functools
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from docs_outcomes import limit, results
from docs_tables import shown, table

from neurosteroid.engine.part import AbstractPart
from neurosteroid.evidence import SHOWN_KINDS, Number, Role, library
from neurosteroid.model.catalogue import kind_of
from neurosteroid.model.contribution import Situation
from neurosteroid.model.joining import Joined, join
from neurosteroid.reports.state_figure import state_svg, title_of
from neurosteroid.studies.state_course import StateCourse, shown_names, state_course
from neurosteroid.studies.state_points import Point
from neurosteroid.studies.verification import entries

FOLDERS: Mapping[str, str] = {"states": "docs/states", "medicines": "docs/medicines"}
ROWS = 9
SHORT = 110  # letters of a reason or note in a table; the whole stands on the card


@functools.cache
def found(name: str, kind: str) -> StateCourse:
    """Return what is shown of a state or medicine, followed once."""
    return state_course(name, kind)


@functools.cache
def joined(name: str, kind: str) -> Joined:
    """Return the model of a state or medicine."""
    course = found(name, kind).course
    compounds = tuple(dict.fromkeys(each.compound for each in course.protocols if each.steps))
    return join(Situation(person=course.person, compounds=compounds, clock=8.0, until=float(course.times[-1])))


def files(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield (path, text) of every page and plot, and of the index of each folder."""
    for kind in SHOWN_KINDS:
        names = shown_names(kind)
        if not names:
            continue
        folder = root / FOLDERS[kind]
        yield folder / "README.md", index(kind, names)
        for name in names:
            yield folder / f"{name}.md", page(name, kind)
            yield folder / f"{name}.svg", state_svg(found(name, kind))


def index(kind: str, names: tuple[str, ...]) -> str:
    """Return the list of the pages of a folder."""
    rows = [[f"[{name}]({name}.md)", library().card(name, kind).title] for name in names]
    what = "States of a person" if kind == "states" else "Medicines"
    return (
        f"# {what}\n\nOne page each, written by `scripts/write_docs.py` from the cards and a run of the model;"
        f" `neurosteroid list {kind}` lists them, `neurosteroid show {kind}/NAME` prints one and"
        " `--figure FILE.svg` draws it.\n\n"
        f"{table(['name', 'what is shown'], rows)}\n"
    )


def page(name: str, kind: str) -> str:
    """Return the page of a state or medicine."""
    what, card = found(name, kind), library().card(name, kind)
    sections = [
        f"# {card.title}",
        " ".join(card.description.split()),
        f"![{card.title}: {', '.join(map(title_of, what.outputs))}]({name}.svg)",
        f"`neurosteroid show {name} --svg plot.svg` draws it; points are published values that the model claims,"
        " hollow where a number was fitted to them. A line through a point"
        " is the time it covers or the spread that was published with it; all of them stand in the table below.",
        *([" ".join(card.note.split())] if card.note else []),
        f"## Course\n\n{course(what)}",
        f"## Published values\n\n{published(what)}",
        f"## Equations\n\n{equations(joined(name, kind))}",
        f"## Numbers\n\n{numbers(what)}",
        f"## Published results of these cards\n\n{reproduced(what)}",
        f"## Limits\n\n{limits(what)}",
        f"## Sources\n\n{sources(what)}",
    ]
    return "\n\n".join(sections) + "\n"


def course(what: StateCourse) -> str:
    """Return the values of the course at a few places."""
    units = [what.course.units[output] for output in what.outputs]
    head = [
        what.axis,
        *(f"{output.removeprefix('plasma.')}, {unit}" for output, unit in zip(what.outputs, units, strict=True)),
    ]
    span = what.places[-1] - what.places[0]
    rows = []
    for place in what.places[0] + span * np.linspace(0, 1, ROWS) ** what.crowding:
        values = [np.interp(place, what.places, what.course.values[output]) for output in what.outputs]
        rows.append([shown(place), *(shown(value) for value in values)])
    weight, solver = what.course.person.weight, what.course.solver
    return f"One typical person of {weight:g} kg. Solver: {solver}.\n\n{table(head, rows)}"


def published(what: StateCourse) -> str:
    """Return every published value on the course beside it."""
    reasons = what.reasons().items()
    rest = [
        f"Claimed and not drawn, {reason}: {', '.join(f'`{name}`' for name in names)}." for reason, names in reasons
    ]
    if not what.points:
        return "\n\n".join(["None lies on this course: no card has a claimed value at a place of it.", *rest])
    head = [
        "row",
        what.axis,
        "what",
        "observed",
        "spread",
        "course",
        "course / observed",
        "role",
        "study",
        "assay",
        "source",
    ]
    return "\n\n".join([table(head, [_point(point) for point in what.points]), *rest])


def _point(point: Point) -> list[str]:
    place = shown(point.place) + ("" if point.until is None else f" to {shown(point.until)}")
    unit = point.unit
    if point.value is None:
        observed, ratio = f"{shown(point.low or 0.0)} to {shown(point.high or 0.0)} {unit}", ""
    else:
        observed = f"{shown(point.value)} {unit}"
        ratio = f"{point.predicted / point.value:.2f}" if point.value else ""
    role = f"{point.entry.role}" if point.entry.role is not Role.FIT else "fit (hollow)"
    assay, source = point.entry.assay or "", ", ".join(point.entry.source)
    name = point.output.removeprefix("plasma.") + (", time of the peak" if point.is_time else "")
    ends = point.value is not None and point.low is not None and point.high is not None
    spread = f"{shown(point.low or 0.0)} to {shown(point.high or 0.0)}" if ends else ""
    predicted = shown(point.predicted) + (" as read" if point.on_assay_scale else "")
    label, study = f"`{point.entry.name}`", point.entry.study or ""
    return [label, place, name, observed, spread, predicted, ratio, role, study, assay, source]


def equations(model: Joined) -> str:
    """Return the formulas of every kind of part in the model, as they stand in the code."""
    kinds: dict[type[AbstractPart], list[str]] = {}
    for name, part in model.parts.items():
        kinds.setdefault(type(part), []).append(name)
    return "\n\n".join(f"### {kind_of(kind)}\n\n{_formula(kind, names)}" for kind, names in kinds.items())


def _formula(kind: type[AbstractPart], names: list[str]) -> str:
    text = re.split(r"(?m)^(?:Source|Raises|Args|Attributes):$", inspect.getdoc(kind) or "")[0]
    summary = text.partition("\n")[0]
    kept = "\n".join(line for line in text.splitlines()[1:] if line.startswith("    ") or not line)
    formula = re.sub(r"\n{3,}", "\n\n", textwrap.dedent(kept).strip("\n"))
    parts = ", ".join(f"`{name}`" for name in names)
    shown_formula = f"\n\n```text\n{formula}\n```" if formula else ""
    return f"{summary}{shown_formula}\n\nParts: {parts}."


def numbers(what: StateCourse) -> str:
    """Return every number that took part, by card."""
    by_card: dict[str, list[Number]] = {}
    ledger = what.course.ledger
    for number in ledger.numbers:
        by_card.setdefault(number.card, []).append(number)
    parts = [
        f"{len(ledger.numbers)} numbers took part; {len(ledger.assumed)} of them are assumed or rest on an assumption."
    ]
    for card, members in by_card.items():
        rows = [_number(number) for number in members]
        parts.append(f"### {card}\n\n{table(['number', 'value', 'unit', 'status', 'source', 'assumed because'], rows)}")
    return "\n\n".join(parts)


def _number(number: Number) -> list[str]:
    why = _shortened(number.assumed) if number.assumed else ""
    unit, sources = _plain(number.unit), ", ".join(number.source)
    return [number.key, shown(number.value, 4), unit, str(number.status), sources, why]


def reproduced(what: StateCourse) -> str:
    """Return the published results that the cards of the model claim, beside what comes out."""
    taken = {(number.card, number.variant) for number in what.course.ledger.numbers}
    cards = {card for card, _ in taken}
    verdict = {True: "met", False: "**missed**", None: "tests nothing"}
    rows = []
    for result, (card, variant, entry) in zip(results(), entries(), strict=True):
        others = any((card.name, name) in taken for name in card.variants)
        if card.name not in cards or ((card.name, variant) not in taken if others else variant != card.default):
            continue
        unit = "" if result.unit == "1" else f" {result.unit.replace('*', ' ')}"
        rows.append(
            [
                result.name,
                card.name,
                str(result.role),
                shown(result.predicted, 4) + unit if np.isfinite(result.predicted) else "",
                shown(result.observed, 5) + unit if np.isfinite(result.observed) else "",
                limit(entry),
                verdict[result.passed],
            ]
        )
    if not rows:
        return "None: no card of this model claims a result of its own."
    return table(["result", "card", "role", "predicted", "observed", "limit", "verdict"], rows)


def limits(what: StateCourse) -> str:
    """Return what the course must not be used for."""
    return "\n".join(f"- {_plain(text)}" for text in what.course.limits)


def sources(what: StateCourse) -> str:
    """Return the sources of the numbers and of the published values."""
    keys = dict.fromkeys([*what.course.ledger.sources, *(key for point in what.points for key in point.entry.source)])
    return "\n".join(f"- `{key}`: {_plain(library().references[key].plain())}" for key in keys)


def _shortened(text: str) -> str:
    plain = _plain(text)
    return plain if len(plain) <= SHORT else f"{plain[:SHORT].rpartition(' ')[0]} …"


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
