"""`neurosteroid circuit`: rhythms of a network of cells, with steroid and without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from neurosteroid.cli.failures import verb
from neurosteroid.cli.neuron.options import Ambient, Csv, Figure, Steroid
from neurosteroid.cli.output import Json, print_json, print_table, say
from neurosteroid.cli.output_files import check_places

if TYPE_CHECKING:
    from neurosteroid.model.circuit_activity import CircuitActivity, Estimate


@verb
def circuit(
    name: Annotated[str, typer.Argument(metavar="CIRCUIT", help="amygdala or cortex.")],
    steroid: Steroid = "0 nmol/L",
    variant: Annotated[str | None, typer.Option("--variant", help="Variant of its card, such as published.")] = None,
    duration: Annotated[str, typer.Option("--duration", help="That is recorded of each seed.")] = "60 s",
    seeds: Annotated[int, typer.Option("--seeds", help="Number of seeds.")] = 10,
    first_seed: Annotated[int, typer.Option("--first-seed", help="The others follow it.")] = 1,
    ambient: Ambient = None,
    synapse: Annotated[
        str, typer.Option("--synapse", help="Scheme that says what the steroid does to synapses, or none.")
    ] = "jones-westbrook",
    hypothesis: Annotated[
        str | None, typer.Option("--hypothesis", help="Which of its rates the steroid changes, such as slower-closing.")
    ] = None,
    tonic: Annotated[float | None, typer.Option("--tonic", help="Multiplier of tonic conductance, if given.")] = None,
    amplitude: Annotated[float, typer.Option("--amplitude", help="Multiplier of inhibitory amplitude.")] = 1.0,
    decay: Annotated[float, typer.Option("--decay", help="Multiplier of inhibitory decay time.")] = 1.0,
    threads: Annotated[int | None, typer.Option("--threads", help="Of the solver; one a processor.")] = None,
    as_json: Json = False,
    csv: Csv = None,
    figure: Figure = None,
) -> None:
    """Print rhythms, firing rates and synchrony of a circuit with steroid, beside the same seeds without."""
    from neurosteroid.files import write_text
    from neurosteroid.model.circuit import circuit as found_circuit

    check_places(csv=csv, figure=figure)
    found = found_circuit(
        name,
        steroid,
        variant,
        synapse=None if synapse == "none" else synapse,
        hypothesis=hypothesis,
        ambient=ambient,
        tonic=tonic,
        amplitude=amplitude,
        decay=decay,
    ).run(duration, seeds, first_seed=first_seed, threads=threads)
    if csv is not None:
        write_text(csv, found.to_frame().to_csv(index=False, lineterminator="\n"))
    if figure is not None:
        from neurosteroid.reports.circuit_figure import circuit_svg

        write_text(figure, circuit_svg(found))
    if as_json:
        print_json(found.plain())
        return
    _show(found)
    for what, path in (("table", csv), ("figure", figure)):
        if path is not None:
            say(f"The {what} is in {path}.")


def _show(found: CircuitActivity) -> None:
    say(found.title)
    span = float(found.settings["duration"]) / 1e3
    seeds = f"seeds {found.seeds[0]} to {found.seeds[-1]}" if len(found.seeds) > 1 else f"seed {found.seeds[0]}"
    say(f"  {span:g} s of {seeds}, in steps of {found.settings['step']:g} ms")
    rows = [
        [
            each.name,
            "" if each.unit == "1" else each.unit,
            _text(each.without, "none in the band"),
            _text(each.with_, "none in the band"),
            ("x" if each.relative else "") + _text(each.change, "-"),
        ]
        for each in found.measures
    ]
    headings = ["measure", "unit", "without", "with", "change"]
    print_table("", headings, rows, right=headings[2:])
    for note in found.notes:
        say(note)
    assumed, choices = len(found.ledger.assumed), len(found.ledger.choices)
    more = f" {choices} more that are no numbers are assumed too." if choices else ""
    say(f"{len(found.ledger.numbers)} numbers took part, {assumed} of them assumed.{more}")


def _text(of: Estimate, none: str) -> str:
    if of.mean != of.mean:
        return none
    mean = f"{of.mean:.3g}"
    return mean if of.low != of.low else f"{mean} ({of.low:.3g} to {of.high:.3g})"
