"""What each explanation of the mood curve would do to a depression score at levels of serum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.engine import Covariate, EventKind, Record, solve, wire
from neurosteroid.engine.maths import expit, logit
from neurosteroid.errors import InputError, unknown_name
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.assembly import felt_parts
from neurosteroid.model.choice import DRIVER, ModelChoice
from neurosteroid.model.mood.hypotheses import read_levels
from neurosteroid.model.mood.preparation import common
from neurosteroid.model.neuron_bridge import bridge
from neurosteroid.model.recording import Recording

Array = NDArray[np.float64]

LEVELS: Final = tuple(
    f"{level} nmol/L" for level in ("0", "1", "1.75", "3", "5", "10", "30", "50", "100", "170", "250")
)
"""Serum levels where none are asked for: those of a cycle, of a pregnancy and of the label infusion."""
OF_THE_DRUG: Final = ("disposition", "milk")
"""Parts of the model of the drug that stand between a dose and plasma."""
PLASMA: Final = f"plasma.{ANALYTE}"
EFFECT: Final = "effect.mood"
_CARD: Final = "hamd17"


def driven_scores() -> tuple[str, ...]:
    """Return the variants of the depression score that answer to neurons."""
    return tuple(name for name, each in library().card(_CARD, "outcomes").variants.items() if DRIVER in each.settings)


def mood_by_level(levels: Sequence[str] = LEVELS, scores: Sequence[str] | None = None) -> Recording:
    """Return by how many HAM-D points steady levels of allopregnanolone in serum move the usual score of the card.

    Each level stands for the days of the common preparation; the score before is the mean at baseline of the card, and
    placebo response is left out. Below 0 is better mood. Nothing here was observed: the slope of each score was fitted
    to two infusions, far above the levels of a cycle.

    Args:
        levels: such as ``["1.75 nmol/L", "170 nmol/L"]``, total in serum; 0 is added where it is missing.
        scores: variants of the card ``hamd17`` that answer to neurons, such as ``["by-outward-block"]``; all when None.

    Raises:
        UnitError: a level without a unit or with a wrong one.
        InputError: no level, none above 0, or one below it; no score.
        UnknownNameError: a score that does not answer to neurons.
    """
    known = driven_scores()
    if isinstance(scores, str):
        raise InputError(f"'{scores}' is one name; give a list of them, such as ['{scores}'].", where="scores")
    chosen = known if scores is None else tuple(scores)
    if not chosen:
        raise InputError(f"give one score or more: {', '.join(known)}.", where="scores")
    for name in chosen:
        if name not in known:
            raise unknown_name("depression score by neurons", str(name), known, where="scores")
    asked, ledger = read_levels(levels), Ledger()
    columns = {"serum": np.array(asked)} | {name: _points(name, asked, ledger) for name in chosen}
    worst = {f"worst level, {name}": float(asked[int(np.argmax(columns[name]))]) for name in chosen}
    named = {"serum": "nmol/L", **dict.fromkeys(chosen, "points"), **dict.fromkeys(worst, "nmol/L")}
    notes = (
        "HAM-D points at a steady level less those at 0 nmol/L, without placebo response; below 0 is better.",
        "Each slope was fitted to infusions of 150 to 200 nmol/L; what stands at 10 nmol/L and below is extrapolated.",
    )
    return Recording(
        "mood", "HAM-D by serum level: scores that answer to neurons", columns, worst, named, ledger, notes
    )


def _points(score: str, levels: Sequence[float], ledger: Ledger) -> Array:
    card = library().card(_CARD, "outcomes")
    choice = ModelChoice(mood=score)
    every = felt_parts(choice, bridge(choice, ledger), ledger)
    parts = {name: part for name, part in every.items() if name not in OF_THE_DRUG}
    system = wire(parts, [Covariate(PLASMA, units.CONCENTRATION)])
    until = common(ledger).exposure
    records = [
        [Record(time=time, evid=EventKind.OTHER, covariates={PLASMA: level}) for time in (0.0, until)]
        for level in levels
    ]
    done = solve(
        system, records, parameters=system.parameters(len(levels)), output_times=[until], outputs=(EFFECT,)
    ).require_complete()
    effect = np.asarray((done.kept or {})[EFFECT])[:, -1]
    slope, highest, before = (ledger.take(card, key, "1", score) for key in ("slope", "highest_score", "baseline_mean"))
    points = highest * expit(logit(before / highest) - slope * effect)
    return np.asarray(points - points[0])
