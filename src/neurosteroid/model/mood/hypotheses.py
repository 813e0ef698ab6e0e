"""The explanations as things to ask: what each acts on, and what it predicts at levels of serum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.errors import InputError, unknown_name
from neurosteroid.evidence import Choice, library
from neurosteroid.model.checked import not_negative
from neurosteroid.model.mood.preparation import COMMON, KIND, PLAIN, Preparation, preparation
from neurosteroid.model.mood.run import Readout, read_out
from neurosteroid.model.mood.turning import located
from neurosteroid.model.recording import Recording

Array = NDArray[np.float64]

LEVELS: Final = tuple(
    f"{level} nmol/L" for level in ("0", "0.5", "1", "1.25", "1.5", "1.75", "2", "2.5", "3", "4", "5", "7", "10")
)
"""Serum levels at which predictions are made where none are asked for."""
_COLUMNS: Final = {
    "serum": "nmol/L",
    "receptor": "nmol/L",
    "expression": "1",
    "inward tonic multiplier": "1",
    "outward tonic multiplier": "1",
    "interneuron rate": "Hz",
    "synaptic conductance": "nS",
    "GABA reversal": "mV",
    "rheobase": "pA",
    "rate": "Hz",
    "excitability": "percent",
}


@final
@dataclass(frozen=True)
class MoodHypothesis:
    """One explanation of a mood that is worst at a middle level of allopregnanolone, as its card states it.

    Attributes:
        name: of its card, or ``"none"`` for the reference without any.
        variant: of the card.
        title: in words.
        acts_on: the one part that it changes.
        description: what it says.
        note: what speaks for and against it, and what was not read.
    """

    name: str
    variant: str
    title: str
    acts_on: str
    description: str
    note: str

    @property
    def label(self) -> str:
        """Name and variant, such as ``local-synthesis (yielding)``."""
        return f"{self.name} ({self.variant})" if self.variant else self.name

    @property
    def scannable(self) -> bool:
        """Whether the card bounds a number of this variant for `scan`."""
        return (
            self.name != PLAIN
            and "scan_field" in library().card(self.name, KIND).variant(self.variant or None).settings
        )

    def preparation(self) -> Preparation:
        """Return the parts that stand in its preparation."""
        return preparation(self.name, self.variant or None)

    def predict(self, levels: Sequence[str] = LEVELS) -> Recording:
        """Return what the principal cell does at levels of allopregnanolone in serum.

        Excitability is the rheobase at 0 nmol/L over that at each level, less 1, in percent. More of it, that is less
        inhibition, stands for worse mood: an assumption. The level 0 is added where it is missing. The worst level of
        a U is searched for between the levels.

        Args:
            levels: such as ``["0.5 nmol/L", "2 nmol/L"]``, total in serum.

        Raises:
            UnitError: a level without a unit or with a wrong one.
            InputError: no level, none above 0, or one below it.
        """
        return recorded(self, read_levels(levels))

    def scan(self, points: int = 5, between: tuple[str, str] | None = None) -> Recording:
        """Return where mood would be worst for values of the explanation's least known number, as its card bounds it.

        It shows what an explanation needs; nothing is fitted by it.

        Args:
            points: values, evenly spaced on a logarithmic scale; two or more.
            between: lowest and highest value, such as ``("6.5 nS", "8.5 nS")``; those of the card when None.

        Raises:
            UnitError: an end without a unit or with a wrong one.
            InputError: fewer than two points, ends out of order, or a variant whose card tries no number.
        """
        from neurosteroid.model.mood.scan import scanned

        return scanned(self, points, between)


def read_levels(levels: Sequence[str]) -> list[float]:
    """Return levels in nmol/L, sorted, each once, with 0 in front.

    Raises:
        UnitError: a level without a unit or with a wrong one.
        InputError: no level, none above 0, or one below it.
    """
    if isinstance(levels, str) or not hasattr(levels, "__iter__") or not len(levels := list(levels)):
        raise InputError("give one level or more, each as text with its unit, such as ['0.5 nmol/L', '2 nmol/L'].")
    parsed = [not_negative(units.parse(each, units.CONCENTRATION, where="levels"), "levels") for each in levels]
    if not any(parsed):
        raise InputError("every level is 0, with which all are compared; give one above it.", where="levels")
    return sorted({0.0, *parsed})


def mood_hypothesis(name: str, variant: str | None = None) -> MoodHypothesis:
    """Return an explanation of the U-shaped mood curve by name, such as ``"interneuron-delta"``; ``"none"`` for none.

    Args:
        name: see `mood_hypotheses`.
        variant: of its card; the default when None.

    Raises:
        UnknownNameError: no such explanation or variant.
    """
    shelf = library()
    if name == PLAIN:
        if variant is not None:
            raise InputError(f"'{PLAIN}' has no variants; leave '{variant}' away.", where="variant")
        return MoodHypothesis(PLAIN, "", "No hypothesis", "nothing", shelf.card(COMMON, KIND).description, "")
    if name not in names():
        raise unknown_name("hypothesis", name, (PLAIN, *names()))
    card = shelf.card(name, KIND)
    chosen = card.variant(variant)
    title = f"{card.title}: {chosen.title.lower()}" if chosen.title else card.title
    acts_on = chosen.settings["acts_on"]
    return MoodHypothesis(name, variant or card.default, title, acts_on, card.description, card.note or "")


def names() -> tuple[str, ...]:
    """Return the names of the explanations."""
    return tuple(each for each in library().names(KIND) if each != COMMON)


def mood_hypotheses() -> list[MoodHypothesis]:
    """Return every explanation in its default variant, in alphabetical order."""
    return [mood_hypothesis(name) for name in names()]


def all_variants() -> list[MoodHypothesis]:
    """Return the reference, and every explanation in every variant."""
    every = [(name, variant) for name in names() for variant in library().card(name, KIND).variants]
    return [mood_hypothesis(PLAIN), *(mood_hypothesis(name, variant or None) for name, variant in every)]


def recorded(hypothesis: MoodHypothesis, serum: Sequence[float]) -> Recording:
    """Return the prediction at levels (nmol/L) that begin with 0."""
    made = hypothesis.preparation()
    found = read_out(made, serum)
    made.ledger.choose(
        Choice(
            f"{KIND}/{COMMON}",
            "less inhibition of the principal cell is worse mood",
            "Nobody measured both in one animal or woman; the read-out that all explanations share rests on it.",
        )
    )
    worst, height, shape = located(made, found)
    scalars: dict[str, float | str] = {
        "hypothesis": hypothesis.name,
        "variant": hypothesis.variant or "-",
        "acts on": hypothesis.acts_on,
        "worst level": worst,
        "height": height,
        "shape": shape,
    }
    named = dict.fromkeys(scalars, "1") | {"worst level": "nmol/L", "height": "percent"}
    columns = dict(zip(_COLUMNS, _values(found), strict=True))
    notes = (
        "Excitability is the rheobase at 0 nmol/L over that at the level, less 1; that more is worse mood is assumed.",
        "Synaptic inhibition enters as the mean conductance of the barrage.",
    )
    return Recording("hypothesis", hypothesis.title, columns, scalars, {**_COLUMNS, **named}, made.ledger, notes)


def _values(found: Readout) -> tuple[Array, ...]:
    levels = found.levels
    return (
        levels.serum,
        levels.receptor,
        levels.expression,
        found.tonic_multiplier,
        found.outward_multiplier,
        found.interneuron_rate,
        found.synaptic_conductance,
        found.reversal,
        found.rheobase,
        found.rate,
        found.excitability,
    )
