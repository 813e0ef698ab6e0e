"""A course as a laboratory would report it: plasma concentrations on the scale of an assay."""

from __future__ import annotations

from collections.abc import Sequence
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
_READ: Final = " in plasma as the assay"
"""Words in the limits of a course that has been read."""


def as_measured(course: Course, assay: str, study: str | None = None, analytes: Sequence[str] | None = None) -> Course:
    """Return a course whose plasma concentrations are what an assay reads of them; see `Course.as_measured`.

    Raises:
        UnknownNameError: there is no such assay, it has no scale for an analyte that was asked for, or not the bias of
            the study.
        InputError: it reads nothing of this course, or also reads what the course does not hold; or the course has been
            read already.
    """
    if any(_READ in limit for limit in course.limits):
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
    for analyte in wanted:
        scale = assay_scale(analyte, assay, study, ledger=ledger)
        values[_PLASMA + analyte] = _read(course, scale)
    return replace(course, values=values, ledger=ledger, limits=(*course.limits, _limit(assay, study, wanted)))


def _read(course: Course, scale: AssayScale) -> Array:
    """Return what the assay reads of one analyte, in the unit of its output."""
    inside = {
        name: _converted(course.values[_PLASMA + name], course.units[_PLASMA + name], scale.unit, name)
        for name in (scale.analyte, *scale.cross)
        if _PLASMA + name in course.values
    }
    return _converted(scale.observe(inside), scale.unit, course.units[_PLASMA + scale.analyte], scale.analyte)


def _converted(value: Array, from_unit: str, to_unit: str, analyte: str) -> Array:
    if from_unit == to_unit:
        return value
    return np.asarray(units.convert(value, from_unit, to_unit, molar_mass=library().molar_mass(analyte)))


def _limit(assay: str, study: str | None, analytes: Sequence[str]) -> str:
    whose = "the typical study" if study is None else f"{study}, and of the typical study where its bias is not known"
    return (
        f"{', '.join(analytes)}{_READ} '{assay}' reads them, with the bias of {whose}; all else is the"
        " true concentration, and nothing in the model answers to the reading."
    )
