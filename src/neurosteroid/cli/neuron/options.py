"""What all commands of `neurosteroid neuron` share: options, and how an experiment is printed, kept and drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from neurosteroid.cli.output import print_json, print_table, say

if TYPE_CHECKING:
    from neurosteroid.model.recording import Recording

Name = Annotated[str, typer.Argument(metavar="NEURON", help="dentate-granule, pyramidal or fast-spiking.")]
Variant = Annotated[str | None, typer.Option("--variant", help="Variant of its card, such as immature.")]
Ambient = Annotated[str | None, typer.Option("--ambient", help="GABA around the cell, such as '0.5 umol/L'.")]
Steroid = Annotated[str, typer.Option("--steroid", help="Allopregnanolone at the receptor, such as '50 nmol/L'.")]
Csv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the table with units in its headings.")]
Figure = Annotated[Path | None, typer.Option("--figure", metavar="FILE.svg", help="Write a figure.")]

_LINES: Final = 30
"""Rows of a table that are printed; all are in the CSV."""


def present(found: Recording, *, as_json: bool, csv: Path | None, figure: Path | None) -> None:
    """Write the files that were asked for, then print the experiment."""
    from neurosteroid.files import write_text

    if csv is not None:
        write_text(csv, found.to_frame().to_csv(index=False, lineterminator="\n"))
    if figure is not None:
        from neurosteroid.reports.neuron_figure import neuron_svg

        write_text(figure, neuron_svg(found))
    if as_json:
        print_json(found.plain())
        return
    say(found.title)
    for name, value in found.scalars.items():
        unit = found.units[name] if isinstance(value, float) and found.units[name] != "1" else ""
        say(f"  {name}: {value if isinstance(value, str) else f'{value:.4g}'} {unit}".rstrip())
    headings = [f"{name} ({found.units[name]})" for name in found.columns]
    rows = list(zip(*found.columns.values(), strict=True))
    stride = max(1, -(-len(rows) // _LINES))
    shown = [[f"{number:.4g}" for number in row] for row in rows[::stride]]
    print_table("", headings, shown, right=headings)
    for note in found.notes:
        say(note)
    assumed, choices = len(found.ledger.assumed), len(found.ledger.choices)
    more = f" {choices} more that are no numbers are assumed too." if choices else ""
    say(f"{len(found.ledger.numbers)} numbers took part, {assumed} of them assumed.{more}")
    for what, path in (("table", csv), ("figure", figure)):
        if path is not None:
            say(f"The {what} is in {path}.")
