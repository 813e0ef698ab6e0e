"""The panel: every target at some concentrations of one steroid, which of them matter, and which are unknown."""

from __future__ import annotations

import importlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.errors import InputError, require_names, unknown_name
from neurosteroid.evidence import Ledger, Number, library
from neurosteroid.receptors.actions import TARGETS, UNIT, Action, Evidence, action, ligands, target_cards
from neurosteroid.receptors.gaba_rows import FAMILY, gaba_actions
from neurosteroid.receptors.synonyms import named_by

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

STEROIDS: Final = (
    "allopregnanolone",
    "pregnanolone",
    "isoallopregnanolone",
    "tetrahydrodeoxycorticosterone",
    "ganaxolone",
    "zuranolone",
)
"""The steroids the panel is made for; it takes any ligand that a target's card knows as well."""

CONCENTRATIONS: Final = ("5 nmol/L", "50 nmol/L", "3 umol/L")
"""Usual in brain, highest that the body makes, and where other targets begin."""

FAMILIES: Final = (
    FAMILY,
    "other ligand-gated channels",
    "calcium channels",
    "membrane receptors",
    "nuclear receptors",
)
_CRITERION: Final = "criterion"


class Verdict(StrEnum):
    """What a target does at one concentration, or at the concentrations of a brain."""

    MATTERS = "matters"
    """the effect reaches the criterion"""
    SMALL = "too small"
    """it does not"""
    UNDECIDED = "undecided"
    """the bounds lie on both sides of the criterion"""
    ACTS = "acts, size unknown"
    """an effect was seen at this concentration or a lower one"""
    LITTLE = "little or none"
    """as reported, without a number; taken to hold up to the highest concentration that the body makes"""
    UNKNOWN = "unknown"
    """no number, or none that reaches this concentration"""


@final
@dataclass(frozen=True, eq=False)
class ReceptorPanel:
    """One steroid at every target.

    Attributes:
        steroid: name of its compound.
        concentrations: (C,) nmol/L, nominal at the receptor.
        actions: (T,) what is known at each target, by family.
        smallest, largest: (T, C) effect as a share of full inhibition, activation or occupancy, or as relative change
            of open probability; equal where the curve is known, NaN where there is none.
        threshold: (T, 2) nmol/L at which the effect reaches the criterion, its two ends; NaN unknown, infinite never.
        verdicts: (T, C).
        at_brain_levels: (T,) the verdict at the highest of `brain_levels`.
        criterion: share from which an effect counts.
        brain_levels: nmol/L, usual and highest in brain, of the steroid in `brain_levels_of`.
        brain_levels_of: whose levels they are, whatever steroid the panel is of.
        ledger: every number that took part.
    """

    steroid: str
    concentrations: Array
    actions: tuple[Action, ...]
    smallest: Array
    largest: Array
    threshold: Array
    verdicts: tuple[tuple[Verdict, ...], ...]
    at_brain_levels: tuple[Verdict, ...]
    criterion: float
    brain_levels: tuple[float, float]
    brain_levels_of: str
    ledger: Ledger

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of the cards of the targets, in the order of the rows."""
        return tuple(each.target for each in self.actions)

    @property
    def units(self) -> dict[str, str]:
        """Unit of every array."""
        return {"concentrations": UNIT, "smallest": "1", "largest": "1", "threshold": UNIT}

    def columns(self) -> dict[str, list[Any]]:
        """Return one row for each target and concentration, as columns."""
        rows = [(at, place) for at in range(len(self.actions)) for place in range(len(self.concentrations))]
        return {
            "target": [self.actions[at].target for at, _ in rows],
            "title": [self.actions[at].title for at, _ in rows],
            "family": [self.actions[at].family for at, _ in rows],
            "way": [self.actions[at].way for at, _ in rows],
            f"concentration ({UNIT})": [float(self.concentrations[place]) for _, place in rows],
            "effect smallest": [float(self.smallest[at, place]) for at, place in rows],
            "effect largest": [float(self.largest[at, place]) for at, place in rows],
            "verdict": [str(self.verdicts[at][place]) for at, place in rows],
            "at brain levels": [str(self.at_brain_levels[at]) for at, _ in rows],
            f"threshold lowest ({UNIT})": [float(self.threshold[at, 0]) for at, _ in rows],
            f"threshold highest ({UNIT})": [float(self.threshold[at, 1]) for at, _ in rows],
            "evidence": [str(self.actions[at].evidence) for at, _ in rows],
            "sources": ["; ".join(self.actions[at].sources) for at, _ in rows],
        }

    def to_frame(self) -> pandas.DataFrame:
        """Return a data frame with a row for each target and concentration; units in ``frame.attrs['units']``."""
        import pandas as pd

        frame = pd.DataFrame(self.columns())
        frame.attrs["units"] = self.units
        return frame

    def plot(self) -> Figure:
        """Return the figure of this panel; the reports room draws it."""
        figure: Figure = importlib.import_module("neurosteroid.reports.panel_figure").panel_figure(self)
        return figure

    def sources(self) -> list[tuple[Number, str]]:
        """Return every number that took part, with its citations in plain text."""
        references = library().references
        return [(number, "; ".join(references[key].plain() for key in number.source)) for number in self.ledger.numbers]


def receptor_panel(steroid: str, at: Sequence[str] = CONCENTRATIONS) -> ReceptorPanel:
    """Return what a steroid does at every target at some concentrations.

    Args:
        steroid: name of a compound, such as ``"allopregnanolone"`` or ``"THDOC"``.
        at: concentrations with their units, nominal at the receptor; mass per volume is converted.

    Raises:
        UnknownNameError: a steroid that no target knows and the panel is not made for; names the close ones.
        InputError: no concentration, one below 0, or the same one twice.
        UnitError: a concentration without a unit, or with one that is none of a concentration.
    """
    name = _steroid(steroid)
    concentrations = _concentrations(at, name)
    card, ledger = library().card(_CRITERION, TARGETS), Ledger()
    criterion = ledger.take(card, "effect_that_matters", "1")
    levels = (ledger.take(card, "brain_level_low", UNIT), ledger.take(card, "brain_level_high", UNIT))
    found = [*gaba_actions(name), *(action(each, name) for each in target_cards())]
    found.sort(key=lambda each: (FAMILIES.index(each.family), each.family != FAMILY and each.title))
    for each in found:
        ledger.merge(each.ledger)
    ends = [each.effect(concentrations) for each in found]
    return ReceptorPanel(
        steroid=name,
        concentrations=concentrations,
        actions=tuple(found),
        smallest=np.stack([low for low, _ in ends]),
        largest=np.stack([high for _, high in ends]),
        threshold=np.array([each.threshold(criterion) for each in found]),
        verdicts=tuple(tuple(judged(each, float(x), criterion, levels[1]) for x in concentrations) for each in found),
        at_brain_levels=tuple(judged(each, levels[1], criterion, levels[1]) for each in found),
        criterion=criterion,
        brain_levels=levels,
        brain_levels_of=card.variant().settings["brain_levels_of"],
        ledger=ledger,
    )


def judged(each: Action, concentration: float, criterion: float, body: float) -> Verdict:
    """Return whether a target matters at a concentration.

    Args:
        each: what is known of it.
        concentration: nmol/L.
        criterion: share from which an effect counts.
        body: nmol/L, highest that the body makes. A report of little or no effect that names no concentration says
            nothing above it.
    """
    if each.curves:
        ends = sorted(abs(float(end[0])) for end in each.effect(np.array([concentration])))
        if ends[0] >= criterion:
            return Verdict.MATTERS
        return Verdict.SMALL if ends[1] < criterion else Verdict.UNDECIDED
    if each.seen_at is not None and concentration >= each.seen_at:
        return Verdict.ACTS
    return Verdict.LITTLE if each.evidence is Evidence.LITTLE and concentration <= body else Verdict.UNKNOWN


def panel_steroids() -> tuple[str, ...]:
    """Return every steroid that a panel can be made of, those it is made for first."""
    return tuple(dict.fromkeys([*STEROIDS, *ligands()]))


def _steroid(name: str) -> str:
    known = panel_steroids()
    if not isinstance(name, str):
        raise InputError(f"{name!r} is not the name of a steroid; write it as text.", where="receptor_panel")
    wanted = named_by(name, known)
    if wanted is None:
        raise unknown_name("steroid in the panel called", name, known)
    return wanted


def _concentrations(at: Sequence[str], steroid: str) -> Array:
    require_names(at, "at", where="receptor_panel")
    if not at:
        raise InputError("there is no concentration; give at least one, such as '50 nmol/L'.", where="at")
    mass = library().molar_mass(steroid)
    values: list[float] = []
    for place, text in enumerate(at):
        where = f"at[{place}]"
        # twelve digits: what a change of unit adds behind them is no other concentration
        value = float(f"{units.parse(text, UNIT, where=where, molar_mass=mass):.12g}")
        if not math.isfinite(value) or value < 0:
            raise InputError(f"'{text}' is below 0 or not finite; a concentration is 0 or above.", where=where)
        if value in values:
            raise InputError(f"'{text}' is there twice; give each concentration once.", where=where)
        values.append(value)
    return np.array(values)
