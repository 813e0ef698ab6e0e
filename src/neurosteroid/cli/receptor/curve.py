"""`neurosteroid receptor curve`: open probability against the concentration of one ligand, as numbers and figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from neurosteroid.cli.failures import verb
from neurosteroid.cli.output import Json, print_json, print_table, say, variants_of
from neurosteroid.cli.output_files import check_places
from neurosteroid.errors import InputError

if TYPE_CHECKING:
    from neurosteroid.receptors.curve import Curve

_ROWS: Final = 11  # concentrations in the table
_LIST: Final = "list"
_STILL: Final = 1.01  # fold below which a curve is said to stay
_SEEN: Final = 0.01  # relative change below which it is said that hardly anything changes
_TIMES: Final = {"peak": "peak", "steady": "steady state", "steady state": "steady state"}


@verb
def curve(
    isoform: Annotated[str, typer.Argument(metavar="ISOFORM", help="Such as a1b2g2, or 'list' for all.")],
    ligand: Annotated[str, typer.Option("--ligand", help="The ligand on the axis.")] = "GABA",
    present: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="LIGAND=AMOUNT", help="'allopregnanolone=50 nmol/L'; may be repeated."),
    ] = None,
    at: Annotated[str, typer.Option("--at", help="'peak' or 'steady'.")] = "peak",
    variant: Annotated[
        str | None, typer.Option("--variant", help="Variant of the card; its default otherwise.")
    ] = None,
    mutation: Annotated[
        list[str] | None, typer.Option("--mutation", metavar="NAME", help="Such as a1Q242L; may be repeated.")
    ] = None,
    as_json: Json = False,
    csv: Annotated[str | None, typer.Option("--csv", metavar="FILE", help="Write the curve as a table.")] = None,
    figure: Annotated[str | None, typer.Option("--figure", metavar="FILE.svg", help="Write the figure.")] = None,
) -> None:
    """Print the concentration-response curve of a ligand at a GABA-A receptor isoform."""
    from neurosteroid.receptors.isoform import isoforms, receptor

    if isoform == _LIST:
        _list_isoforms(isoforms(), as_json=as_json)
        return
    if at not in _TIMES:
        raise InputError(f"'{at}' is not known; write 'peak' or 'steady'.", where="--at")
    check_places(csv=csv, figure=figure)
    found = receptor(isoform, variant, tuple(mutation or ()))
    background = _background(present or ())
    curves = [found.curve(ligand, None, _TIMES[at])]
    if background:
        curves.append(found.curve(ligand, background, _TIMES[at]))
        curves = _on_one_axis(curves, found, ligand, background, _TIMES[at])
    if csv is not None:
        from neurosteroid.files import write_text

        write_text(Path(csv), _csv(curves))
    if figure is not None:
        from neurosteroid.files import write_text
        from neurosteroid.reports.receptor_figure import curve_svg

        write_text(Path(figure), curve_svg(curves))
    if as_json:
        print_json(_json(curves, found.variant))
        return
    _say(curves, found.title, found.variant)
    for path, what in ((csv, "table"), (figure, "figure")):
        if path is not None:
            say(f"\nThe {what} is in {path}.")


def _background(texts: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, sign, amount = text.partition("=")
        name = name.strip()
        if not sign or not name or not amount.strip():
            raise InputError(
                f"'{text}' has no amount; write 'ligand=amount', such as 'allopregnanolone=50 nmol/L'.", where="--with"
            )
        if name in found:
            raise InputError(f"'{name}' is given twice; give it once.", where="--with")
        found[name] = amount.strip()
    return found


def _on_one_axis(
    curves: Sequence[Curve], found: Any, ligand: str, background: Mapping[str, str], at: str
) -> list[Curve]:
    """Return the curves without and with background on the concentrations that both need."""
    import numpy as np

    from neurosteroid import units

    low = min(float(each.concentrations[0]) for each in curves)
    high = max(float(each.concentrations[-1]) for each in curves)
    axis = units.quantity(np.geomspace(low, high, len(curves[0].concentrations)), found.unit(ligand))
    return [found.curve(ligand, there, at, axis) for there in (None, background)]


def _columns(curves: Sequence[Curve]) -> dict[str, Any]:
    columns: dict[str, Any] = {f"{curves[0].ligand} ({curves[0].unit})": curves[0].concentrations}
    for each in curves:
        columns[_named(each)] = each.open_probability
    if len(curves) > 1:
        columns["fold"] = curves[1].open_probability / curves[0].open_probability
    return columns


def _named(curve: Curve) -> str:
    others = " and ".join(f"{amount} {name}" for name, amount in curve.background.items())
    return f"with {others}" if others else f"{curve.ligand} alone"


def _csv(curves: Sequence[Curve]) -> str:
    import pandas as pd

    return str(pd.DataFrame(_columns(curves)).to_csv(index=False, float_format="%.6g"))


def _say(curves: Sequence[Curve], title: str, variant: str) -> None:
    import numpy as np

    first = curves[0]
    say(f"{title}: {first.receptor}{f'[{variant}]' if variant else ''}, open probability at {first.at}\n")
    width = max(len(_named(each)) for each in curves)
    for each in curves:
        say(
            f"{_named(each):<{width}}  {each.half_name} {each.half_effective_concentration:.4g} {each.unit}, from"
            f" {each.without:.3g} to {each.largest:.3g}{_small(each)}"
        )
    if len(curves) > 1:
        say(f"{'':<{width}}  {_moved(*curves)}")
    columns = _columns(curves)
    places = np.linspace(0, len(first.concentrations) - 1, _ROWS).round().astype(int)
    rows = [[f"{values[place]:.4g}" for values in columns.values()] for place in places]
    print_table("", tuple(columns), rows, right=tuple(columns))
    _say_sources(curves)


def _small(curve: Curve) -> str:
    """Return that a ligand hardly changes anything, where two ends look alike."""
    return f" ({100 * curve.change:+.2g} %, hardly anything)" if abs(curve.change) < _SEEN else ""


def _moved(alone: Curve, there: Curve) -> str:
    """Return where a background moves the curve."""
    if alone.half_name != there.half_name:
        return "the background turns the effect around"
    shift = alone.half_effective_concentration / there.half_effective_concentration
    fold = max(shift, 1 / shift)
    if fold < _STILL:
        return "the curve stays where it is"
    return f"the curve moves {fold:.3g}-fold to the {'left' if shift > 1 else 'right'}"


def _say_sources(curves: Sequence[Curve]) -> None:
    from neurosteroid.evidence import Ledger, library

    ledger = Ledger()
    for each in curves:
        ledger.merge(each.ledger)
    say(f"{len(ledger.numbers)} numbers took part, {len(ledger.assumed)} of them assumed.")
    for choice in ledger.choices:
        say(f"Assumed: {choice.assumed}")
    say("\nSources:")
    for key in ledger.sources:
        say(f"  {key}: {library().references[key].plain()}")
    if curves[0].limits:
        say("\nLimits:")
        for text in curves[0].limits:
            say(f"  - {' '.join(text.split())}")


def _json(curves: Sequence[Curve], variant: str) -> Mapping[str, Any]:
    first = curves[0]
    return {
        "receptor": first.receptor,
        "variant": variant,
        "ligand": first.ligand,
        "unit": first.unit,
        "at": first.at,
        "concentrations": first.concentrations,
        "curves": [
            {
                "background": each.background,
                "open_probability": each.open_probability,
                "half_effective_concentration": each.half_effective_concentration,
                "half_name": each.half_name,
                "without": each.without,
                "largest": each.largest,
                "numbers": len(each.ledger.numbers),
                "assumed": len(each.ledger.assumed),
                "sources": each.ledger.sources,
            }
            for each in curves
        ],
        "limits": first.limits,
    }


def _list_isoforms(names: Sequence[str], *, as_json: bool) -> None:
    from neurosteroid.receptors.isoform import receptor

    found = [receptor(name) for name in names]
    if as_json:
        print_json([{"name": each.name, "title": each.title, "ligands": each.ligands} for each in found])
        return
    print_table(
        "",
        ("isoform", "title", "variants"),
        [(each.name, each.title, variants_of(each.card)) for each in found],
    )
    known = sorted({ligand for each in found for ligand in each.ligands}, key=str.lower)
    say(f"Ligands: {', '.join(known)}.")
