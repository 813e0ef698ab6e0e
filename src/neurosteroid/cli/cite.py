"""`neurosteroid cite`: the sources of studies and cards as BibTeX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurosteroid.cli import describe
from neurosteroid.cli.failures import verb
from neurosteroid.cli.output import Json, print_json, say
from neurosteroid.cli.places import in_study, study_or_card

if TYPE_CHECKING:
    from neurosteroid.evidence import Reference


@verb
def cite(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[STUDY|CARD]...", help="What to cite for; the whole library when left out."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the BibTeX of the sources behind studies or cards."""
    from neurosteroid.evidence import library

    keys = dict.fromkeys(key for name in names or () for key in _sources(name)) if names else library().references
    text = library().cite(keys)
    if as_json:
        print_json([_entry(library().references[key]) for key in keys])
    else:
        say(text.rstrip("\n"))


def _entry(item: Reference) -> dict[str, Any]:
    return {"key": item.key, "kind": item.kind, "fields": item.fields, "address": item.address, "text": item.plain()}


def _sources(name: str) -> list[str]:
    from neurosteroid.evidence import Card

    found = study_or_card(name)
    if isinstance(found, Card):
        return list(describe.card_sources(found))
    from neurosteroid.cli.explained import study_ledger

    with in_study(name):
        return list(study_ledger(found).sources)
