"""`neurosteroid receptor panel`: every target at some concentrations of one steroid."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from neurosteroid.cli.failures import verb
from neurosteroid.cli.output import Json, print_json, print_table, say
from neurosteroid.cli.output_files import check_places

if TYPE_CHECKING:
    from neurosteroid.receptors.panel import ReceptorPanel

_LIST: Final = "list"
_AT: Final = "5 nmol/L,50 nmol/L,3 umol/L"


@verb
def panel(
    steroid: Annotated[
        str, typer.Argument(metavar="STEROID", help="Such as allopregnanolone or THDOC, or 'list' for all.")
    ],
    at: Annotated[str, typer.Option("--at", help="Concentrations with units, separated by commas.")] = _AT,
    as_json: Json = False,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write a table of the numbers.")] = None,
    figure: Annotated[Path | None, typer.Option("--figure", metavar="FILE.svg", help="Write the figure.")] = None,
) -> None:
    """Print which targets of a steroid matter at brain levels, which do not, and which are unknown."""
    from neurosteroid.receptors.panel import receptor_panel

    if steroid == _LIST:
        _list(as_json=as_json)
        return
    check_places(csv=csv, figure=figure)
    found = receptor_panel(steroid, at=[text.strip() for text in at.split(",") if text.strip()])
    if csv is not None:
        _write_csv(found, csv)
    if figure is not None:
        from neurosteroid.files import write_text
        from neurosteroid.reports.panel_figure import panel_svg

        write_text(figure, panel_svg(found))
    if as_json:
        print_json(_json(found))
        return
    _say(found)
    for path, what in ((csv, "The table"), (figure, "The figure")):
        if path is not None:
            say(f"{what} is in {path}.")


def _list(*, as_json: bool) -> None:
    """Print the steroids, and at how many targets something is known of each."""
    from neurosteroid.evidence import library
    from neurosteroid.receptors.actions import Evidence
    from neurosteroid.receptors.panel import panel_steroids, receptor_panel

    rows, compounds = [], library().names("compounds")
    for name in panel_steroids():
        card = library().card(name, "compounds") if name in compounds else None
        actions = receptor_panel(name).actions
        known = sum(each.evidence is not Evidence.UNKNOWN for each in actions)
        synonyms = "" if card is None else card.variant().settings.get("synonyms", "")
        rows.append((name, synonyms, known, len(actions)))
    if as_json:
        print_json([dict(zip(("name", "synonyms", "known", "targets"), row, strict=True)) for row in rows])
        return
    shown = [(name, synonyms, f"{known} of {targets}") for name, synonyms, known, targets in rows]
    print_table("", ("steroid", "also called", "something known at targets"), shown)


def _say(found: ReceptorPanel) -> None:
    from neurosteroid.receptors.actions import Evidence
    from neurosteroid.receptors.gaba_rows import FAMILY
    from neurosteroid.receptors.panel import Verdict
    from neurosteroid.receptors.panel_words import at_brain, cell, concentration, reached

    heads = [concentration(value) for value in found.concentrations]
    rows = []
    for place, each in enumerate(found.actions):
        cells = [cell(found, place, column) for column in range(len(heads))]
        way = "" if each.way == "effect" else each.way
        rows.append((each.title, way, *cells, reached(found, place), str(each.evidence), at_brain(found, place)))
    low, high = found.brain_levels
    share = f"{100 * found.criterion:g} %"
    print_table(
        f"{found.steroid} at its targets",
        ("target", "effect", *heads, f"{share} from", "evidence", f"up to {high:g} nmol/L"),
        rows,
        right=heads,
    )
    say(
        f"An effect of {share} or more counts (assumed); brain holds {low:g} to {high:g} nmol/L of"
        f" {found.brain_levels_of} (assumed, round)."
    )
    body = found.brain_levels[1]
    if any(each.evidence is Evidence.LITTLE for each in found.actions) and max(found.concentrations) > body:
        say(f"Reports of little or no effect name no concentration; they are not taken to hold above {body:g} nmol/L.")
    say("Concentrations are nominal, as in the bath; open probability is the peak at a probe of GABA, or as said.")
    for each, verdict in zip(found.actions, found.at_brain_levels, strict=True):
        if each.note and each.family != FAMILY and verdict in (Verdict.MATTERS, Verdict.UNDECIDED, Verdict.ACTS):
            say(f"{each.title}: {each.note}")
    count, assumed = len(found.ledger.numbers), len(found.ledger.assumed)
    say(f"{count} numbers took part, {assumed} of them assumed; 'neurosteroid show CARD' prints each with its source.")


def _write_csv(found: ReceptorPanel, path: Path) -> None:
    import csv as table
    import io

    from neurosteroid.files import write_text

    columns = found.columns()
    text = io.StringIO()
    writer = table.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(tuple(map(_plain, row)) for row in zip(*columns.values(), strict=True))
    write_text(path, text.getvalue())


def _plain(value: Any) -> Any:
    return "" if isinstance(value, float) and math.isnan(value) else value


def _json(found: ReceptorPanel) -> dict[str, Any]:
    rows = []
    for place, each in enumerate(found.actions):
        rows.append(
            {
                "target": each.target,
                "title": each.title,
                "family": each.family,
                "way": each.way,
                "smallest": found.smallest[place],
                "largest": found.largest[place],
                "verdicts": found.verdicts[place],
                "at_brain_levels": found.at_brain_levels[place],
                "threshold": found.threshold[place],
                "never_reached": bool(math.isinf(found.threshold[place, 0])),
                "seen_at": each.seen_at,
                "evidence": each.evidence,
                "sources": each.sources,
                "note": each.note,
            }
        )
    return {
        "steroid": found.steroid,
        "concentrations": found.concentrations,
        "units": found.units,
        "criterion": found.criterion,
        "brain_levels": found.brain_levels,
        "brain_levels_of": found.brain_levels_of,
        "targets": rows,
        "numbers": len(found.ledger.numbers),
        "assumed": len(found.ledger.assumed),
    }
