"""A matplotlib figure as a piece of HTML: SVG with text as text, the same bytes for the same numbers."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any, Final

from neurosteroid.reports.palette import HAIRLINE, MUTED, TEXT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# DejaVu Sans comes with matplotlib, so the layout is measured alike on every machine; the page's own font, which is
# narrower, replaces it when the report is shown
_STYLE: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "neurosteroid",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8.0,
    "text.color": TEXT,
    "text.parse_math": False,
    "axes.edgecolor": "#8b95a1",
    "axes.labelcolor": MUTED,
    "axes.labelsize": 8.0,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": HAIRLINE,
    "grid.linewidth": 0.5,
    "xtick.color": "#8b95a1",
    "ytick.color": "#8b95a1",
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "xtick.labelsize": 7.8,
    "ytick.labelsize": 7.8,
    "xtick.major.size": 3.0,
    "ytick.major.size": 3.0,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.5,
    "path.simplify": True,
    "figure.facecolor": "white",
    "legend.fontsize": 8.0,
    "legend.title_fontsize": 8.0,
}


@contextmanager
def drawing() -> Iterator[None]:
    """Apply the look of all figures while drawing, and leave the user's own settings as they were."""
    from matplotlib import rc_context, rcParamsDefault

    kept = ("backend", "interactive")  # how the user shows figures is none of our business
    base: dict[Any, Any] = {key: value for key, value in rcParamsDefault.items() if not key.startswith(kept)}
    with rc_context(base | _STYLE):
        yield


def inline_svg(figure: Figure, *, name: str, title: str, description: str) -> str:
    """Return a figure as an ``<svg>`` element.

    Args:
        figure: drawn within `drawing`.
        name: put in front of every id, so that several figures can share a page.
        title: short, read out by screen readers.
        description: what the figure shows, in a sentence or two.
    """
    text = io.StringIO()
    with drawing():
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    whole = text.getvalue()
    body = whole[whole.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    body = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', body)
    body = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", body)
    body = body.replace("*{stroke-linejoin", f'svg[aria-labelledby^="{name}-"] *{{stroke-linejoin')
    opening = re.match(r"<svg[^>]*>", body)
    box = re.search(r'viewBox="[^"]+"', body)
    if opening is None or box is None:
        raise RuntimeError("matplotlib wrote an SVG without a viewBox")
    head = (
        f'<svg {box.group()} xmlns:xlink="http://www.w3.org/1999/xlink" role="img"'
        f' aria-labelledby="{name}-title {name}-description">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-description">{escape(description)}</desc>'
    )
    return re.sub(r"\n\s*", "\n", head + body[opening.end() :]).strip()
