"""`neurosteroid receptor curve`: open probability against the concentration of one ligand."""

from __future__ import annotations

from typing import Annotated

import typer

from neurosteroid.cli.failures import verb
from neurosteroid.cli.output import Json, print_json, print_table, say


@verb
def curve(
    isoform: Annotated[str, typer.Argument(metavar="ISOFORM", help="Card of the isoform, such as a1b2g2.")],
    ligand: Annotated[str, typer.Option("--ligand", help="The ligand on the axis.")] = "GABA",
    variant: Annotated[
        str | None, typer.Option("--variant", help="Variant of the card; its default otherwise.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the concentration-response curve of a ligand at a GABA-A receptor isoform."""
    import numpy as np

    from neurosteroid.receptors.isoform import receptor

    found = receptor(isoform, variant=variant)
    half, unit = found.half_effective_concentration(ligand), found.unit(ligand)
    concentrations = half * np.logspace(-2, 2, 9)
    probabilities = found.probability({ligand: concentrations})
    if as_json:
        print_json({"isoform": isoform, "ligand": ligand, "unit": unit, "half_effective_concentration": half,
                    "concentration": concentrations, "open_probability": probabilities})  # fmt: skip
        return
    say(f"{isoform}: half-maximal {ligand} {half:.4g} {unit}")
    rows = [(f"{x:.4g}", f"{p:.4g}") for x, p in zip(concentrations, probabilities, strict=True)]
    heading = f"{ligand} ({unit})"
    print_table("", (heading, "open probability"), rows, right=(heading, "open probability"))
