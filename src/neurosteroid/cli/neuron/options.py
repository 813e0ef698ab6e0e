"""What all commands of `neurosteroid neuron` share: options, and how an experiment is printed, kept and drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from neurosteroid.cli.output import print_json, print_table, say, variants_of

if TYPE_CHECKING:
    from neurosteroid.model.recording import Recording

Name = Annotated[str, typer.Argument(metavar="NEURON", help="Such as dentate-granule, or 'list' for all.")]
Variant = Annotated[str | None, typer.Option("--variant", help="Variant of its card, such as immature.")]
Ambient = Annotated[str | None, typer.Option("--ambient", help="GABA around the cell, such as '0.5 umol/L'.")]
Steroid = Annotated[str, typer.Option("--steroid", help="Allopregnanolone at the receptor, such as '50 nmol/L'.")]
Csv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the table with units in its headings.")]
Figure = Annotated[Path | None, typer.Option("--figure", metavar="FILE.svg", help="Write a figure.")]

LIST: Final = "list"
"""What is written in place of a name, to be told the names."""
_LINES: Final = 30
"""Rows of a table that are printed; all are in the CSV."""


def list_neurons(*, as_json: bool) -> None:
    """Print what the commands can be asked for: cells with their variants, and what a steroid may do to synapses."""
    from neurosteroid.evidence import library
    from neurosteroid.model.neuron import neuron_names
    from neurosteroid.model.neuron_definitions import ROOM
    from neurosteroid.receptors.kinetics import scheme_names
    from neurosteroid.receptors.kinetics.steroid import hypotheses

    cards = [library().card(name, ROOM) for name in neuron_names()]
    if as_json:
        cells = [{"name": card.name, "title": card.title, "variants": list(card.variants)} for card in cards]
        print_json({"neurons": cells, "synapses": scheme_names(), "hypotheses": hypotheses()})
        return
    rows = [(card.name, card.title, variants_of(card)) for card in cards]
    print_table("", ("neuron", "title", "variants"), rows)
    say("The first variant is the default.")
    say(f"For --synapse: {', '.join(scheme_names())}.")
    say(f"For --hypothesis: {', '.join(hypotheses())}.")


def present(
    found: Recording, *, as_json: bool, csv: Path | None, figure: Path | None = None, atf: Path | None = None
) -> None:
    """Write the table and the figure that were asked for, then print the experiment and where its files are."""
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
    if headings:
        print_table("", headings, shown, right=headings)
    for note in found.notes:
        say(note)
    assumed, choices = len(found.ledger.assumed), len(found.ledger.choices)
    more = f" {choices} more that are no numbers are assumed too." if choices else ""
    say(f"{len(found.ledger.numbers)} numbers took part, {assumed} of them assumed.{more}")
    for what, path in (("table", csv), ("Axon Text File", atf), ("figure", figure)):
        if path is not None:
            say(f"The {what} is in {path}.")
