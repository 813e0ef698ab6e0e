"""`neurosteroid side-by-side`: one steroid at several concentrations, from the receptor to the firing of cells."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from neurosteroid.cli.failures import verb
from neurosteroid.cli.output import Json, print_json, print_table, say
from neurosteroid.cli.output_files import check_places

if TYPE_CHECKING:
    from neurosteroid.model.side_by_side import SideBySide

_AT: Final = "5 nmol/L,50 nmol/L,220 nmol/L,3 umol/L"


@verb
def side_by_side(
    steroid: Annotated[str, typer.Argument(metavar="[STEROID]", help="Cells know allopregnanolone.")] = (
        "allopregnanolone"
    ),
    at: Annotated[str, typer.Option("--at", help="Concentrations with units, separated by commas.")] = _AT,
    cell: Annotated[
        list[str] | None, typer.Option("--cell", metavar="NEURON", help="May be repeated; three kinds otherwise.")
    ] = None,
    circuit: Annotated[
        list[str] | None, typer.Option("--circuit", metavar="CIRCUIT", help="Takes minutes; none otherwise.")
    ] = None,
    duration: Annotated[
        str | None, typer.Option("--duration", help="Of circuits, recorded of each seed; 10 s otherwise.")
    ] = None,
    seeds: Annotated[int | None, typer.Option("--seeds", help="Of circuits, how many; 5 otherwise.")] = None,
    ambient: Annotated[
        str | None, typer.Option("--ambient", help="GABA around the cells, such as '0.5 umol/L'.")
    ] = None,
    synapse: Annotated[
        str, typer.Option("--synapse", help="Scheme that says what the steroid does to a synaptic current, or none.")
    ] = "jones-westbrook",
    hypothesis: Annotated[
        str | None, typer.Option("--hypothesis", help="Which of its rates the steroid changes, such as slower-closing.")
    ] = None,
    as_json: Json = False,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write a table of the numbers.")] = None,
    figure: Annotated[Path | None, typer.Option("--figure", metavar="FILE.svg", help="Write the figure.")] = None,
) -> None:
    """Print what a steroid does to receptors, other targets, cells and circuits, beside no steroid."""
    from neurosteroid.model.side_by_side import CELLS
    from neurosteroid.model.side_by_side import side_by_side as compare

    check_places(csv=csv, figure=figure)
    found = compare(
        steroid,
        [text.strip() for text in at.split(",") if text.strip()],
        cells=cell or CELLS,
        circuits=circuit or (),
        duration=duration,
        seeds=seeds,
        synapse=None if synapse == "none" else synapse,
        hypothesis=hypothesis,
        ambient=ambient,
    )
    if csv is not None:
        from neurosteroid.files import write_text

        write_text(csv, found.to_frame().to_csv(index=False, lineterminator="\n", float_format="%.6g"))
    if figure is not None:
        from neurosteroid.files import write_text
        from neurosteroid.reports.side_by_side_figure import side_by_side_svg

        write_text(figure, side_by_side_svg(found))
    if as_json:
        print_json(_json(found))
        return
    _say(found)
    for path, what in ((csv, "The table"), (figure, "The figure")):
        if path is not None:
            say(f"{what} is in {path}.")


def _say(found: SideBySide) -> None:
    from neurosteroid.model.compared_words import cells_of, changes_of, unit_of

    for stage in dict.fromkeys(row.stage for row in found.rows):
        rows = []
        for row in found.rows:
            if row.stage == stage:
                rows.append((row.title, row.quantity, *cells_of(row), unit_of(row), row.evidence))
                if row.paired is not None:
                    unit = "ratio" if row.paired.ratio else unit_of(row)
                    rows.append(("", f"{row.quantity}, change by seed", "", *changes_of(row.paired), unit, ""))
        print_table(str(stage), ("of", "quantity", *found.heads, "unit", "evidence"), rows, right=found.heads)
    say("Concentrations are nominal, as in the bath of a recording; 'unknown' means that nothing was found.")
    for choice in found.ledger.choices:
        say(f"Assumed: {choice.said}. {choice.assumed}")
    say(
        f"{len(found.ledger.numbers)} numbers took part, {len(found.ledger.assumed)} of them assumed;"
        " 'neurosteroid show CARD' prints each with its source."
    )


def _json(found: SideBySide) -> dict[str, Any]:
    rows = [
        {
            "stage": row.stage,
            "what": row.what,
            "title": row.title,
            "quantity": row.quantity,
            "unit": row.unit,
            "values": row.values,
            "lowest": row.lowest,
            "highest": row.highest,
            "change": None if row.paired is None else vars(row.paired),
            "words": row.words,
            "evidence": row.evidence,
            "numbers": len(row.ledger.numbers),
            "assumed": [number.where for number in row.ledger.assumed],
            "choices": [choice.said for choice in row.ledger.choices],
            "sources": row.ledger.sources,
        }
        for row in found.rows
        if row.words or not all(math.isnan(value) for value in row.values)
    ]
    return {
        "steroid": found.steroid,
        "concentrations": found.concentrations,
        "units": found.units,
        "rows": rows,
        "numbers": len(found.ledger.numbers),
        "assumed": len(found.ledger.assumed),
    }
