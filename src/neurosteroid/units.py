"""Units: one registry, quantities at the boundary, bare arrays inside.

Inside the package time is in h, steroid amount in nmol, concentration in nmol/L, volume in L, body weight in kg
and age in year. Everything that comes from a person or a file passes through `parse` or `convert` once.
"""

from __future__ import annotations

import contextlib
import functools
import pickle
import re
import shutil
import sys
import tempfile
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from neurosteroid.errors import UnitError
from neurosteroid.places import cache_folder

if TYPE_CHECKING:
    import pint

TIME, AMOUNT, CONCENTRATION, WEIGHT, AGE, VOLUME = "h", "nmol", "nmol/L", "kg", "year", "L"

_Array = TypeVar("_Array", float, np.ndarray)
_ALIASES = {"1": "dimensionless", "": "dimensionless", "%": "percent"}
_PER_WEIGHT = re.compile(r"/\s*kg(?![A-Za-z])")
_NUMBER = re.compile(r"\s*[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?\s*")


@functools.cache
def registry() -> pint.UnitRegistry[Any]:
    """Return the one unit registry; it knows ``IU`` and takes ``year`` as 365.25 days."""
    units = _kept_registry()
    units.define("liter = decimeter ** 3 = L = l = litre")
    units.define("international_unit = [international_unit] = IU")
    return units


def _kept_registry() -> pint.UnitRegistry[Any]:
    """Return pint's registry, from its definitions as they were read before, which takes a quarter of the time.

    Pint writes its files in place, so they are written into a folder of our own that is moved when it is whole; a
    folder that cannot be written or read is passed over.
    """
    import pint

    kept = cache_folder() / f"units-pint-{pint.__version__}-python-{sys.version_info[0]}.{sys.version_info[1]}"
    found = _read_registry(kept)
    if found is not None:
        return found
    with contextlib.suppress(OSError):
        if kept.exists():
            shutil.rmtree(kept)
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent, ignore_cleanup_errors=True) as draft:
            whole = Path(draft) / "whole"
            _read(whole)
            # another process may have been faster; its folder says the same
            whole.rename(kept)
    found = _read_registry(kept)
    return _read(None) if found is None else found


def _read(folder: Path | None) -> pint.UnitRegistry[Any]:
    """Return pint's registry; that our litre takes the place of pint's, for its symbol, is no news to anybody."""
    import pint

    return pint.UnitRegistry(cache_folder=folder, on_redefinition="ignore")


def _read_registry(folder: Path) -> pint.UnitRegistry[Any] | None:
    """Return the registry kept in a folder, or None where there is none that can be read."""
    # what a pickle that was cut or changed may raise
    unreadable = (pickle.UnpicklingError, EOFError, AttributeError, ImportError, LookupError, TypeError, ValueError)
    with contextlib.suppress(OSError, *unreadable):
        if folder.is_dir():
            return _read(folder)
    return None


@functools.cache
def _unit(text: str) -> Any:
    from tokenize import TokenError

    import pint

    # pint's parser was written for code, not for what people type: it leaks whatever its inner steps raise
    leaks = (AssertionError, AttributeError, OverflowError, RecursionError, TokenError, TypeError, ValueError)
    try:
        return registry().Unit(_ALIASES.get(text.strip(), text))
    except (pint.PintError, KeyError, ZeroDivisionError, *leaks) as error:
        raise UnitError(
            f"'{text}' is not a unit. Write it like 'ng/mL', 'nmol/L', 'ug/kg/h', 'L/h', 'IU' or '1' for a pure number."
        ) from error


@functools.cache
def dimension(unit: str) -> str:
    """Return the dimension of a unit as text, such as ``[mass] / [length] ** 3``."""
    return str(_unit(unit).dimensionality)


def same_dimension(first: str, second: str) -> bool:
    """Return whether two units measure the same kind of thing."""
    return dimension(first) == dimension(second)


@functools.cache
def _factor(from_unit: str, to_unit: str, molar_mass: float | None) -> float:
    source, target = _unit(from_unit), _unit(to_unit)
    if source.dimensionality == target.dimensionality:
        return float(registry().convert(1.0, source, target))
    ratio = source.dimensionality / target.dimensionality
    mole = registry().Unit("g/mol")
    if ratio == mole.dimensionality or 1 / ratio == mole.dimensionality:
        if molar_mass is None:
            raise UnitError(
                f"'{from_unit}' is mass and '{to_unit}' is amount of substance (or the other way round): "
                "give the compound's molar mass in g/mol."
            )
        if not molar_mass > 0:
            raise UnitError(f"A molar mass of {molar_mass} g/mol is not possible; it must be above 0.")
        per_mole = registry().Quantity(molar_mass, "g/mol")
        whole = registry().Quantity(1.0, source)
        converted = whole / per_mole if ratio == mole.dimensionality else whole * per_mole
        return float(converted.to(target).magnitude)
    raise UnitError(
        f"'{from_unit}' ({dimension(from_unit)}) cannot become '{to_unit}' ({dimension(to_unit)}): "
        "they measure different things."
    )


def convert(
    value: _Array, from_unit: str, to_unit: str, *, molar_mass: float | None = None, where: str | None = None
) -> _Array:
    """Convert bare numbers from one unit to another.

    Args:
        value: number or array of any shape, in `from_unit`.
        from_unit: for example ``"ng/mL"``.
        to_unit: for example ``"nmol/L"``.
        molar_mass: g/mol; lets mass and amount of substance be converted into each other.
        where: the place in the input, for the error message.

    Raises:
        UnitError: a unit is unknown, the dimensions differ, or a molar mass is needed and missing.
    """
    if from_unit == to_unit:
        return value
    try:
        return value * _factor(from_unit, to_unit, molar_mass)
    except UnitError as error:
        raise UnitError(error.message, where=where) if where else error from None


def convert_activity(
    value: float,
    from_unit: str,
    to_unit: str,
    *,
    molar_mass: float | None = None,
    activity: float | None = None,
    where: str | None = None,
) -> float:
    """Convert a bare number where one of the two units may be of biological activity, such as IU or IU/h.

    Args:
        value: in `from_unit`.
        from_unit: for example ``"IU"``.
        to_unit: for example ``"nmol"``.
        molar_mass: g/mol; lets mass and amount of substance be converted into each other.
        activity: IU in a mass of the compound, IU/ug; lets IU and mass be converted into each other.
        where: the place in the input, for the error message.

    Raises:
        UnitError: as `convert`, and where the activity is needed and missing.
    """
    counted = [_per_activity(unit) for unit in (from_unit, to_unit)]
    if counted[0] == counted[1]:
        return float(convert(value, from_unit, to_unit, molar_mass=molar_mass, where=where))
    if activity is None:
        raise UnitError(
            f"'{from_unit}' cannot become '{to_unit}': its card does not say how much activity a mass has."
            " Write the dose as mass, such as '10 mg'.",
            where=where,
        )
    rest = "1" if not (found := (from_unit if counted[0] else to_unit).partition("/")[2]) else found
    mass, units_of_it = ("ug", "IU") if rest == "1" else (f"ug/{rest}", f"IU/{rest}")
    if counted[0]:
        given = float(convert(value, from_unit, units_of_it, where=where))
        return float(convert(given / activity, mass, to_unit, molar_mass=molar_mass, where=where))
    given = float(convert(value, from_unit, mass, molar_mass=molar_mass, where=where))
    return float(convert(given * activity, units_of_it, to_unit, where=where))


@functools.cache
def _per_activity(unit: str) -> bool:
    """Return whether a unit counts biological activity."""
    return "[international_unit]" in dimension(unit)


def parse(
    text: str | float | pint.Quantity[Any],
    to_unit: str,
    *,
    molar_mass: float | None = None,
    where: str | None = None,
) -> float:
    """Read one quantity written with its unit and return its value in `to_unit`.

    Args:
        text: such as ``"68 kg"``, or a pint quantity. A bare number is refused: nobody can see its unit.
        to_unit: the unit of the returned number.
        molar_mass: g/mol, when mass may be given for amount of substance.
        where: the place in the input, for the error message.

    Raises:
        UnitError: no number, no unit, an unknown unit, a different dimension, or a value that is not finite.
    """
    if isinstance(text, bool) or not isinstance(text, str):
        magnitude, unit = getattr(text, "magnitude", None), getattr(text, "units", None)
        if magnitude is None or unit is None:
            shown = text if isinstance(text, Real) and not isinstance(text, bool) else 1
            raise UnitError(f"{text!r} has no unit. Write it as text, such as '{shown} {to_unit}'.", where=where)
        return _finite(convert(float(magnitude), str(unit), to_unit, molar_mass=molar_mass, where=where), text, where)
    match = _NUMBER.match(text)
    if match is None:
        raise UnitError(
            f"'{text}' does not start with a number. Write a number and a unit, such as '1 {to_unit}'.",
            where=where,
        )
    unit = text[match.end() :].strip()
    if not unit and to_unit != "1":
        raise UnitError(f"'{text}' has no unit. Write it like '{text.strip()} {to_unit}'.", where=where)
    return _finite(
        convert(float(match.group().strip()), unit, to_unit, molar_mass=molar_mass, where=where), text, where
    )


def _finite(value: float, text: object, where: str | None) -> float:
    if not np.isfinite(value):
        raise UnitError(f"'{text}' is not a finite number.", where=where)
    return value


def parse_span(text: str | float | pint.Quantity[Any], *, where: str | None = None) -> float:
    """Read a span of time such as ``"4 h"``, ``"30 min"`` or ``"2 day"`` and return hours."""
    return parse(text, TIME, where=where)


def checked_clock(text: str, *, where: str | None = None) -> str:
    """Return a time of day such as ``"08:00"`` as it is.

    Raises:
        UnitError: it is not one.
    """
    hours, _, minutes = text.partition(":") if isinstance(text, str) else ("", "", "")
    if not (hours.isdigit() and minutes.isdigit() and len(minutes) == 2 and int(hours) < 24 and int(minutes) < 60):
        raise UnitError(f"'{text}' is not a time of day; write it like '08:00'.", where=where)
    return text


def clock_hour(text: str, *, where: str | None = None) -> float:
    """Return a time of day such as ``"08:30"`` in hours, 8.5.

    Raises:
        UnitError: it is not one.
    """
    hours, _, minutes = checked_clock(text, where=where).partition(":")
    return int(hours) + int(minutes) / 60.0


def split_weight_scaled(unit: str) -> tuple[str, bool]:
    """Split a dose unit into the unit without body weight and whether it was scaled by weight.

    ``"ug/kg/h"`` gives ``("ug/h", True)``, ``"mg"`` gives ``("mg", False)``. The text decides, because
    ``ug/kg/h`` has the dimension of a bare frequency and would pass for one.
    """
    if len(_PER_WEIGHT.findall(unit)) > 1:
        raise UnitError(f"'{unit}' names body weight twice; write it like 'ug/kg/h'.")
    return " ".join(_PER_WEIGHT.sub("", unit, count=1).split()), bool(_PER_WEIGHT.search(unit))


def quantity(value: float | np.ndarray, unit: str) -> pint.Quantity[Any]:
    """Return a pint quantity of a bare number or array."""
    return registry().Quantity(value, _unit(unit))
