"""Write what the rival explanations of the mood curve predict and need, and how they are told apart, on their page.

    python scripts/mood_tables.py            rewrite tables and figure of docs/u-shape.md
    python scripts/mood_tables.py --check    change nothing; exit 1 when something is out of date

Apart from `write_docs`, since some hundred sets of neuron runs stand behind the tables.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from docs_tables import table

from neurosteroid.evidence import Ledger
from neurosteroid.model.mood.comparison import MoodComparison, compare_mood_hypotheses
from neurosteroid.model.mood.experiments import separating_experiments
from neurosteroid.model.mood.hypotheses import MoodHypothesis, all_variants
from neurosteroid.model.mood.manipulations import MANIPULATIONS
from neurosteroid.model.recording import Recording
from neurosteroid.reports.mood_figure import mood_svg

PAGE = Path(__file__).parents[1] / "docs" / "u-shape.md"
MARK = re.compile(r"(?s)(?P<begin><!-- run: (?P<name>[\w-]+) -->\n)(?P<text>.*?)(?P<end><!-- end of run -->)")
_SHOWN = (0.5, 1.0, 1.5, 1.75, 2.0, 3.0, 5.0, 7.0, 10.0)
_CLOSER = {"interneuron-delta": ("6.5 nS", "8.5 nS")}
"""Values tried more closely: those about which the driven interneuron falls silent."""
_AT = ("2 nmol/L", "20 nmol/L")


@functools.cache
def _compared() -> MoodComparison:
    return compare_mood_hypotheses([f"{level:g} nmol/L" for level in _SHOWN])


def predictions() -> str:
    """Return excitability at levels of serum by every explanation and variant, and the shape of it."""
    found, rows = _compared(), []
    for each, one in zip(found.hypotheses, found.recordings, strict=True):
        change = dict(zip(one.columns["serum"].tolist(), one.columns["excitability"].tolist(), strict=True))
        worst = one.scalars["worst level"]
        shape = f"U, highest at {worst:.3g}" if one.scalars["shape"] == "U" else str(one.scalars["shape"])
        rows.append([f"`{each.label}`", *(f"{change[level]:+.2f}" for level in _SHOWN), shape])
    return table(["explanation", *(f"{level:g} nmol/L" for level in _SHOWN), "shape, 0 to 10"], rows)


def needs() -> str:
    """Return for each explanation where it would turn, by values of its least known number."""
    rows, done = [], set()
    for each in all_variants():
        if not each.scannable or each.name in done:
            continue
        done.add(each.name)
        closer = _CLOSER.get(each.name)
        rows += [_needed(each, each.scan(), bool(closer))]
        rows += [_needed(each, each.scan(between=closer), True)] if closer else []
    return table(["explanation", "number", "lowest value", "", "middle", "", "highest value"], rows)


def _needed(each: MoodHypothesis, found: Recording, firing: bool) -> list[str]:
    """Return a row of `needs`, with the interneuron's rate at 0 and 10 nmol/L where `firing`."""
    field, unit = next(iter(found.columns)), next(iter(found.units.values()))
    names = (field, "worst level", "height", "interneuron rate at 0", "interneuron rate at 10")
    cells = []
    for value, worst, high, before, after in zip(*(found.columns[name] for name in names), strict=True):
        where = f"{worst:.3g}, {high:.2f} %" if high > 0 else f"no U, highest at {worst:.3g}"
        rates = f"{before:.3g} to {after:.3g} Hz" if before > 0 else "interneuron silent"
        cells.append(f"{value:.3g}: {where}" + (f" ({rates})" if firing else ""))
    return [f"`{each.label}`", f"{found.scalars['number']} ({unit})", *cells]


def experiments() -> str:
    """Return the experiment for each pair, in serum or bath at two levels, with what both predict."""
    texts = []
    for level in _AT:
        found = separating_experiments(level)
        rows = []
        for each in found.experiments:
            said = [
                " / ".join(f"{value:+.2f}" for value in each.predictions[name]) for name in (each.first, each.second)
            ]
            conditions = " / ".join(each.manipulation.conditions)
            names = [f"`{each.first}`", f"`{each.second}`"]
            apart = [f"{each.difference:.2g} {each.unit}", f"{each.times_resolved:.2g}"]
            rows.append([*names, f"{each.manipulation.name}: {conditions}", *said, *apart])
        headings = [
            "first",
            "second",
            "experiment and conditions",
            "first predicts",
            "second predicts",
            "apart by",
            "times what is resolved",
        ]
        texts.append(f"At {level}:\n\n{table(headings, rows)}")
    return "\n\n".join(texts)


def manipulations() -> str:
    """Return what is done and read in each experiment."""
    ledger = Ledger()
    rows = [
        [each.name, each.doing, each.reading, each.unit, f"{each.quantity.resolved(ledger):g}"]
        for each in MANIPULATIONS
    ]
    return table(["experiment", "what is done", "what is read", "in", "resolved, assumed"], rows)


BLOCKS: Mapping[str, Callable[[], str]] = {
    "predictions": predictions,
    "needs": needs,
    "experiments": experiments,
    "manipulations": manipulations,
}


def main() -> int:
    check, text = "--check" in sys.argv[1:], PAGE.read_text(encoding="utf-8")
    page = MARK.sub(lambda mark: f"{mark['begin']}\n{BLOCKS[mark['name']]().strip()}\n\n{mark['end']}", text)
    changed = False
    for path, wanted in ((PAGE, page), (PAGE.with_suffix(".svg"), mood_svg(_compared()))):
        if path.is_file() and path.read_text(encoding="utf-8") == wanted:
            continue
        changed = True
        print(f"{path.name}: {'out of date' if check else 'written'}")
        if not check:
            path.write_text(wanted, encoding="utf-8")
    return 1 if changed and check else 0


if __name__ == "__main__":
    sys.exit(main())
