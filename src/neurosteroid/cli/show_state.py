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
_MOST_DOSES: Final = 5  # rows of a table of dosing intervals
_DOSES: Final = ("dose", "interval", "highest", "after h", "at its end (trough)", "average")
_OBSERVED: Final = "observations"
_POINTS: Final = ("row", "place", "observed", "unit", "course", "fold", "role", "source")


def all_drawn() -> tuple[str, ...]:
    """Return the names of the states and medicines that can be drawn."""
    from neurosteroid.studies.state_course import shown_names

    return shown_names()


def drawn(name: str, *, page: bool = False) -> tuple[str, str] | None:
    """Return name and kind of what is drawn under a name, or None where a card is meant.

    A bare name means a state, or a medicine unless one other card has that name; rows of observations do not count, as
    the page shows them. ``medicines/NAME`` draws all the same, and so does the bare name where something is asked for
    that only a page has.
    """
    from neurosteroid.evidence import SHOWN_KINDS, library
    from neurosteroid.studies.state_course import shown_names

    wanted, _, plain = name.rpartition("/")
    found = [kind for kind in SHOWN_KINDS if wanted in ("", kind) and plain in shown_names(kind)]
    others = [
        kind for kind in library().kinds() if kind not in {*SHOWN_KINDS, _OBSERVED} and plain in library().names(kind)
    ]
    if not found or (wanted == "" and not page and found[0] == "medicines" and len(others) == 1):
        return None
    return plain, found[0]


def show_course(
    name: str,
    kind: str,
    *,
    svg: str | None,
    as_json: bool,
    assay: str | None = None,
    study: str | None = None,
    seed: int | None = None,
) -> None:
    """Print a state or medicine, or its JSON; write its plot to `svg` where that is given.

    Args:
        name: of its card.
        kind: of its card.
        svg: file of the plot.
        as_json: whether JSON is printed.
        assay: on whose scale plasma is shown; true concentrations when None.
        study: whose bias the assay has.
        seed: of the bias of a study that nobody knows.

    Raises:
        UnknownNameError: no such state or assay.
        InputError: the file cannot be written.
    """
    from neurosteroid.reports.state_figure import is_wide, state_svg
    from neurosteroid.studies.state_course import state_course

    shown = state_course(name, kind, assay=assay, study=study, seed=seed)
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
        say(
            f"{output:<{width}}  {sparkline(values, shown.places)}"
            f"  {values.min():.3g} to {values.max():.3g} {unit}{scale}"
        )
    events = [f"{what} at {shown.axis} {_place(shown, hour):.3g}" for hour, what in shown.course.events]
    if events:
        say(f"\n{'; '.join(events)}")
    say()
    print_table("", (shown.axis, *map(_headed, shown.outputs)), _table(shown), right=tuple(map(_headed, shown.outputs)))
    for drug, intervals in _interval_numbers(shown).items():
        title = f"{drug}, {shown.course.units[drug]}: from dose to dose, h after the first dose"
        print_table(title, _DOSES, [_interval_row(row) for row in _some(intervals)], right=_DOSES)
    if shown.points:
        rows = [_point(point, shown) for point in shown.points]
        print_table("published values that the model claims", _POINTS, rows, right=("observed", "course", "fold"))
    for reason, names in shown.reasons().items():
        say(f"\nClaimed and not drawn, {reason}: {', '.join(names)}")
    _say_sources(shown)
    if svg is not None:
        say(f"\nThe plot is in {svg}.")


def sparkline(values: NDArray[np.float64], places: NDArray[np.float64] | None = None, width: int = _WIDTH) -> str:
    """Return a course (K,) as one line of blocks; each column shows its highest value.

    Columns are as wide along `places` (K,), evenly spaced ones by default, where they hold any.

    Blocks go from 0, or logarithmically from the lowest value where the course spans several decades.
    """
    import numpy as np

    from neurosteroid.reports.state_figure import is_wide

    at = np.arange(len(values)) if places is None else places
    edges = np.linspace(at[0], at[-1], min(width, len(values)) + 1)[1:-1]
    columns = np.array([part.max() for part in np.split(values, np.searchsorted(at, edges)) if len(part)])
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


def _interval_numbers(shown: StateCourse) -> dict[str, list[tuple[float, ...]]]:
    """Return each dosing interval of each drug that is given again and again, by its output.

    A row is number of the dose, begin and end (h), highest, hours to it, at the end, average.
    """
    from neurosteroid.studies.dosing_intervals import repeated

    times, found = shown.course.times, {}
    for protocol in shown.course.protocols:
        whole, output = repeated(protocol, float(times[-1])), f"plasma.{protocol.compound}"
        if whole is None or output not in shown.outputs:
            continue
        course = shown.course.values[output][None]
        found[output] = [
            (
                each.dose,
                each.begin,
                each.end,
                *(float(read[name][0]) for name in ("c_max", "t_max", "c_trough", "c_average")),
            )
            for each in whole.intervals
            for read in (each.compute(times, course),)
        ]
    return found


def _interval_row(row: tuple[float, ...]) -> Sequence[str]:
    dose, begin, end, *numbers = row
    return (f"{dose:g}", f"{begin:g} to {end:g}", *(f"{number:.3g}" for number in numbers))


def _some(rows: Sequence[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """Return the first, the last and some dosing intervals between."""
    import numpy as np

    return [rows[place] for place in np.unique(np.linspace(0, len(rows) - 1, _MOST_DOSES).round().astype(int))]


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
        "intervals": {
            output: [
                dict(zip(("dose", "begin", "end", "c_max", "t_max", "c_trough", "c_average"), row, strict=True))
                for row in rows
            ]
            for output, rows in _interval_numbers(shown).items()
        },
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
