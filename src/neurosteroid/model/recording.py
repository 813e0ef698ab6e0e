"""What an experiment on a cell gives: columns, a few numbers beside them, and where they come from."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import unknown_name
from neurosteroid.evidence import Ledger, Number, library

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Array = NDArray[np.float64]


@final
@dataclass(frozen=True, eq=False)
class Recording:
    """One experiment.

    Attributes:
        kind: such as ``fi``, ``ipsc``, ``chloride`` or ``currents``.
        title: what was done, in words.
        columns: name to (K,) numbers; the first is the axis.
        scalars: name to a number or a word.
        units: of columns and scalars, by name.
        ledger: the numbers that took part.
        notes: sentences a reader needs.
    """

    kind: str
    title: str
    columns: Mapping[str, Array]
    scalars: Mapping[str, float | str]
    units: Mapping[str, str]
    ledger: Ledger
    notes: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Array | float | str:
        """Return a column or a scalar by name.

        Raises:
            UnknownNameError: neither; names what there is.
        """
        if name not in self.units:
            raise unknown_name("column or number", str(name), tuple(self.units))
        return self.columns[name] if name in self.columns else self.scalars[name]

    def to_frame(self) -> pd.DataFrame:
        """Return the columns as a table, with units in the headings; the single numbers where there are no columns."""
        import pandas as pd

        if not self.columns:
            rows = [(name, value, self.units[name]) for name, value in self.scalars.items()]
            return pd.DataFrame(rows, columns=["quantity", "value", "unit"])
        return pd.DataFrame({f"{name} ({self.units[name]})": column for name, column in self.columns.items()})

    def plot(self) -> Figure:
        """Return a figure of the columns."""
        figure: Figure = importlib.import_module("neurosteroid.reports.neuron_figure").neuron_figure(self)
        return figure

    def sources(self) -> list[tuple[Number, str]]:
        """Return every number that took part, with its citation; empty for an assumed one."""
        references = library().references
        return [(number, "; ".join(references[key].plain() for key in number.source)) for number in self.ledger.numbers]

    def plain(self) -> dict[str, Any]:
        """Return everything but the ledger, for JSON."""
        return {
            "kind": self.kind,
            "title": self.title,
            "units": dict(self.units),
            **self.scalars,
            "columns": dict(self.columns),
            "notes": list(self.notes),
            "assumed": [f"{number.card}.{number.key}" for number in self.ledger.assumed],
        }
