"""Storage: finished parts, in memory or in a folder from which an interrupted run goes on."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias, final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError
from neurosteroid.files import writing
from neurosteroid.studies.parts import NUMBER, Part
from neurosteroid.studies.tally import Tally

Rows: TypeAlias = Mapping[str, NDArray[Any]]

MERGED: Final = "merged.npz"
GATHERED: Final = 8
"""Tallies in files that are merged into one as soon as there are so many."""

_LOG: Final = ".actions.parquet"
_AS_WRITTEN: Final[Mapping[str, Any]] = {"compression": "none", "use_dictionary": False, "write_page_checksum": True}
_UNREADABLE: Final = (OSError, ValueError, KeyError, EOFError, BadZipFile)
"""What reading a damaged file raises; what Arrow raises is one of them."""

_NAME: Final = re.compile(r"(\d+)-(\d+)\.(npz|parquet)")


@final
@dataclass(eq=False)
class MemoryStorage:
    """Parts of a study that is not kept in a folder.

    Attributes:
        tally: of nobody at the start, of all parts in the end.
    """

    tally: Tally
    _rows: dict[int, Rows] = field(default_factory=dict)
    _actions: dict[int, Rows] = field(default_factory=dict)

    @property
    def finished(self) -> frozenset[int]:
        """Numbers of the batches that are there at the start: none."""
        return frozenset()

    def add(self, part: Part) -> None:
        """Take in a part."""
        self.tally.merge(part.tally)
        self._rows[part.first] = part.rows
        self._actions[part.first] = part.actions

    def rows(self, names: Sequence[str] | None = None) -> Iterator[Rows]:
        """Yield the rows of each part in the order of the women; all columns, or those named."""
        for first in sorted(self._rows):
            rows = self._rows[first]
            yield rows if names is None else {name: rows[name] for name in names}

    def actions(self) -> Iterator[Rows]:
        """Yield the log of rules of each part in the order of the women."""
        for first in sorted(self._actions):
            yield self._actions[first]


@final
@dataclass(eq=False)
class FolderStorage:
    """Parts of a study in a folder; a part is finished when its rows are there.

    ``FIRST-LAST.parquet`` holds the rows of a part, ``FIRST-LAST.npz`` its tally, and ``FIRST-LAST.actions.parquet``
    what rules did, if they did anything; all are written under another name
    and moved, the rows last. Tallies are gathered in ``merged.npz``, which names the batches it holds; one that lies
    beside it and is named in it is left over from a process that was ended in between, and is passed over. A part
    whose rows or tally cannot be read is done again, unless its tally is in ``merged.npz`` already.

    Attributes:
        folder: made when it is not there.
        tally: of nobody at the start; then of all finished parts.
        batches: of the whole study, where they are known. The tally of the part that completes it is not written: there
            is nothing left to go on with, and a process that is ended right then does that part again.
    """

    folder: Path
    tally: Tally
    batches: int | None = None
    _parts: dict[int, Path] = field(default_factory=dict)
    _loose: list[Path] = field(default_factory=list)
    _finished: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for left in self.folder.glob(".*.part"):
            left.unlink()
        try:
            self._load()
        except _UNREADABLE as error:
            raise InputError(
                f"the finished part of this run cannot be read ({error}). Delete the folder and run again.",
                where=str(self.folder),
            ) from error

    @property
    def finished(self) -> frozenset[int]:
        """Numbers of the batches that are there."""
        return frozenset(self._finished)

    def add(self, part: Part) -> None:
        """Take in a part: write it, then count it.

        Raises:
            InputError: the folder cannot be written.
        """
        name = f"{part.first:06d}-{part.first + part.batches - 1:06d}"
        last = len(self._finished) + part.batches == self.batches
        if not last:
            _save(self.folder / f"{name}.npz", part.tally.packed())
        if len(part.actions[NUMBER]):
            _save_rows(self.folder / f"{name}{_LOG}", part.actions)
        _save_rows(self.folder / f"{name}.parquet", part.rows)
        self._parts[part.first] = self.folder / f"{name}.parquet"
        self._finished.update(range(part.first, part.first + part.batches))
        self.tally.merge(part.tally)
        if last:
            return
        self._loose.append(self.folder / f"{name}.npz")
        if len(self._loose) >= GATHERED:
            self._gather()

    def rows(self, names: Sequence[str] | None = None) -> Iterator[Rows]:
        """Yield the rows of each part in the order of the women; all columns, or those named."""
        import pyarrow.parquet as parquet

        for first in sorted(self._parts):
            table = parquet.read_table(self._parts[first], columns=None if names is None else list(names))
            yield {name: table.column(name).to_numpy() for name in table.column_names}

    def actions(self) -> Iterator[Rows]:
        """Yield the log of rules of each part in the order of the women; one part is in memory at a time."""
        import pyarrow.parquet as parquet

        for first in sorted(self._parts):
            path = self._parts[first].with_suffix(_LOG)
            if path.exists():
                table = parquet.read_table(path)
                yield {name: table.column(name).to_numpy() for name in table.column_names}

    def _load(self) -> None:
        merged, gathered = self.folder / MERGED, set[int]()
        if merged.exists():
            arrays = _load(merged)
            gathered = {int(batch) for batch in arrays.pop("batches")}
            self.tally.merge(self.tally.unpacked(arrays))
        for path in sorted(self.folder.iterdir()):
            if not (match := _NAME.fullmatch(path.name)):
                continue
            batches = range(int(match[1]), int(match[2]) + 1)
            if match[3] == "parquet":
                self._take_up(path, batches, gathered=batches[0] in gathered)
            elif batches[0] in gathered or not path.with_suffix(".parquet").exists():
                path.unlink()
        if lost := gathered - self._finished:
            raise ValueError(f"the rows of batch {min(lost)} are not there, but it has been counted")

    def _take_up(self, path: Path, batches: range, *, gathered: bool) -> None:
        """Take up a part by its rows; one that cannot be read is removed, so that it is done again."""
        loose = path.with_suffix(".npz")
        try:
            _check_rows(path)
            if (log := path.with_suffix(_LOG)).exists():
                _check_rows(log)
            tally = None if gathered else self.tally.unpacked(_load(loose))
        except _UNREADABLE as error:
            if gathered:
                raise ValueError(f"{path.name}: {error}") from error
            for left in (path, loose, path.with_suffix(_LOG)):
                left.unlink(missing_ok=True)
            return
        self._parts[batches[0]] = path
        self._finished.update(batches)
        if tally is not None:
            self.tally.merge(tally)
            self._loose.append(loose)

    def _gather(self) -> None:
        _save(self.folder / MERGED, {**self.tally.packed(), "batches": np.array(sorted(self._finished))})
        for path in self._loose:
            path.unlink()
        self._loose = []


Storage: TypeAlias = MemoryStorage | FolderStorage


def _save(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    # hundreds of small arrays as one: what an archive costs goes with its entries
    about = [[name, array.dtype.str, array.shape] for name, array in arrays.items()]
    content = [np.ascontiguousarray(array).reshape(-1).view(np.uint8) for array in arrays.values()]
    with writing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8), content=np.concatenate(content))


def _load(path: Path) -> dict[str, NDArray[Any]]:
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        about, content = json.loads(bytes(file["about"])), file["content"]
    found, begin = dict[str, NDArray[Any]](), 0
    for name, kind, shape in about:
        end = begin + math.prod(shape) * np.dtype(kind).itemsize
        # a copy: an array must not begin in the middle of a number
        found[name] = np.frombuffer(content[begin:end].tobytes(), dtype=kind).reshape(shape).copy()
        begin = end
    return found


def _check_rows(path: Path) -> None:
    """Read all that a file of rows holds, and forget it.

    Raises:
        OSError, ValueError: it is damaged.
    """
    import pyarrow.parquet as parquet

    with parquet.ParquetFile(path, page_checksum_verification=True) as file:
        if not file.metadata.num_rows:
            raise ValueError(f"{path.name} has no rows")
        for group in range(file.num_row_groups):
            file.read_row_group(group)


def _save_rows(path: Path, rows: Rows) -> None:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    if len({len(column) for column in rows.values()}) != 1 or NUMBER not in rows:
        raise ValueError("rows of a part have columns of one length, with the number of the woman")
    with writing(path) as temporary:
        parquet.write_table(pa.table(dict(rows)), temporary, **_AS_WRITTEN)
