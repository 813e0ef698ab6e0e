"""The panel in words: effects, thresholds and verdicts as they stand in tables and figures."""

from __future__ import annotations

import math

from neurosteroid.receptors.panel import ReceptorPanel, Verdict

_MICRO = 1000.0  # nmol in a umol


def concentration(value: float) -> str:
    """Return a concentration given in nmol/L with the unit in which it is short: ``3 umol/L``."""
    if not math.isfinite(value):
        return "never"
    return f"{_short(value / _MICRO)} umol/L" if value >= _MICRO else f"{_short(value)} nmol/L"


def cell(panel: ReceptorPanel, row: int, column: int) -> str:
    """Return one effect: ``+24 %`` for open probability, ``23 %`` for a share, two ends for bounds, or a word."""
    low, high = float(panel.smallest[row, column]), float(panel.largest[row, column])
    if math.isnan(low):
        verdict = panel.verdicts[row][column]
        return {Verdict.ACTS: "acts", Verdict.LITTLE: "little/none"}.get(verdict, "?")
    signed = panel.actions[row].way.startswith("change")
    if low == high:
        return f"{_percent(low, signed)} %"
    return f"{_percent(low, signed)} to {_percent(high, signed)} %"


def reached(panel: ReceptorPanel, row: int) -> str:
    """Return from which concentration the effect counts, or where it was seen."""
    low, high = (float(end) for end in panel.threshold[row])
    seen = panel.actions[row].seen_at
    if math.isnan(low):
        return "?" if seen is None else f"seen at {concentration(seen)}"
    if low == high:
        return concentration(low)
    return f"{concentration(low)} to {concentration(high)}"


def at_brain(panel: ReceptorPanel, row: int) -> str:
    """Return the verdict at brain levels."""
    return str(panel.at_brain_levels[row])


def _percent(share: float, signed: bool) -> str:
    value = 100 * share
    text = _short(value)
    return f"+{text}" if signed and value > 0 else text


def _short(value: float) -> str:
    """Return two significant digits, without an exponent and without zeros behind the point."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    digits = 1 - math.floor(math.log10(abs(value)))
    text = f"{round(value, digits):.{max(0, digits)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
