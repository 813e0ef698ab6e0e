"""What `neurosteroid show` prints of a state: its hormone course, the published values on it, and the sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from neurosteroid.cli.output import print_json, print_table, say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from neurosteroid.studies.state_course import StateCourse
    from neurosteroid.studies.state_points import Point

_BARS: Final = "▁▂▃▄▅▆▇█"
_WIDTH: Final = 64  # columns of a drawn course
_ROWS: Final = 9  # places in the table
_POINTS: Final = ("row", "place", "observed", "unit", "course", "fold", "role", "source")


def all_drawn() -> tuple[str, ...]:
    """Return the names of the states and medicines that can be drawn."""
    from neurosteroid.studies.state_course import shown_names

    return shown_names()


def drawn(name: str, *, page: bool = False) -> tuple[str, str] | None:
    """Return name and kind of what is drawn under a name, or None where a card is meant.

    A bare name means a state, or a medicine unless one other card has that name; ``medicines/NAME`` draws all the
    same, and so does the bare name where something is asked for that only a page has.
    """
    from neurosteroid.evidence import SHOWN_KINDS, library
    from neurosteroid.studies.state_course import shown_names

    wanted, _, plain = name.rpartition("/")
    found = [kind for kind in SHOWN_KINDS if wanted in ("", kind) and plain in shown_names(kind)]
    others = [kind for kind in library().kinds() if kind not in SHOWN_KINDS and plain in library().names(kind)]
    if not found or (wanted == "" and not page and found[0] == "medicines" and len(others) == 1):
        return None
    return plain, found[0]


def show_course(
    name: str, kind: str, *, svg: str | None, as_json: bool, assay: str | None = None, study: str | None = None
) -> None:
    """Print a state or medicine, or its JSON; write its plot to `svg` where that is given.

    Args:
        name: of its card.
        kind: of its card.
        svg: file of the plot.
        as_json: whether JSON is printed.
        assay: on whose scale plasma is shown; true concentrations when None.
        study: whose bias the assay has.

    Raises:
        UnknownNameError: no such state or assay.
        InputError: the file cannot be written.
    """
    from neurosteroid.reports.state_figure import is_wide, state_svg
    from neurosteroid.studies.state_course import state_course

    shown = state_course(name, kind, assay=assay, study=study)
    if svg is not None:
        from neurosteroid.files import write_text

        write_text(Path(svg), state_svg(shown))
    if as_json:
        print_json(_json(shown))
        return
    say(f"{shown.card.title}  ({kind}/{name})")
    say(shown.card.description)
    if shown.card.note:
        say(f"\nNote: {shown.card.note}")
    first, last = shown.places[0], shown.places[-1]
    weight = shown.course.person.weight
    if assay is not None:
        from neurosteroid.observation.assay_scale import assay_name

        say(f"\nPlasma as the assay '{assay_name(assay)}' reads it" + (f" in the study '{study}'." if study else "."))
    say(f"\nOne typical person of {weight:g} kg; {shown.axis} {first:g} to {last:g}:\n")
    width = max(map(len, shown.outputs))
    for output in shown.outputs:
        values, unit = shown.course.values[output], shown.course.units[output]
        scale = ", logarithmic" if is_wide(values) else ""
        say(f"{output:<{width}}  {sparkline(values)}  {values.min():.3g} to {values.max():.3g} {unit}{scale}")
    events = [f"{what} at {shown.axis} {_place(shown, hour):.3g}" for hour, what in shown.course.events]
    if events:
        say(f"\n{'; '.join(events)}")
    say()
    print_table("", (shown.axis, *map(_headed, shown.outputs)), _table(shown), right=tuple(map(_headed, shown.outputs)))
    if shown.points:
        rows = [_point(point, shown) for point in shown.points]
        print_table("published values that the model claims", _POINTS, rows, right=("observed", "course", "fold"))
    for reason, names in shown.reasons().items():
        say(f"\nClaimed and not drawn, {reason}: {', '.join(names)}")
    _say_sources(shown)
    if svg is not None:
        say(f"\nThe plot is in {svg}.")


def sparkline(values: NDArray[np.float64], width: int = _WIDTH) -> str:
    """Return a course (K,) as one line of blocks; each column shows its highest value.

    Blocks go from 0, or logarithmically from the lowest value where the course spans several decades.
    """
    import numpy as np

    from neurosteroid.reports.state_figure import is_wide

    columns = np.array([part.max() for part in np.array_split(values, min(width, len(values)))])
    columns = np.maximum(columns, 0.0)
    if is_wide(values):
        lowest = columns[columns > 0].min()
        columns = np.log(np.maximum(columns, lowest) / lowest)
    share = columns / (columns.max() or 1.0)
    return "".join(_BARS[min(len(_BARS) - 1, int(each * len(_BARS)))] for each in share)


def _headed(output: str) -> str:
    return output.removeprefix("plasma.")


def _place(shown: StateCourse, hour: float) -> float:
    import numpy as np

    return float(np.interp(hour, shown.course.times, shown.places))


def _table(shown: StateCourse) -> list[Sequence[str]]:
    import numpy as np

    units = ("", *(shown.course.units[output] for output in shown.outputs))
    rows: list[Sequence[str]] = [units]
    for place in shown.places[0] + (shown.places[-1] - shown.places[0]) * np.linspace(0, 1, _ROWS) ** shown.crowding:
        values = [np.interp(place, shown.places, shown.course.values[output]) for output in shown.outputs]
        rows.append((f"{place:.4g}", *(f"{value:.3g}" for value in values)))
    return rows


def _point(point: Point, shown: StateCourse) -> Sequence[str]:
    place = f"{point.place:.4g}" + ("" if point.until is None else f" to {point.until:.4g}")
    if point.value is None:
        observed, fold = f"{point.low:.3g} to {point.high:.3g}", ""
    else:
        observed, fold = f"{point.value:.3g}", f"{point.predicted / point.value:.2f}" if point.value else ""
    sources = ", ".join(point.entry.source)
    unit = point.unit
    return (point.entry.name, place, observed, unit, f"{point.predicted:.3g}", fold, str(point.entry.role), sources)


def _say_sources(shown: StateCourse) -> None:
    from neurosteroid.evidence import library

    ledger = shown.course.ledger
    cards = dict.fromkeys(number.card for number in ledger.numbers)
    say(
        f"\n{len(ledger.numbers)} numbers took part, {len(ledger.assumed)} of them assumed; they stand on the cards"
        f" {', '.join(cards)}, and 'neurosteroid show CARD' prints each with its source."
    )
    say("\nSources:")
    for key in ledger.sources:
        say(f"  {key}: {library().references[key].plain()}")
    if shown.course.limits:
        say("\nLimits:")
        for text in shown.course.limits:
            say(f"  - {' '.join(text.split())}")


def _json(shown: StateCourse) -> Mapping[str, Any]:
    course = shown.course
    return {
        "name": shown.card.name,
        "title": shown.card.title,
        "description": shown.card.description,
        "axis": shown.axis,
        "places": shown.places,
        "hours": course.times,
        "outputs": {name: {"unit": course.units[name], "values": course.values[name]} for name in shown.outputs},
        "events": [{"hour": hour, "what": what} for hour, what in course.events],
        "points": [
            {
                "row": point.entry.name,
                "card": point.card,
                "output": point.output,
                "place": point.place,
                "until": point.until,
                "unit": point.unit,
                "value": point.value,
                "low": point.low,
                "high": point.high,
                "course": point.predicted,
                "role": point.entry.role,
                "source": point.entry.source,
            }
            for point in shown.points
        ],
        "not_drawn": [{"row": each.name, "card": each.card, "reason": each.reason} for each in shown.unplaced],
        "numbers": len(course.ledger.numbers),
        "assumed": len(course.ledger.assumed),
        "sources": course.ledger.sources,
        "limits": course.limits,
        "solver": course.solver,
    }
