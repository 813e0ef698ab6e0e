"""`neurosteroid neuron surface`: excitability against tonic conductance and decay of synaptic events."""

from __future__ import annotations

from typing import Annotated

import typer

from neurosteroid.cli.failures import verb
from neurosteroid.cli.neuron.options import LIST, Csv, Figure, Name, Variant, list_neurons, present
from neurosteroid.cli.output import Json
from neurosteroid.cli.output_files import check_places


@verb
def surface(
    name: Name,
    variant: Variant = None,
    tonic: Annotated[
        str | None, typer.Option("--tonic", help="Also print the excitability at a tonic conductance, such as '1 nS'.")
    ] = None,
    decay: Annotated[
        float | None, typer.Option("--decay", help="Also print it at a multiplier of the decay of synaptic events.")
    ] = None,
    event_rate: Annotated[
        str | None, typer.Option("--event-rate", help="Rate of synaptic events, such as '20 Hz'.")
    ] = None,
    as_json: Json = False,
    csv: Csv = None,
    figure: Figure = None,
) -> None:
    """Print how excitable a neuron is at each tonic conductance and decay, from runs of it, and how far it is off."""
    from dataclasses import replace

    from neurosteroid.model.response_surface import response_surface

    if name == LIST:
        list_neurons(as_json=as_json)
        return
    check_places(csv=csv, figure=figure)
    found = response_surface(name, variant, event_rate=event_rate)
    recording = found.recording()
    if tonic is not None or decay is not None:
        multiplier = 1.0 if decay is None else decay
        what = f"excitability at {tonic or f'{found.tonic:g} nS'}, decay x{multiplier:g}"
        scalars = {**recording.scalars, what: found.excitability(tonic, multiplier)}
        recording = replace(recording, scalars=scalars, units={**recording.units, what: "1"})
    present(recording, as_json=as_json, csv=csv, figure=figure)
