"""Rows side by side in words, as they stand in tables."""

from __future__ import annotations

import math

from neurosteroid.model.compared import Compared, Paired, Stage

_NOTHING = "-"
_LEAST = 1e-4  # so that no number needs an exponent


def unit_of(row: Compared) -> str:
    """Return the unit as a table shows it: ``%`` for shares of another target's effect, nothing for a pure number."""
    if row.words:
        return ""
    if row.stage is Stage.OTHER_TARGET:
        return "%"
    return "" if row.unit == "1" else row.unit


def cells_of(row: Compared, *, middle: bool = False) -> tuple[str, ...]:
    """Return the row's values as texts: a number of three digits, two ends, or a word.

    With `middle`, the value stands before its two ends, which stand in brackets.
    """
    if row.words:
        return tuple(word or _NOTHING for word in row.words)
    scale = 100.0 if row.stage is Stage.OTHER_TARGET else 1.0
    ends = [_cell(scale * float(low), scale * float(high)) for low, high in zip(row.lowest, row.highest, strict=True)]
    if not middle:
        return tuple(ends)
    values = (_NOTHING if math.isnan(value) else number(scale * float(value)) for value in row.values)
    return tuple(
        value if _NOTHING in (value, end) or value == end else f"{value} ({end})"
        for value, end in zip(values, ends, strict=True)
    )


def changes_of(paired: Paired) -> tuple[str, ...]:
    """Return the change paired by seed at every concentration above 0, with its interval; a ratio begins with x."""
    sign = "x" if paired.ratio else ""
    return tuple(
        _NOTHING
        if math.isnan(mean)
        else f"{sign}{number(mean)}" + ("" if math.isnan(low) else f" ({number(low)} to {number(high)})")
        for mean, low, high in zip(
            *(ends[1:].tolist() for ends in (paired.mean, paired.lowest, paired.highest)), strict=True
        )
    )


def _cell(low: float, high: float) -> str:
    if math.isnan(low):
        return _NOTHING
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def number(value: float) -> str:
    """Return three significant digits without an exponent; what is below a ten-thousandth is said to be."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    if abs(value) < _LEAST:
        return f"< {_LEAST:g}" if value > 0 else f"> -{_LEAST:g}"
    digits = 2 - math.floor(math.log10(abs(value)))
    return f"{round(value, digits):.{max(0, digits)}f}"
