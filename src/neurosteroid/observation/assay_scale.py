"""Assay as a covariate: what a laboratory's assay reads where the true concentrations are known."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import Final, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosteroid import units
from neurosteroid.errors import InputError, UnknownNameError, unknown_name
from neurosteroid.evidence import Card, Ledger, Spread, SpreadKind, library

Array = NDArray[np.float64]
ASSAYS: Final = "assays"
"""The kind of the cards: one for each type of assay, with a variant for each analyte it reads."""
_CROSS, _BIAS = "cross_", "bias_"


@final
@dataclass(frozen=True)
class AssayScale:
    """The scale of one assay for one analyte.

        measured = bias * slope * (analyte + sum_i cross_i * metabolite_i) + floor

    Mass spectrometry with chromatography is the reference: slope 1, no cross-reaction, no floor. The floor is what the
    assay reads in a sample without analyte (its blank). The bias is that of one study, log-normal between studies with
    median 1.

    Attributes:
        analyte: port name, such as ``"progesterone"``.
        assay: card of kind ``assays``.
        unit: of concentrations and of the floor: ``"nmol/L"``, or ``"IU/L"`` where there is no molar mass.
        slope: reading over concentration, above 0.
        floor: in `unit`, 0 or more.
        cross: reading per amount of another analyte, by its port name; amount for amount.
        bias: of the study, above 0; 1 is the typical study.
        bias_log_sd: standard deviation of ln(bias) between studies.
        bias_log_se: standard error of ln(bias) where the bias is that of a study; None for the typical study.

    Raises:
        InputError: a number is impossible.
    """

    analyte: str
    assay: str
    unit: str
    slope: float
    floor: float
    cross: Mapping[str, float] = field(default_factory=dict)
    bias: float = 1.0
    bias_log_sd: float = 0.0
    bias_log_se: float | None = None

    def __post_init__(self) -> None:
        where = f"{ASSAYS}/{self.assay} [{self.analyte}]"
        for name, value in (("slope", self.slope), ("bias", self.bias)):
            if not 0 < value < np.inf:
                raise InputError(f"{name} = {value!r}; a number above 0 is needed.", where=where)
        for name, value in (
            ("floor", self.floor),
            ("bias_log_sd", self.bias_log_sd),
            ("bias_log_se", self.bias_log_se or 0.0),
            *self.cross.items(),
        ):
            if not 0 <= value < np.inf:
                raise InputError(f"{name} = {value!r}; a number of 0 or more is needed.", where=where)

    def observe(self, values: Mapping[str, ArrayLike]) -> Array:
        """Return what the assay reads.

        Args:
            values: true concentrations by port name in `unit`, of shapes that broadcast: of the analyte and of all it
                cross-reacts with. What is not there is not taken for 0.

        Raises:
            InputError: a concentration is missing.
        """
        return self.bias * self.slope * (self._of(values, self.analyte) + self._foreign(values)) + self.floor

    def truth(self, measured: ArrayLike, others: Mapping[str, ArrayLike]) -> Array:
        """Return the concentration of the analyte that gives a reading, where those of the others are known.

        Negative for a reading below the floor or below what the others explain: nothing is clipped.

        Args:
            measured: readings in `unit`.
            others: concentrations by port name in `unit`, of all that cross-react.

        Raises:
            InputError: a concentration is missing.
        """
        return (np.asarray(measured, dtype=float) - self.floor) / (self.bias * self.slope) - self._foreign(others)

    def drawn(self, generator: np.random.Generator) -> AssayScale:
        """Return the scale of a study that nobody knows: the same with a bias drawn for it."""
        return replace(self, bias=float(np.exp(self.bias_log_sd * generator.standard_normal())), bias_log_se=0.0)

    def bias_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the ends between which the bias lies with a probability.

        Of a study with a bias of its own, by the standard error of that; of the typical study where the bias of a study
        that nobody knows will lie, by the spread between studies.

        Args:
            level: the probability, above 0 and below 1.

        Raises:
            InputError: an impossible level.
        """
        if not 0 < level < 1:
            raise InputError(f"found {level!r}; a probability between 0 and 1 is needed.", where="level")
        spread = self.bias_log_sd if self.bias_log_se is None else self.bias_log_se
        factor = math.exp(NormalDist().inv_cdf((1 + level) / 2) * spread)
        return self.bias / factor, self.bias * factor

    def interval(self, values: Mapping[str, ArrayLike], level: float = 0.95) -> tuple[Array, Array]:
        """Return the readings at both ends of `bias_interval`, for true concentrations as `observe` takes them.

        Raises:
            InputError: an impossible level, or a concentration that is missing.
        """
        low, high = (replace(self, bias=bias).observe(values) for bias in self.bias_interval(level))
        return low, high

    def _foreign(self, values: Mapping[str, ArrayLike]) -> Array:
        parts = [share * self._of(values, name) for name, share in self.cross.items() if share > 0]
        return np.asarray(sum(parts, start=np.zeros(())))

    def _of(self, values: Mapping[str, ArrayLike], name: str) -> Array:
        if name not in values:
            known = ", ".join(sorted(values)) or "nothing"
            raise InputError(
                f"The concentration of {name} is missing, which this assay reads. Given: {known}. Give 0 for none.",
                where=f"{ASSAYS}/{self.assay} [{self.analyte}]",
            )
        return np.asarray(values[name], dtype=float)


def assay_scale(analyte: str, assay: str, study: str | None = None, *, ledger: Ledger | None = None) -> AssayScale:
    """Return the scale of an assay for an analyte, from its card.

    Args:
        analyte: port name.
        assay: name of the card, or a synonym on it such as ``"RIA"``; `neurosteroid list assays` lists them.
            ``"card[variant]"`` takes a variant that is named otherwise than its analyte.
        study: where the card has a bias of this study, that is taken; any other study, and None, is the typical one.
        ledger: records the numbers that were taken.

    Raises:
        UnknownNameError: there is no such card, or it says nothing of this analyte: no scale is taken for granted.
    """
    card, chosen = _card(assay)
    variant = chosen or analyte
    if variant not in card.variants:
        raise unknown_name("analyte", variant, card.variants, where=f"{ASSAYS}/{card.name}")
    settings = card.variant(variant).settings
    if settings.get("analyte", variant) != analyte:
        raise UnknownNameError(
            f"'{variant}' is a scale for {settings['analyte']}, not for {analyte}.", where=f"{ASSAYS}/{card.name}"
        )
    taken = Ledger() if ledger is None else ledger
    numbers = card.variant(variant).numbers
    unit = settings.get("unit", units.CONCENTRATION)
    mass = None if unit != units.CONCENTRATION else library().molar_mass(analyte)
    own = bias_key(study) if study is not None else ""
    return AssayScale(
        analyte=analyte,
        assay=assay,
        unit=unit,
        slope=taken.take(card, "slope", "1", variant),
        floor=taken.take(card, "floor", unit, variant, molar_mass=mass),
        cross={
            key.removeprefix(_CROSS): _share(card, key, variant, taken) for key in numbers if key.startswith(_CROSS)
        },
        bias=taken.take(card, own, "1", variant) if own in numbers else 1.0,
        bias_log_sd=taken.take(card, "between_studies", "1", variant),
        bias_log_se=_log_se(numbers[own].spread) if own in numbers else None,
    )


def bias_of(assay: str, study: str, analyte: str) -> float | None:
    """Return the bias of a study that the card of an assay has for an analyte, None where it has none.

    Raises:
        UnknownNameError: there is no such card, or it says nothing of this analyte.
    """
    scale = assay_scale(analyte, assay, study)
    return None if scale.bias_log_se is None else scale.bias


def bias_key(study: str) -> str:
    """Return the key under which the card of an assay holds the bias of a study."""
    return f"{_BIAS}{_slug(study)}"


def read_by(assay: str) -> tuple[str, ...]:
    """Return the analytes that an assay has a scale for, by port name; those of one variant for ``"card[variant]"``.

    Raises:
        UnknownNameError: there is no such card or variant.
    """
    card, variant = _card(assay)
    if variant and variant not in card.variants:
        raise unknown_name("variant", variant, card.variants, where=f"{ASSAYS}/{card.name}")
    names = (variant,) if variant else tuple(card.variants)
    found = [card.variant(each).settings.get("analyte", each) for each in names]
    return tuple(dict.fromkeys(found))


def studies_of(assay: str, analytes: Iterable[str]) -> tuple[str, ...]:
    """Return the studies whose bias in the assay is known for any of the analytes, as the card writes them.

    Raises:
        UnknownNameError: there is no such card or variant.
    """
    card, chosen = _card(assay)
    variants = [chosen or each for each in analytes]
    keys = [key for variant in variants if variant in card.variants for key in card.variant(variant).numbers]
    return tuple(dict.fromkeys(key.removeprefix(_BIAS) for key in keys if key.startswith(_BIAS)))


def check_study(study: str, assay: str, analytes: Iterable[str]) -> None:
    """Refuse a study whose bias the assay does not have: the typical study in its place would not be seen.

    Raises:
        UnknownNameError: no analyte of these has a bias of it; says which studies are known.
        InputError: the assay has the bias of no study.
    """
    known = studies_of(assay, analytes)
    if not known:
        raise InputError(
            "it has the bias of no study, only the typical one's and the spread between studies: leave the study away,"
            " or draw one that nobody knows (in Python seed=1, on the command line --draw 1).",
            where=assay,
        )
    if _slug(study) not in known:
        raise unknown_name("study", study, known, where=assay)


def observe(values: Mapping[str, ArrayLike], analyte: str, assay: str, study: str | None = None, *, unit: str) -> Array:
    """Return predicted concentrations on the scale of an assay.

    Args:
        values: true concentrations by port name, all in `unit`: of the analyte and of all that the assay also reads.
        analyte: port name of what the assay is for.
        assay: name of the card, as for `assay_scale`.
        study: whose bias is wanted; the typical study when None or not on the card.
        unit: of the values and of the result, such as ``"nmol/L"`` or ``"ng/mL"``; masses are converted by each
            substance's own molar mass.

    Raises:
        UnknownNameError: the assay has no scale for the analyte.
        InputError: a concentration that the assay reads is missing.
        UnitError: the unit is none of a concentration.
    """
    scale = assay_scale(analyte, assay, study)
    read = {name: values[name] for name in (analyte, *scale.cross) if name in values}
    inside = {name: _converted(value, unit, scale.unit, name) for name, value in read.items()}
    return _converted(scale.observe(inside), scale.unit, unit, analyte)


def assay_name(assay: str) -> str:
    """Return how the library calls an assay that is given by its name or a synonym; its variant in brackets stays.

    Raises:
        UnknownNameError: there is no such card or synonym; names the close ones.
    """
    card, chosen = _card(assay)
    return f"{card.name}[{chosen}]" if chosen else card.name


def _card(assay: str) -> tuple[Card, str]:
    """Return the card of an assay, by its name or a synonym in any case, and the variant in brackets or ``""``."""
    name, _, chosen = assay.partition("[")
    shelf = library()
    known = {each: each for each in shelf.names(ASSAYS)}
    if name not in known:
        also = {each: shelf.card(each, ASSAYS).variant().settings.get("synonyms", "").split(", ") for each in known}
        synonyms = {word: each for each, words in also.items() for word in words if word}
        folded = {_slug(word): each for word, each in (synonyms | known).items()}
        if _slug(name) not in folded:
            raise unknown_name("assay", name, [*known, *synonyms])
        name = folded[_slug(name)]
    return shelf.card(name, ASSAYS), chosen.removesuffix("]")


def _converted(value: ArrayLike, from_unit: str, to_unit: str, analyte: str) -> Array:
    mass = library().molar_mass(analyte) if from_unit != to_unit else None
    return np.asarray(units.convert(np.asarray(value, dtype=float), from_unit, to_unit, molar_mass=mass))


def _share(card: Card, key: str, variant: str, ledger: Ledger) -> float:
    return ledger.take(card, key, "1", variant)


def _log_se(spread: Spread | None) -> float:
    known = spread is not None and spread.kind is SpreadKind.SE_LOG and spread.value is not None
    return float(spread.value or 0.0) if known and spread is not None else 0.0


def _slug(study: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", study.lower()).strip("-")
