"""A course: one woman, one protocol, every output along time."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import Protocol
from neurosteroid.errors import unknown_name
from neurosteroid.evidence import Ledger, Number, library
from neurosteroid.model.as_measured import as_measured
from neurosteroid.model.given import Action, Given
from neurosteroid.model.person import Person
from neurosteroid.model.states import Medication, Pregnancy, Stress

if TYPE_CHECKING:
    import pandas
    import pint
    import xarray
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

_HOURS_A_WEEK = 168.0


@final
@dataclass(frozen=True, eq=False)
class Course:
    """What happens to one woman under one protocol.

    Attributes:
        person: the woman.
        protocols: what she is given, one for each compound that is given.
        start: time of day at hour 0, such as ``"08:00"``.
        times: (K,) h since the start of the protocol.
        values: output name to (K,) array, in `units`.
        units: output name to unit.
        ledger: every number that took part.
        solver: which solver ran, with its tolerances.
        each_given: what she was given by each protocol; the protocol itself, unless rules changed it.
        actions: what rules did, in order of time.
        late_rules: a sentence for each rule that did nothing, as its limit came to hold after the last dose.
        limits: what this course must not be used for, as sentences.
        reading: output to the assay that reads it; what is not in it is the true concentration.
    """

    person: Person
    protocols: tuple[Protocol, ...]
    start: str
    times: Array
    values: Mapping[str, Array]
    units: Mapping[str, str]
    ledger: Ledger
    solver: str
    each_given: tuple[Given, ...]
    actions: tuple[Action, ...] = ()
    late_rules: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    reading: Mapping[str, str] = field(default_factory=dict)

    @property
    def protocol(self) -> Protocol:
        """What she is given first; the only one in most courses."""
        return self.protocols[0]

    @property
    def given(self) -> Given:
        """What she was given by the first protocol, the only one in most courses."""
        return self.each_given[0]

    @property
    def events(self) -> tuple[tuple[float, str], ...]:
        """What happens to her by itself: (h, what), in order of time."""
        found: list[tuple[float, str]] = []
        for pregnancy in self.person.all_of(Pregnancy):
            if pregnancy.delivery_week is not None:
                found.append((_HOURS_A_WEEK * (pregnancy.delivery_week - pregnancy.week), "delivery"))
        found += [(event.hour, event.name) for state in self.person.all_of(Stress) for event in state.events]
        for state in self.person.all_of(Medication):
            found.append((state.begins, state.name))
            found += [] if state.ends is None else [(state.ends, f"end of {state.name}")]
        return tuple(sorted(found))

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
        """Return an output (K,) as bare numbers in a unit; mass and molar are converted by its compound's molar mass.

        Raises:
            UnknownNameError: there is no such output.
            UnitError: the unit measures something else.
        """
        return units.convert(
            self._array(name), self.units[name], unit, molar_mass=library().molar_mass(name), where=name
        )

    def as_measured(
        self,
        *,
        assay: str,
        study: str | None = None,
        analytes: Sequence[str] | None = None,
        seed: int | None = None,
    ) -> Course:
        """Return this course as a laboratory would report it: plasma concentrations on the scale of an assay.

        Args:
            assay: card of kind ``assays``, such as ``"elisa"``, or a synonym such as ``"RIA"``; ``"card[variant]"``
                takes one variant.
            study: whose bias is wanted; the typical study's when None.
            analytes: what is measured, such as ``["allopregnanolone"]``; all that the assay reads when None.
            seed: of the bias of a study that nobody knows, drawn for each analyte; the limits say what was drawn.

        Raises:
            UnknownNameError: there is no such assay, it has no scale for an analyte that was asked for, or not the bias
                of the study.
            InputError: it reads nothing of this course, also reads what the course does not hold, or has the bias of no
                study; or a study is both named and drawn.
        """
        return as_measured(self, assay, study, analytes, seed)

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
        given = " + ".join(protocol.name for protocol in self.protocols)
        attributes = {"person": self.person.name, "protocol": given, "start": self.start}
        return xr.Dataset(data, clock, attributes)

    def plot(self) -> Figure:
        """Return the figure of this course; the reports room draws it."""
        figure: Figure = importlib.import_module("neurosteroid.reports").course_figure(self)
        return figure
