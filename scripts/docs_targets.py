"""What is known of which steroid at which target, and the figure of the receptor panel, for the documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from docs_tables import table

from neurosteroid.receptors.actions import Evidence
from neurosteroid.receptors.panel import STEROIDS, ReceptorPanel, receptor_panel
from neurosteroid.receptors.panel_words import reached
from neurosteroid.reports.panel_figure import panel_svg

FIGURE = "docs/receptor-panel.svg"
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


BLOCKS: Mapping[str, Callable[[], str]] = {"targets-known": known}
