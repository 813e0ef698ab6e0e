"""`neurosteroid circuit`: rhythms of a network of cells, with steroid and without."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from neurosteroid.cli.failures import verb
from neurosteroid.cli.neuron.options import LIST, Ambient, Figure, Steroid
from neurosteroid.cli.output import Json, bar, print_json, print_table, say, variants_of
from neurosteroid.cli.output_files import check_places

if TYPE_CHECKING:
    from neurosteroid.model.circuit_activity import CircuitActivity, Estimate


@verb
def circuit(
    name: Annotated[str, typer.Argument(metavar="CIRCUIT", help="Such as cortex, or 'list' for all.")],
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
    step: Annotated[str | None, typer.Option("--step", help="Of the solver, such as '0.025 ms'; the card's.")] = None,
    threads: Annotated[int | None, typer.Option("--threads", help="Of the solver; one a processor.")] = None,
    as_json: Json = False,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the measures, a row each.")] = None,
    spectra: Annotated[Path | None, typer.Option("--spectra", metavar="FILE", help="Write the spectra.")] = None,
    figure: Figure = None,
) -> None:
    """Print rhythms, firing rates and synchrony of a circuit with steroid, beside the same seeds without."""
    from neurosteroid.files import write_text
    from neurosteroid.model.circuit import circuit as found_circuit

    if name == LIST:
        _list(as_json=as_json)
        return
    check_places(csv=csv, figure=figure, spectra=spectra)
    made = found_circuit(
        name,
        steroid,
        variant,
        synapse=None if synapse == "none" else synapse,
        hypothesis=hypothesis,
        ambient=ambient,
        tonic=tonic,
        amplitude=amplitude,
        decay=decay,
    )
    with bar("networks") as show:
        found = made.run(duration, seeds, first_seed=first_seed, step=step, threads=threads, progress=show)
    for place, frame in ((csv, found.measures_frame), (spectra, found.to_frame)):
        if place is not None:
            write_text(place, frame().to_csv(index=False, lineterminator="\n"))
    if figure is not None:
        from neurosteroid.reports.circuit_figure import circuit_svg

        write_text(figure, circuit_svg(found))
    if as_json:
        print_json(found.plain())
        return
    _show(found)
    for what, path in (("The table is", csv), ("The spectra are", spectra), ("The figure is", figure)):
        if path is not None:
            say(f"{what} in {path}.")


def _list(*, as_json: bool) -> None:
    """Print what the command can be asked for: circuits with their cells and variants, schemes and hypotheses."""
    from neurosteroid.evidence import library
    from neurosteroid.model.circuit import circuit_names
    from neurosteroid.model.neuron_definitions import ROOM
    from neurosteroid.receptors.kinetics import scheme_names
    from neurosteroid.receptors.kinetics.steroid import hypotheses

    cards = [library().card(name, ROOM) for name in circuit_names()]
    if as_json:
        circuits = [{"name": card.name, "title": card.title, "variants": list(card.variants)} for card in cards]
        print_json({"circuits": circuits, "synapses": scheme_names(), "hypotheses": hypotheses()})
        return
    print_table("", ("circuit", "title", "variants"), [(card.name, card.title, variants_of(card)) for card in cards])
    say("The first variant is the default.")
    say(f"For --synapse: {', '.join(scheme_names())}, or none.")
    say(f"For --hypothesis: {', '.join(hypotheses())}.")


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
