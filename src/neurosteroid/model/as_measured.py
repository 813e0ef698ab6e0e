"""A course as a laboratory would report it: plasma concentrations on the scale of an assay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.errors import InputError, unknown_name
from neurosteroid.evidence import Ledger, library
from neurosteroid.observation.assay_scale import AssayScale, assay_name, assay_scale, check_study, read_by

if TYPE_CHECKING:
    from neurosteroid.model.course import Course

Array = NDArray[np.float64]
_PLASMA: Final = "plasma."


def as_measured(
    course: Course,
    assay: str,
    study: str | None = None,
    analytes: Sequence[str] | None = None,
    seed: int | None = None,
) -> Course:
    """Return a course whose plasma concentrations are what an assay reads of them; see `Course.as_measured`.

    Raises:
        UnknownNameError: there is no such assay, it has no scale for an analyte that was asked for, or not the bias of
            the study.
        InputError: it reads nothing of this course, or also reads what the course does not hold; or the course has been
            read already; or a study is both named and drawn.
    """
    if study is not None and seed is not None:
        raise InputError(f"'{study}' has its own bias; give the study or a seed to draw one, not both.", where="seed")
    if course.reading:
        raise InputError("it has been read by an assay already; take the course that `simulate` gave.", where="course")
    if isinstance(analytes, str):
        raise InputError(f"give a list of names, such as ['{analytes}'].", where="analytes")
    assay = assay_name(assay)
    known = read_by(assay)
    found = {name.removeprefix(_PLASMA) for name in course.values if name.startswith(_PLASMA)}
    for each in analytes or ():
        if each not in known:
            raise unknown_name("analyte", each, known, where=f"assays/{assay}")
    wanted = [each for each in known if each in found] if analytes is None else list(analytes)
    if not wanted:
        raise InputError(
            f"this assay reads {', '.join(known)}, and the course holds {', '.join(sorted(found)) or 'no plasma'}.",
            where=f"assays/{assay}",
        )
    if study is not None:
        check_study(study, assay, wanted)
    ledger, values = Ledger(), dict(course.values)
    ledger.merge(course.ledger)
    scales = scales_of(assay, wanted, study, seed, ledger)
    for scale in scales:
        values[_PLASMA + scale.analyte] = read_on_scale(course.values, course.units, scale)
    limits = (*course.limits, reading_limit(assay, study, seed, scales))
    reading = {_PLASMA + analyte: assay for analyte in wanted}
    return replace(course, values=values, ledger=ledger, limits=limits, reading=reading)


def scales_of(
    assay: str, analytes: Sequence[str], study: str | None, seed: int | None, ledger: Ledger | None = None
) -> tuple[AssayScale, ...]:
    """Return the scale of each analyte with the bias of a study, or with one drawn for each from a seed."""
    scales = tuple(assay_scale(analyte, assay, study, ledger=ledger) for analyte in analytes)
    if seed is None:
        return scales
    generator = np.random.default_rng(seed)
    return tuple(scale.drawn(generator) for scale in scales)


def read_on_scale(values: Mapping[str, Array], units_of: Mapping[str, str], scale: AssayScale) -> Array:
    """Return what an assay reads of one analyte, in the unit of its output.

    Args:
        values: outputs by name, of one shape.
        units_of: unit of each.
        scale: of the assay for the analyte.

    Raises:
        InputError: an output that the assay reads is missing.
    """
    inside = {
        name: _converted(values[_PLASMA + name], units_of[_PLASMA + name], scale.unit, name)
        for name in (scale.analyte, *scale.cross)
        if _PLASMA + name in values
    }
    return _converted(scale.observe(inside), scale.unit, units_of[_PLASMA + scale.analyte], scale.analyte)


def _converted(value: Array, from_unit: str, to_unit: str, analyte: str) -> Array:
    if from_unit == to_unit:
        return value
    return np.asarray(units.convert(value, from_unit, to_unit, molar_mass=library().molar_mass(analyte)))


def reading_limit(assay: str, study: str | None, seed: int | None, scales: Sequence[AssayScale]) -> str:
    """Return what has to be known of concentrations that an assay reads, as a sentence."""
    names = ", ".join(scale.analyte for scale in scales)
    drawn = None if seed is None else f"a study that nobody knows, drawn with seed {seed}"
    whose = drawn or ("the typical study" if study is None else f"{study}, and of the typical study where it has none")
    return (
        f"{names} in plasma as the assay '{assay}' reads them, with the bias of {whose}"
        f" ({'; '.join(map(bias_words, scales))}); all else is the true concentration, and nothing in the model"
        " answers to the reading."
    )


def bias_words(scale: AssayScale) -> str:
    """Return the bias of a scale in words, with the interval that is known of it."""
    low, high = scale.bias_interval()
    if scale.bias_log_se is None:
        return f"{scale.analyte}: 95 % of studies read {low:.2f} to {high:.2f} times as much"
    known = f", 95 % {low:.2f} to {high:.2f}" if scale.bias_log_se > 0 else ""
    return f"{scale.analyte} {scale.bias:.3g}{known}"
