"""`neurosteroid neuron fi`: firing rate against injected current."""

from __future__ import annotations

from typing import Annotated

import typer

from neurosteroid.cli.failures import verb
from neurosteroid.cli.neuron.options import LIST, Ambient, Csv, Figure, Name, Steroid, Variant, list_neurons, present
from neurosteroid.cli.output import Json
from neurosteroid.cli.output_files import check_places


@verb
def fi(
    name: Name,
    variant: Variant = None,
    ambient: Ambient = None,
    steroid: Steroid = "0 nmol/L",
    up_to: Annotated[str | None, typer.Option("--up-to", help="Largest current, such as '400 pA'.")] = None,
    points: Annotated[int, typer.Option("--points", help="Number of currents.")] = 25,
    as_json: Json = False,
    csv: Csv = None,
    figure: Figure = None,
) -> None:
    """Print how fast a neuron fires at each current, and its rheobase."""
    from neurosteroid.model.neuron import neuron

    if name == LIST:
        list_neurons(as_json=as_json)
        return
    check_places(csv=csv, figure=figure)
    found = neuron(name, variant, ambient=ambient, steroid=steroid).fi(up_to=up_to, points=points)
    present(found, as_json=as_json, csv=csv, figure=figure)
