"""What one compound is given as: an infusion as a staircase of rates, single doses as stems as high as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from neurosteroid.dosing import Arm, Protocol
from neurosteroid.dosing.protocol import Dose, Ladder
from neurosteroid.model import Given
from neurosteroid.reports import formats
from neurosteroid.reports.palette import MUTED, TEXT, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROOM: Final = 1.5  # of the highest rate or dose, for the number above it
_SMALL: Final = 7.6  # points


def draw_what_is_given(axes: Axes, arm: Arm, arms: Sequence[Arm], look: Look, until: float) -> None:
    """Draw what an arm gives of its one compound, in the unit in which it is given.

    An infusion is a staircase of rates, with single doses beside it as marks; single doses alone are stems. An arm that
    gives nothing has the axis of the first arm that gives something.

    Args:
        axes: of the arm.
        arm: that is drawn.
        arms: of the figure; those in one unit share their scale, so that heights can be compared.
        look: colour of the arm.
        until: end of the time axis, h.
    """
    ladder = arm.first.ladder()
    shown = arm if arm.given else next((each for each in arms if len(each.given) == 1), None)
    if shown is None:
        axes.set_yticks([])
        return
    infused = _infuses(shown)
    unit = _unit(shown)
    top = max(_highest(each) for each in arms if _infuses(each) is infused and _unit(each) == unit)
    if infused or not arm.given:
        _draw_rates(axes, ladder, look, until)
    doses = [dose for dose in arm.first.doses() if dose.time_h <= until]
    if infused:
        axes.plot([dose.time_h for dose in doses], [0.0] * len(doses), **_mark(look.colour))
    else:
        axes.vlines([dose.time_h for dose in doses], 0.0, [dose.amount for dose in doses], color=look.colour, lw=1.1)
        axes.plot([dose.time_h for dose in doses], [dose.amount for dose in doses], **_mark(look.colour))
    _name_changes(axes, doses, look, stems=not infused)
    axes.set_ylim(0.0, _ROOM * (top or 1.0))
    axes.set_yticks([0.0, top] if top > 0 else [0.0])
    axes.set_ylabel(formats.unit(unit) or "dose")
    axes.grid(axis="y", visible=False)


def draw_given(axes: Axes, given: Given, protocol: Protocol) -> None:
    """Draw what a woman was given, over what was planned for her: a rate dashed, single doses as dark stems."""
    if np.any(protocol.ladder().rates > 0.0):
        rates = np.append(given.rates, given.rates[-1:])
        axes.step(given.times, rates, where="post", color=TEXT, linewidth=1.1, linestyle=(0, (3, 1.2)))
        note = "dashed: given, after the rules"
    else:
        note = "dark: given, after the rules"
        axes.vlines(
            [dose.time_h for dose in given.doses], 0.0, [dose.amount for dose in given.doses], color=TEXT, lw=1.6
        )
        axes.plot([dose.time_h for dose in given.doses], [dose.amount for dose in given.doses], **_mark(TEXT))
    axes.annotate(
        note, (1, 1), xytext=(-4, -9), xycoords="axes fraction",
        textcoords="offset points", color=MUTED, fontsize=_SMALL, ha="right",
    )  # fmt: skip


def _mark(colour: str) -> dict[str, Any]:
    return {"linestyle": "none", "marker": "^", "markersize": 5, "color": colour, "clip_on": False}


def _infuses(arm: Arm) -> bool:
    return bool(np.any(arm.first.ladder().rates > 0.0))


def _unit(arm: Arm) -> str:
    if _infuses(arm):
        return arm.first.ladder().unit
    return next((dose.unit for dose in arm.first.doses()), "")


def _highest(arm: Arm) -> float:
    if len(arm.given) > 1:
        return 0.0
    if _infuses(arm):
        return float(arm.first.ladder().rates.max())
    return max((dose.amount for dose in arm.first.doses()), default=0.0)


def _draw_rates(axes: Axes, ladder: Ladder, look: Look, until: float) -> None:
    times = np.append(ladder.times_h, max(until, float(ladder.times_h[-1])))
    rates = np.append(ladder.rates, ladder.rates[-1])
    axes.fill_between(times, rates, step="post", color=look.colour, alpha=0.16, linewidth=0)
    axes.step(times, rates, where="post", color=look.colour, linewidth=1.3)
    for begin, end, rate in zip(times[:-1], times[1:], rates[:-1], strict=True):
        if rate > 0 and begin < until:
            text = formats.number(rate, 3).rstrip("0").rstrip(".") if rate % 1 else f"{rate:g}"
            axes.annotate(
                text, (0.5 * (begin + min(end, until)), rate), xytext=(0, 1.5), textcoords="offset points",
                ha="center", va="bottom", color=look.colour, fontsize=_SMALL,
            )  # fmt: skip


def _name_changes(axes: Axes, doses: Sequence[Dose], look: Look, *, stems: bool) -> None:
    """Write the amount of the first dose, and of each that differs from the one before it."""
    for before, dose in zip([None, *doses], doses, strict=False):
        if before is not None and (before.amount, before.unit) == (dose.amount, dose.unit):
            continue
        text = f"{dose.amount:g} {formats.unit(dose.unit)}"
        axes.annotate(
            text, (dose.time_h, dose.amount if stems else 0.0), xytext=(5, 3), textcoords="offset points",
            color=look.colour, fontsize=_SMALL,
        )  # fmt: skip
