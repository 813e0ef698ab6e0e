"""Tables: named columns of equal length with their units, written as parquet or handed to pandas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, final

from neurosteroid.files import writing

if TYPE_CHECKING:
    import pandas
    import pyarrow

Column: TypeAlias = Any
"""A list or a (R,) array of plain values."""


@final
@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length.

    Attributes:
        title: what a row is.
        columns: name to sequence or (R,) array.
        units: column name to unit; columns without a unit are left out.
    """

    title: str
    columns: Mapping[str, Column]
    units: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, name: str) -> Column:
        """Return a column."""
        return self.columns[name]

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows as dictionaries of plain Python values."""
        plain = {name: [_plain(item) for item in column] for name, column in self.columns.items()}
        return [dict(zip(plain, row, strict=True)) for row in zip(*plain.values(), strict=True)]

    def to_pandas(self) -> pandas.DataFrame:
        """Return a data frame; the units stand in ``frame.attrs['units']``."""
        import pandas as pd

        frame = pd.DataFrame(dict(self.columns))
        frame.attrs["units"] = dict(self.units)
        return frame

    def to_arrow(self) -> pyarrow.Table:
        """Return an Arrow table whose fields carry a ``unit``."""
        import pyarrow as pa

        arrays = {name: pa.array(column) for name, column in self.columns.items()}
        fields = [
            pa.field(name, array.type, metadata={"unit": self.units[name]} if name in self.units else None)
            for name, array in arrays.items()
        ]
        return pa.table(list(arrays.values()), schema=pa.schema(fields, metadata={"title": self.title}))

    def write_parquet(self, path: Path) -> None:
        """Write the table to a parquet file, whole or not at all."""
        import pyarrow.parquet as parquet

        with writing(path) as temporary:
            parquet.write_table(self.to_arrow(), temporary)


def _plain(item: Any) -> Any:
    value = item.item() if hasattr(item, "item") else item
    return None if isinstance(value, float) and value != value else value
