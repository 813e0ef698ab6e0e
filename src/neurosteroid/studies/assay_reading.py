"""The assay of a study: plasma of all women on the scale of a laboratory's assay, before anything is counted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.dosing import Arm, InfusionStep, Route
from neurosteroid.errors import InputError, UnknownNameError, unknown_name
from neurosteroid.evidence import Ledger, library
from neurosteroid.model import Courses
from neurosteroid.model.as_measured import read_on_scale, reading_limit, scales_of
from neurosteroid.observation.assay_scale import AssayScale, assay_name, check_study, read_by
from neurosteroid.studies.config import AssayChoice

Array = NDArray[np.float64]
_PLASMA: Final = "plasma."
_ORALLY_GIVEN: Final = "progesterone"  # whose metabolites of the first pass react with direct immunoassays


@final
@dataclass(frozen=True, eq=False)
class Reading:
    """What an assay reads of the courses of a study.

    Attributes:
        assay: name of its card, with the variant in brackets where one was chosen.
        study: whose bias it has; the typical study's where None.
        seed: of the bias of a study that nobody knows, where it was drawn.
        scales: one for each analyte.
        ledger: the numbers of the scales.
    """

    assay: str
    study: str | None
    seed: int | None
    scales: tuple[AssayScale, ...]
    ledger: Ledger = field(default_factory=Ledger)

    @property
    def analytes(self) -> tuple[str, ...]:
        """What is read, by port name."""
        return tuple(scale.analyte for scale in self.scales)

    @property
    def outputs(self) -> tuple[str, ...]:
        """What is read, by the name of the output."""
        return tuple(_PLASMA + analyte for analyte in self.analytes)

    @property
    def needs(self) -> tuple[str, ...]:
        """Outputs that it reads: of the analytes, and of all that cross-reacts."""
        names = [name for scale in self.scales for name in (scale.analyte, *scale.cross)]
        return tuple(_PLASMA + name for name in dict.fromkeys(names))

    @property
    def limit(self) -> str:
        """What has to be known of numbers that it reads, as a sentence."""
        return reading_limit(self.assay, self.study, self.seed, self.scales)

    def applied(self, courses: Courses, units: Mapping[str, str]) -> Courses:
        """Return courses whose plasma is what the assay reads; what rules did was decided by the truth."""
        points = courses.points
        if points is not None:
            points = replace(points, values={**points.values, **self._read(points.values, units)})
        return replace(courses, values={**courses.values, **self._read(courses.values, units)}, points=points)

    def _read(self, values: Mapping[str, Array], units: Mapping[str, str]) -> dict[str, Array]:
        return {_PLASMA + scale.analyte: read_on_scale(values, units, scale) for scale in self.scales}


def read_assay(choice: AssayChoice, known: Collection[str]) -> Reading:
    """Return what an assay reads of a study.

    Args:
        choice: from the config.
        known: outputs of the study's model.

    Raises:
        UnknownNameError: there is no such assay, it has no scale for an analyte, or not the bias of the study.
        InputError: it reads nothing of this study, or also reads what the study's model does not have.
    """
    try:
        assay, reads = assay_name(choice.name), read_by(choice.name)
    except UnknownNameError as error:
        raise UnknownNameError(error.message, where="assay") from None
    found = [name.removeprefix(_PLASMA) for name in known if name.startswith(_PLASMA)]
    for each in choice.analytes or ():
        if each not in reads:
            raise unknown_name("analyte", each, reads, where="assay.analytes")
        if each not in found:
            raise unknown_name("analyte", each, found, where="assay.analytes")
    ledger = Ledger()
    wanted = choice.analytes or [name for name in reads if name in found]
    scales = scales_of(assay, wanted, choice.study, choice.seed, ledger)
    for scale in scales:
        if missing := [name for name in scale.cross if name not in found]:
            raise InputError(
                f"'{assay}' also reads {', '.join(missing)} as {scale.analyte}, and nothing here follows that. Say with"
                f" 'states' what the women are in, or leave {scale.analyte} out of 'analytes'.",
                where="assay",
            )
    if not scales:
        raise InputError(
            f"'{assay}' reads {', '.join(reads)}, and this study follows {', '.join(sorted(found)) or 'no plasma'}.",
            where="assay",
        )
    if choice.study is not None:
        try:
            check_study(choice.study, assay, [scale.analyte for scale in scales])
        except InputError as error:
            raise type(error)(error.message, where="assay.study") from None
    return Reading(assay, choice.study, choice.seed, scales, ledger)


def oral_words(reading: Reading, arms: Sequence[Arm]) -> tuple[str, ...]:
    """Return what an assay misreads of arms with and without progesterone by mouth, as sentences.

    A card of an assay names, under ``after_oral``, the card of what it reads after doses by mouth; such a card says
    ``only_after_oral``. An assay has one scale in a study, so neither is right in all arms.
    """
    if _ORALLY_GIVEN not in reading.analytes:
        return ()
    settings = library().card(reading.assay.partition(" (")[0], "assays").variant(_ORALLY_GIVEN).settings
    oral = [arm.name for arm in arms if _by_mouth(arm)]
    others = [arm.name for arm in arms if not _by_mouth(arm)]
    if oral and "after_oral" in settings:
        return (
            f"Progesterone is given by mouth in {', '.join(oral)}: direct immunoassays then read its metabolites too,"
            f" several times the true concentration, and '{reading.assay}' does not. A study of these arms alone with"
            f" assay '{settings['after_oral']}' does.",
        )
    if others and "only_after_oral" in settings:
        return (
            f"'{reading.assay}' holds after progesterone by mouth alone, and multiplies progesterone in"
            f" {', '.join(others)} as well, where nobody would read so much: compare no arm with another on it.",
        )
    return ()


def _by_mouth(arm: Arm) -> bool:
    given = [each for each in arm.given if each.compound == _ORALLY_GIVEN]
    steps = [step for each in given for step in each.steps if not isinstance(step, InfusionStep)]
    return any(step.route is Route.ORAL for step in steps)
