"""Allopregnanolone at four concentrations side by side, with what each row rests on, for the documentation."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from circuit_levels import KEPT
from docs_tables import table

from neurosteroid.evidence import Ledger, Number, library
from neurosteroid.model.compared import Compared, Stage
from neurosteroid.model.compared_cells import merged
from neurosteroid.model.compared_circuits import CircuitLevels, read_levels, rests_on
from neurosteroid.model.compared_words import cells_of, changes_of, number, unit_of
from neurosteroid.model.side_by_side import SYNAPSE, SideBySide, side_by_side
from neurosteroid.reports.side_by_side_figure import greek, side_by_side_svg
from neurosteroid.reports.small_print import short

FIGURE = "docs/four-concentrations.svg"
_RHYTHMS = {"amygdala": ("theta", "high theta", "gamma"), "cortex": ("beta",)}
_CELLS = (Stage.TONIC, Stage.MEMBRANE, Stage.SYNAPSE, Stage.FIRING)


@functools.cache
def found() -> SideBySide:
    """Return the comparison with the circuits that were kept; it is made once for all blocks and the figure."""
    return side_by_side().with_circuits(kept())


@functools.cache
def kept() -> tuple[CircuitLevels, ...]:
    """Return the circuits of the file that `circuit_levels` writes.

    Raises:
        SystemExit: a number on a card has changed since.
    """
    data = json.loads(KEPT.read_text(encoding="utf-8"))
    levels = tuple(read_levels(each, synapse=SYNAPSE) for each in data)
    for each, written in zip(levels, data, strict=True):
        if rests_on(each.ledger) != written["numbers"]:
            raise SystemExit(
                f"{KEPT.name}: numbers of '{each.name}' have changed; run scripts/circuit_levels.py again."
            )
    return levels


def summary() -> str:
    """Return what it comes to, a sentence or two for each concentration."""
    usual, highest, infused, beyond = (_changes(place) for place in range(1, 5))
    at = found().heads
    moved = [
        f"{float(row.values[-1] - row.values[0]):+.1f} mV in a {row.title.lower()}"
        for row in found().at(Stage.MEMBRANE)
        if row.quantity == "resting potential"
    ]
    targets = [found().at(Stage.OTHER_TARGET, name)[0] for name in ("calcium-l-type", "nicotinic-alpha4-beta2")]
    others = " and ".join(f"{row.title} ({row.quantity} {cells_of(row)[4]} %)" for row in targets)
    lines = [
        f"At **{at[1]}** tonic conductance is {usual['tonic']} of that without steroid, and little behind it moves:"
        f" the rheobase is {usual['rheobase']}.",
        f"At **{at[2]}** tonic conductance is {highest['tonic']} that without steroid, input resistance"
        f" {highest['resistance']}, rheobase {highest['rheobase']}.",
        f"At **{at[3]}** tonic conductance is {infused['tonic']} that without steroid, rheobase {infused['rheobase']};"
        f" a synaptic current takes {infused['decay']} of the time to fall to 1/e, if the steroid slows closing.",
        f"At **{at[4]}** other targets take part: {others}. Tonic conductance is {beyond['tonic']} that without"
        f" steroid, rheobase {beyond['rheobase']}.",
        f"Tonic inhibition shifts f-I curves and hardly turns them: at {at[4]} the gain is {beyond['gain']} of that"
        " without steroid.",
        f"Resting potentials at {at[4]} move by {', '.join(moved)}: towards the reversal of GABA-A currents, which lies"
        " above rest in the granule cell and below it in the others. All fire less, because the conductance shunts.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def _changes(place: int) -> dict[str, str]:
    """Return ratios to that without steroid over all cells at one concentration, from the lowest to the highest."""
    wanted = {
        "tonic": (Stage.TONIC, "tonic conductance"),
        "resistance": (Stage.MEMBRANE, "input resistance"),
        "decay": (Stage.SYNAPSE, "time to 1/e of the peak"),
        "rheobase": (Stage.FIRING, "rheobase"),
        "gain": (Stage.FIRING, "gain"),
    }
    return {key: _span(_folds(stage, quantity, place)) for key, (stage, quantity) in wanted.items()}


def _folds(stage: Stage, quantity: str, place: int) -> list[float]:
    return [float(row.relative()[place]) for row in found().at(stage) if row.quantity == quantity]


def _span(folds: list[float]) -> str:
    """Return the lowest and highest fold, in percent up to twofold."""
    low, high = min(folds), max(folds)
    if high > 2.0:
        return f"{number(low)} to {number(high)} times"
    ends = [f"{100 * end:.3g} %" for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0].removesuffix(' %')} to {ends[1]}"


def receptors() -> str:
    """Return the open probability of every isoform, and its fold over that without steroid."""
    rows = []
    for row in found().at(Stage.RECEPTOR):
        folds = [f"{text} ({number(float(fold))})" for text, fold in zip(cells_of(row), row.relative(), strict=True)]
        gaba = row.quantity.partition(" at ")[2].removesuffix(" GABA")
        rows.append([f"{greek(row.what)} (`{row.what}`)", gaba, cells_of(row)[0], *folds[1:], _counts(row.ledger)])
    heads = [f"{head} (fold)" for head in found().heads[1:]]
    return table(["isoform", "GABA", "without steroid", *heads, "numbers assumed"], rows)


def targets() -> str:
    """Return the effect at every other target."""
    rows = [
        [row.title, row.quantity, *(_with_unit(text) for text in cells_of(row)[1:]), row.evidence]
        for row in found().at(Stage.OTHER_TARGET)
    ]
    return table(["target", "effect", *found().heads[1:], "evidence"], rows)


def _with_unit(text: str) -> str:
    return f"{text} %" if text[-1].isdigit() else text


def cells() -> str:
    """Return what becomes of each cell."""
    return "\n\n".join(f"### {str(stage).capitalize()}\n\n{_stage(found().at(stage))}" for stage in _CELLS)


def _stage(rows: tuple[Compared, ...]) -> str:
    lines = [[row.title, row.quantity, *cells_of(row), unit_of(row), _counts(row.ledger)] for row in rows]
    return table(["cell", "quantity", *found().heads, "unit", "numbers assumed"], lines)


def circuits() -> str:
    """Return rates, synchrony and rhythms of each circuit, with intervals over seeds."""
    parts = []
    for circuit in found().circuits:
        rows = [
            row
            for row in found().at(Stage.CIRCUIT, circuit.name)
            if row.quantity.endswith((" rate", " synchrony")) or row.quantity.startswith(_RHYTHMS[circuit.name])
        ]
        lines = []
        for row in rows:
            lines.append([row.quantity, *cells_of(row, middle=True), unit_of(row)])
            if row.paired is not None:
                unit = "ratio" if row.paired.ratio else unit_of(row)
                lines.append([f"{row.quantity}, change by seed", "", *changes_of(row.paired), unit])
        said = f"{circuit.seeds} seeds of {circuit.duration:g} s, {_counts(circuit.ledger)} numbers assumed"
        parts.append(f"### {circuit.title}\n\n{said}.\n\n{table(['measure', *found().heads, 'unit'], lines)}")
    return "\n\n".join(parts)


def rests() -> str:
    """Return, for all rows of one thing that rest on the same numbers, what was read and what is assumed."""
    groups: dict[tuple[str, tuple[str, ...]], list[Compared]] = {}
    for row in found().rows:
        key = (row.title, tuple(each.where for each in row.ledger.numbers))
        if row.ledger.numbers:
            groups.setdefault(key, []).append(row)
    lines = []
    for (title, _), rows in groups.items():
        ledger = merged(row.ledger for row in rows)
        stages = ", ".join(dict.fromkeys(str(row.stage) for row in rows))
        lines.append([title, stages, _read(ledger), _assumed(ledger)])
    return table(["of", "rows", "read at or derived from", "assumed"], lines)


def _counts(ledger: Ledger) -> str:
    return f"{len(ledger.assumed)} of {len(ledger.numbers)}" if ledger.numbers else ""


def _read(ledger: Ledger) -> str:
    """Return how many numbers were read, and where."""
    shelf = library().references
    known = [each for each in ledger.numbers if not each.counts_as_assumed]
    sources = dict.fromkeys(short(shelf[key]) for each in known for key in each.source)
    return f"{len(known)}: {'; '.join(sources)}" if known else "none"


def _assumed(ledger: Ledger) -> str:
    """Return the assumed numbers by card, and what is assumed that is no number."""
    shelf = library().references
    cards: dict[str, list[Number]] = {}
    for each in ledger.assumed:
        cards.setdefault(f"{each.card}[{each.variant}]" if each.variant else each.card, []).append(each)
    said = []
    for card, numbers in cards.items():
        after = dict.fromkeys(short(shelf[key]) for each in numbers for key in each.source)
        why = f" (after {', '.join(after)})" if after else ""
        said.append(f"`{card}`: {', '.join(each.key for each in numbers)}{why}")
    return "; ".join([*said, *(f"*{choice.said}*" for choice in ledger.choices)]) or "none"


def total() -> str:
    """Return how many numbers took part in all, and how many of them are assumed."""
    ledger = found().ledger
    return (
        f"{len(ledger.numbers)} numbers take part on this page, {len(ledger.assumed)} of them assumed;"
        f" {len(ledger.choices)} choices that are no numbers are assumed too."
    )


def files(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield the figure with its path."""
    yield root / FIGURE, side_by_side_svg(found())


BLOCKS: Mapping[str, Callable[[], str]] = {
    "levels-summary": summary,
    "levels-receptors": receptors,
    "levels-targets": targets,
    "levels-cells": cells,
    "levels-circuits": circuits,
    "levels-rests": rests,
    "levels-total": total,
}
