"""`neurosteroid neuron mood`: what explanations of the mood curve would do to a depression score."""

from __future__ import annotations

from typing import Annotated

import typer

from neurosteroid.cli.failures import verb
from neurosteroid.cli.neuron.options import Csv, Figure, present
from neurosteroid.cli.output import Json
from neurosteroid.cli.output_files import check_places


@verb
def mood(
    score: Annotated[
        str | None,
        typer.Argument(metavar="SCORE", help="One depression score, such as by-outward-block; all when left out."),
    ] = None,
    at: Annotated[str | None, typer.Option("--at", help="Levels in serum, such as '1.75 nmol/L,170 nmol/L'.")] = None,
    as_json: Json = False,
    csv: Csv = None,
    figure: Figure = None,
) -> None:
    """Print what depression scores that answer to neurons say at levels of allopregnanolone in serum."""
    from neurosteroid.model.mood.felt import LEVELS, mood_by_level

    check_places(csv=csv, figure=figure)
    levels = LEVELS if at is None else [each.strip() for each in at.split(",")]
    found = mood_by_level(levels, None if score is None else [score])
    present(found, as_json=as_json, csv=csv, figure=figure)
