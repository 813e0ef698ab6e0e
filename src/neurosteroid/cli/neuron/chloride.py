"""`neurosteroid neuron chloride`: where chloride and the GABA reversal rest."""

from __future__ import annotations

from typing import Annotated

import typer

from neurosteroid.cli.failures import verb
from neurosteroid.cli.neuron.options import LIST, Csv, Figure, Name, Variant, list_neurons, present
from neurosteroid.cli.output import Json
from neurosteroid.cli.output_files import check_places


@verb
def chloride(
    name: Name,
    variant: Variant = None,
    tonic: Annotated[
        str, typer.Option("--tonic", help="Tonic GABA-A conductance, such as '20 uS/cm^2'.")
    ] = "0 uS/cm^2",
    points: Annotated[int, typer.Option("--points", help="Number of KCC2 strengths.")] = 9,
    as_json: Json = False,
    csv: Csv = None,
    figure: Figure = None,
) -> None:
    """Print chloride, E_Cl and E_GABA of the pump-leak model against the strength of KCC2."""
    from neurosteroid.model.neuron import neuron

    if name == LIST:
        list_neurons(as_json=as_json)
        return
    check_places(csv=csv, figure=figure)
    found = neuron(name, variant).chloride(tonic=tonic, points=points)
    present(found, as_json=as_json, csv=csv, figure=figure)
