"""Axon Text File (ATF 1.0): the text form of a recording, which programs for Axon Binary Files open beside those.

The first line names the format, the second counts optional header records and columns. Header records are quoted,
``"name=value"``; a line of quoted column titles with units follows; then the columns, split by tabs, the first of them
time in s. Every sweep has a column.

Source: Axon Instruments, Axon file support pack, "ATF file format" (format version 1.0).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError
from neurosteroid.files import write_text

Array = NDArray[np.float64]

FIRST_LINE: Final = "ATF\t1.0"
_UNIT: Final = re.compile(r"\((?P<unit>[^()]*)\)$")
_DIGITS: Final = 9  # more than any converter has bits


@final
@dataclass(frozen=True, eq=False)
class AxonText:
    """What an Axon Text File holds.

    Attributes:
        times: (K,) s.
        sweeps: (S, K).
        signal: name of what was recorded.
        units: of each column of sweeps.
        header: optional records by name.
    """

    times: Array
    sweeps: Array
    signal: str
    units: tuple[str, ...]
    header: Mapping[str, str]


def write_axon_text(path: Path, times: Array, sweeps: Array, *, signal: str, unit: str, comment: str = "") -> Path:
    """Write sweeps of one signal as an Axon Text File, whole or not at all, and return its path.

    Args:
        path: usually ends in ``.atf``.
        times: (K,) s; readers take the first column as seconds whatever its title says.
        sweeps: (S, K), a column each; they are said to have started one after the other.
        signal: name of what was recorded, such as ``"Im"``.
        unit: such as ``"pA"``.
        comment: a line for people.

    Raises:
        InputError: shapes that do not fit, a number that is not finite, or a folder that cannot be written.
    """
    if sweeps.ndim != 2 or sweeps.shape[1] != len(times):
        raise InputError(f"sweeps of shape {sweeps.shape} do not fit {len(times)} times.", where=str(path))
    if not (np.isfinite(times).all() and np.isfinite(sweeps).all()):
        raise InputError("a trace holds a number that is not finite; nothing was written.", where=str(path))
    count, lasting = len(sweeps), 1e3 * (times[-1] - times[0]) if len(times) else 0.0
    header = {
        "AcquisitionMode": "Episodic Stimulation",
        "Comment": _plain(comment),
        "SyncTimeUnits": "20",
        "SweepStartTimesMS": ",".join(f"{place * lasting:.3f}" for place in range(count)),
        "SignalsExported": _plain(signal),
    }
    lines = [FIRST_LINE, f"{len(header) + 1}\t{1 + count}"]
    lines += [f'"{key}={value}"' for key, value in header.items()]
    # one name for every sweep: readers count the different ones as channels
    lines.append("\t".join(['"Signals="', *[f'"{_plain(signal)}"'] * count]))
    titles = ["Time (s)", *(f"Trace #{place} ({unit})" for place in range(1, count + 1))]
    lines.append("\t".join(f'"{_plain(title)}"' for title in titles))
    lines += ["\t".join(f"{value:.{_DIGITS}g}" for value in row) for row in np.column_stack([times, sweeps.T])]
    write_text(path, "\r\n".join(lines) + "\r\n")
    return path


def read_axon_text(path: Path) -> AxonText:
    """Read an Axon Text File.

    Raises:
        InputError: it cannot be read, is none, or its rows do not have the columns it announces.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"this cannot be read: {error}.", where=str(path)) from None
    try:
        if lines[0].split()[0] != "ATF":
            raise InputError(f"an Axon Text File begins with 'ATF'; found '{lines[0][:20]}'.", where=str(path))
        records, columns = (int(each) for each in lines[1].split())
        titles = [title.strip('"') for title in lines[2 + records].split("\t")]
        table = np.array([[float(each) for each in line.split("\t")] for line in lines[3 + records :] if line.strip()])
    except (IndexError, ValueError) as error:
        raise InputError(f"this is not an Axon Text File: {error}.", where=str(path)) from None
    if table.ndim != 2 or table.shape[1] != columns or len(titles) != columns:
        raise InputError(
            f"line 2 announces {columns} columns; {len(titles)} have titles, and rows have {table.shape[-1]}.",
            where=str(path),
        )
    header = dict(line.split("\t")[0].strip('"').split("=", 1) for line in lines[2 : 2 + records])
    return AxonText(
        times=table[:, 0],
        sweeps=table[:, 1:].T,
        signal=header.get("SignalsExported", ""),
        units=tuple(match["unit"] if (match := _UNIT.search(title)) else "" for title in titles[1:]),
        header=header,
    )


def _plain(text: str) -> str:
    """Return a text without what would end a quoted record."""
    return " ".join(text.replace('"', "'").split())
