"""What is known of which steroid at which target, and the figure of the receptor panel, for the documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
from docs_tables import table

from neurosteroid.model import Person, Pregnancy, ReceptorAdaptation, simulate
from neurosteroid.receptors.actions import Evidence
from neurosteroid.receptors.panel import STEROIDS, ReceptorPanel, receptor_panel
from neurosteroid.receptors.panel_words import reached
from neurosteroid.reports.panel_figure import panel_svg
from neurosteroid.studies import CheckResult
from neurosteroid.studies.observed import verify_observed

FIGURE = "docs/receptor-panel.svg"
_DELIVERY = 14 * 24.0  # h from week 38
_DAYS = (-1.0, 0.0, 0.5, 1.0, 2.0, 4.0, 7.0, 14.0)
_TRAITS = (0.0, 1.0, 3.0)
_SHORT = {"tetrahydrodeoxycorticosterone": "THDOC"}


def known() -> str:
    """Return, by target and steroid, from which concentration a tenth of the effect is there and how it is known."""
    panels = [receptor_panel(steroid) for steroid in STEROIDS]
    rows = [[each.title, *(_known(panel, row) for panel in panels)] for row, each in enumerate(panels[0].actions)]
    return table(["target", *(_SHORT.get(steroid, steroid) for steroid in STEROIDS)], rows)


def _known(panel: ReceptorPanel, row: int) -> str:
    each = panel.actions[row]
    if each.curves:
        return f"{reached(panel, row)} ({each.evidence})"
    if each.evidence is Evidence.SEEN:
        return reached(panel, row)
    if each.evidence is Evidence.DIRECTION:
        return f"{each.way}, size unknown"
    return "?" if each.evidence is Evidence.UNKNOWN else str(each.evidence)


def files(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield the figure of the panel with its path."""
    yield root / FIGURE, panel_svg(receptor_panel("allopregnanolone"))


def adaptation_rows() -> str:
    """Return the claimed rows of receptor adaptation: predicted beside observed."""
    rows = [
        [each.name.replace("_", " "), str(each.role), _observed(each), f"{each.predicted:.3g}", each.statement]
        for each in verify_observed(["receptor-adaptation"])
    ]
    return table(["row", "role", "observed", "predicted", "comparison"], rows)


def _observed(each: CheckResult) -> str:
    return f"{each.observed:.3g}" if each.interval is None else f"{each.interval[0]:g} to {each.interval[1]:g}"


def adaptation_postpartum() -> str:
    """Return expression and relative conductance around a delivery; traits share one system, so it is built once."""
    rows = []
    for trait in _TRAITS:
        states = [Pregnancy(week=38, delivery_week=40), ReceptorAdaptation("mouse-pregnancy", sensitivity=trait)]
        course = simulate(Person(weight="70 kg", states=states), until="40 day", step="6 h")
        hours = [_DELIVERY + 24.0 * day for day in _DAYS]
        expression, conductance = (
            np.interp(hours, course.times, course.values[f"receptor.a4b2d.{what}"])
            for what in ("surface_expression", "relative_conductance")
        )
        cells = [f"{one:.2f} / {other:.2f}" for one, other in zip(expression, conductance, strict=True)]
        rows.append([f"{trait:g}", *cells])
    note = "Surface expression / relative conductance, `mouse-pregnancy`; day 0 is delivery, trait 0 does not adapt."
    return f"{note}\n\n{table(['trait', *(f'day {day:g}' for day in _DAYS)], rows)}"


BLOCKS: Mapping[str, Callable[[], str]] = {
    "targets-known": known,
    "adaptation-rows": adaptation_rows,
    "adaptation-postpartum": adaptation_postpartum,
}
