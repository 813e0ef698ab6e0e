"""`neurosteroid neuron currents`: a cell at rest."""

from __future__ import annotations

from neurosteroid.cli.failures import verb
from neurosteroid.cli.neuron.options import LIST, Ambient, Csv, Name, Steroid, Variant, list_neurons, present
from neurosteroid.cli.output import Json
from neurosteroid.cli.output_files import check_places


@verb
def currents(
    name: Name,
    variant: Variant = None,
    ambient: Ambient = None,
    steroid: Steroid = "0 nmol/L",
    as_json: Json = False,
    csv: Csv = None,
) -> None:
    """Print where a cell rests, its tonic conductance and current, input resistance, and what GABA does there."""
    from neurosteroid.model.neuron import neuron

    if name == LIST:
        list_neurons(as_json=as_json)
        return
    check_places(csv=csv)
    present(neuron(name, variant, ambient=ambient, steroid=steroid).currents(), as_json=as_json, csv=csv)
