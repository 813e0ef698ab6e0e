"""`neurosteroid neuron ipsc`: synaptic GABA-A currents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neurosteroid.cli.failures import verb
from neurosteroid.cli.neuron.options import LIST, Ambient, Csv, Figure, Name, Steroid, Variant, list_neurons, present
from neurosteroid.cli.output import Json
from neurosteroid.cli.output_files import check_places


@verb
def ipsc(
    name: Name,
    variant: Variant = None,
    ambient: Ambient = None,
    steroid: Steroid = "0 nmol/L",
    hold: Annotated[str | None, typer.Option("--hold", help="Clamped potential, such as '-50 mV'.")] = None,
    count: Annotated[int, typer.Option("--count", help="Number of events.")] = 1,
    interval: Annotated[str, typer.Option("--interval", help="From one event to the next.")] = "10 ms",
    amplitude: Annotated[float, typer.Option("--amplitude", help="Multiplier of the amplitude.")] = 1.0,
    decay: Annotated[float, typer.Option("--decay", help="Multiplier of the decay time.")] = 1.0,
    synapse: Annotated[
        str | None, typer.Option("--synapse", help="Scheme that says what the steroid does, such as jones-westbrook.")
    ] = None,
    hypothesis: Annotated[
        str | None, typer.Option("--hypothesis", help="Which of its rates the steroid changes, such as slower-closing.")
    ] = None,
    as_json: Json = False,
    csv: Csv = None,
    atf: Annotated[
        Path | None, typer.Option("--atf", metavar="FILE", help="Write the current as an Axon Text File.")
    ] = None,
    figure: Figure = None,
) -> None:
    """Print peak, charge and time to 1/e of synaptic currents, and what they do to the potential."""
    from neurosteroid.model.neuron import neuron

    if name == LIST:
        list_neurons(as_json=as_json)
        return
    check_places(csv=csv, atf=atf, figure=figure)
    cell = neuron(
        name,
        variant,
        ambient=ambient,
        steroid=steroid,
        amplitude=amplitude,
        decay=decay,
        synapse=synapse,
        hypothesis=hypothesis,
    )
    found = cell.ipsc(hold=hold, count=count, interval=interval)
    if atf is not None:
        from neurosteroid.reports.axon_text import write_axon_text

        write_axon_text(
            atf, 1e-3 * found.columns["time"], found.columns["current"][None], signal="Im", unit="pA",
            comment=found.title,
        )  # fmt: skip
    present(found, as_json=as_json, csv=csv, figure=figure, atf=atf)
