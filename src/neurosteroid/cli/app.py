"""The verbs together: one for each thing a person wants; nothing heavy is imported before it is needed."""

from __future__ import annotations

from typing import Annotated

import typer

from neurosteroid import __version__
from neurosteroid.cli.check import check
from neurosteroid.cli.circuit import circuit
from neurosteroid.cli.cite import cite
from neurosteroid.cli.explain import explain
from neurosteroid.cli.failures import verb
from neurosteroid.cli.listing import list_things
from neurosteroid.cli.neuron import neuron
from neurosteroid.cli.new import new
from neurosteroid.cli.receptor import receptor
from neurosteroid.cli.run import run
from neurosteroid.cli.show import show
from neurosteroid.cli.side_by_side import side_by_side
from neurosteroid.cli.verify import verify

_EPILOG = (
    "Exit codes: 0 done, 1 a check failed, 2 the input is wrong, 130 interrupted. "
    "Research software - not medical advice."
)

# plain help: rich help would double the time in which --help answers
app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"neurosteroid {__version__}")
        raise typer.Exit


@app.callback(epilog=_EPILOG)
@verb
def neurosteroid(
    library: Annotated[
        str | None,
        typer.Option(
            "--library",
            metavar="FOLDER",
            help="Your own folder of cards, on top of the package's (or set NEUROSTEROID_LIBRARY).",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Quantitative systems pharmacology of allopregnanolone: simulate, study, look up, verify."""
    if library is not None:
        from neurosteroid.evidence import use_library

        use_library(library)


app.command("run", short_help="Run a study: report, tables, courses, provenance.")(run)
app.command("new", short_help="Write a commented study file to start from.")(new)
app.command("check", short_help="Check a study without running it.")(check)
app.command("explain", short_help="Print equations, numbers, solver, assumptions.")(explain)
app.command("list", short_help="List cards by kind, and shipped studies.")(list_things)
app.command("show", short_help="Show a card with every number and its source.")(show)
app.command("cite", short_help="Print sources as BibTeX.")(cite)
app.command("verify", short_help="Run the published results that cards claim.")(verify)
app.add_typer(receptor, name="receptor", short_help="Open probability, currents and targets of a receptor.")
app.command("side-by-side", short_help="Receptors, cells and firing at several concentrations.")(side_by_side)
app.add_typer(neuron, name="neuron", short_help="Firing, synaptic currents and chloride of a neuron.")
app.command("circuit", short_help="Rhythms of a network of cells, with and without steroid.")(circuit)
