"""A course: one woman, one protocol, every output along time."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import Protocol
from neurosteroid.errors import unknown_name
from neurosteroid.evidence import Ledger, Number, library
from neurosteroid.model.given import Action, Given
from neurosteroid.model.person import Person

if TYPE_CHECKING:
    import pandas
    import pint
    import xarray
    from matplotlib.figure import Figure

Array = NDArray[np.float64]


@final
@dataclass(frozen=True, eq=False)
class Course:
    """What happens to one woman under one protocol.

    Attributes:
        person: the woman.
        protocol: what she is given.
        start: time of day at hour 0, such as ``"08:00"``.
        times: (K,) h since the start of the protocol.
        values: output name to (K,) array, in `units`.
        units: output name to unit.
        molar_mass: of the analyte, g/mol.
        ledger: every number that took part.
        solver: which solver ran, with its tolerances.
        given: what she was given; the protocol, unless rules changed it.
        actions: what rules did, in order of time.
    """

    person: Person
    protocol: Protocol
    start: str
    times: Array
    values: Mapping[str, Array]
    units: Mapping[str, str]
    molar_mass: float
    ledger: Ledger
    solver: str
    given: Given
    actions: tuple[Action, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the outputs."""
        return tuple(self.values)

    def __getitem__(self, name: str) -> pint.Quantity[Any]:
        """Return an output (K,) as a quantity with its unit.

        Raises:
            UnknownNameError: there is no such output.
        """
        return units.quantity(self._array(name), self.units[name])

    def in_unit(self, name: str, unit: str) -> Array:
        """Return an output (K,) as bare numbers in a unit; mass and molar are converted by the molar mass.

        Raises:
            UnknownNameError: there is no such output.
            UnitError: the unit measures something else.
        """
        return units.convert(self._array(name), self.units[name], unit, molar_mass=self.molar_mass, where=name)

    def _array(self, name: str) -> Array:
        if name not in self.values:
            raise unknown_name("output", name, self.values)
        return self.values[name]

    def sources(self) -> list[tuple[Number, str]]:
        """Return every number that took part with its citation (or the reason why it is assumed)."""
        references = library().references
        return [
            (number, "; ".join(references[key].plain() for key in number.source) or f"assumed: {number.assumed}")
            for number in self.ledger.numbers
        ]

    def to_frame(self) -> pandas.DataFrame:
        """Return a table with a row a time and a column an output; units stand in ``frame.attrs['units']``."""
        import pandas as pd

        frame = pd.DataFrame({"time": self.times, **self.values})
        frame.attrs["units"] = {"time": units.TIME, **self.units}
        return frame

    def to_xarray(self) -> xarray.Dataset:
        """Return a dataset over time, each variable with its ``units`` attribute."""
        import xarray as xr

        data = {name: ("time", values, {"units": self.units[name]}) for name, values in self.values.items()}
        clock = {"time": ("time", self.times, {"units": units.TIME, "long_name": "time since start of protocol"})}
        attributes = {"person": self.person.name, "protocol": self.protocol.name, "start": self.start}
        return xr.Dataset(data, clock, attributes)

    def plot(self) -> Figure:
        """Return the figure of this course; the reports room draws it."""
        figure: Figure = importlib.import_module("neurosteroid.reports").course_figure(self)
        return figure
