"""Tables: named columns of equal length with their units, in memory or in a parquet file, or handed to pandas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

from neurosteroid.files import writing

if TYPE_CHECKING:
    import pandas
    import pyarrow

Column: TypeAlias = Any
"""A list or a (R,) array of plain values."""

ROW_GROUP: Final = 50_000
"""Rows of a group in a parquet file that is streamed."""


@final
@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length.

    Attributes:
        title: what a row is.
        columns: name to sequence or (R,) array; those of a table in a file are read one by one when asked for.
        units: column name to unit; columns without a unit are left out.
    """

    title: str
    columns: Mapping[str, Column]
    units: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        if isinstance(self.columns, StoredColumns):
            return self.columns.rows
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, name: str) -> Column:
        """Return a column."""
        return self.columns[name]

    def pieces(self, names: Sequence[str]) -> Iterator[Mapping[str, Column]]:
        """Yield some columns piece by piece; of a table in a file no more than one piece is in memory."""
        if isinstance(self.columns, StoredColumns):
            yield from self.columns.pieces(names)
        else:
            yield {name: self.columns[name] for name in names}

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

        if isinstance(self.columns, StoredColumns):
            return self.columns.read()
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


@final
@dataclass(frozen=True, eq=False)
class StoredColumns(Mapping[str, Column]):
    """The columns of a parquet file, each read when it is asked for and not kept.

    Attributes:
        path: of the file.
        names: of the columns.
        rows: how many.
        keeper: holds a temporary folder for as long as the columns may be read.
    """

    path: Path
    names: tuple[str, ...]
    rows: int
    keeper: object = None

    def __getitem__(self, name: str) -> Column:
        import pyarrow as pa
        import pyarrow.parquet as parquet

        if name not in self.names:
            raise KeyError(name)
        column = parquet.read_table(self.path, columns=[name]).column(0)
        return column.to_pylist() if pa.types.is_string(column.type) else column.to_numpy()

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def pieces(self, names: Sequence[str]) -> Iterator[Mapping[str, Column]]:
        """Yield some columns, a group of rows at a time."""
        import pyarrow.parquet as parquet

        with parquet.ParquetFile(self.path) as file:
            for group in range(file.num_row_groups):
                table = file.read_row_group(group, columns=list(names))
                yield {name: table.column(name).to_pylist() for name in names}

    def read(self) -> pyarrow.Table:
        """Return the whole file."""
        import pyarrow.parquet as parquet

        return parquet.read_table(self.path)


def stored_table(path: Path, keeper: object = None) -> Table:
    """Return a table whose columns stay in their parquet file."""
    import pyarrow.parquet as parquet

    file = parquet.read_metadata(path)
    schema = file.schema.to_arrow_schema()
    found = {field.name: (field.metadata or {}).get(b"unit") for field in schema}
    columns = StoredColumns(path, tuple(found), file.num_rows, keeper)
    title = (schema.metadata or {}).get(b"title", b"").decode()
    return Table(title, columns, {name: unit.decode() for name, unit in found.items() if unit is not None})


def write_stream(path: Path, pieces: Iterable[Table]) -> None:
    """Write tables one below the other into a parquet file, whole or not at all.

    Row groups are cut after `ROW_GROUP` rows wherever pieces end, so that the same rows give the same file.
    """
    import pyarrow as pa
    import pyarrow.parquet as parquet

    waiting: list[pyarrow.Table] = []
    with writing(path) as temporary:
        writer = None
        try:
            for piece in pieces:
                table = piece.to_arrow()
                writer = writer or parquet.ParquetWriter(temporary, table.schema)
                waiting.append(table)
                while sum(item.num_rows for item in waiting) >= ROW_GROUP:
                    whole = pa.concat_tables(waiting)
                    writer.write_table(whole.slice(0, ROW_GROUP).combine_chunks())
                    waiting = [whole.slice(ROW_GROUP)]
            if writer is not None and (rest := pa.concat_tables(waiting)).num_rows:
                writer.write_table(rest.combine_chunks())
        finally:
            if writer is not None:
                writer.close()


def _plain(item: Any) -> Any:
    value = item.item() if hasattr(item, "item") else item
    return None if isinstance(value, float) and value != value else value
