"""The unit in which the field speaks of a compound: the setting ``shown_unit`` of its card, for what people read.

The model computes in nmol/L; tables, plots and commands show what the card says, such as pg/mL for estradiol.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from neurosteroid import units
from neurosteroid.evidence import library
from neurosteroid.model.course import Course

_SHORT: Final = {"lh": "LH", "fsh": "FSH", "acth": "ACTH", "crh": "CRH", "sbecd": "SBECD"}


def shown_name(analyte: str) -> str:
    """Return how the field writes the name of a compound or hormone, such as LH for ``lh``."""
    return _SHORT.get(analyte, analyte)


def shown_unit(output: str, unit: str) -> str:
    """Return the unit in which an output is shown: that of its compound's card where it is a concentration.

    Args:
        output: such as ``plasma.estradiol``; its last word names the compound.
        unit: in which it is computed, kept where the card names none.
    """
    shelf, name = library(), output.rpartition(".")[2]
    if unit != units.CONCENTRATION or name not in shelf.names("compounds"):
        return unit
    return shelf.card(name, "compounds").variant().settings.get("shown_unit", unit)


def shown_factor(output: str, unit: str) -> float:
    """Return by what an output in its own unit is multiplied to be shown."""
    shown = shown_unit(output, unit)
    if shown == unit:
        return 1.0
    mass = library().molar_mass(output)
    return float(units.convert(1.0, unit, shown, molar_mass=mass, where=output))


def in_shown_units(course: Course) -> Course:
    """Return a course whose concentrations are in the units in which they are shown."""
    factors = {name: shown_factor(name, unit) for name, unit in course.units.items()}
    return replace(
        course,
        values={name: values * factors[name] for name, values in course.values.items()},
        units={name: shown_unit(name, unit) for name, unit in course.units.items()},
    )
