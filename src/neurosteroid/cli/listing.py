"""`neurosteroid list`: what the library holds."""

from __future__ import annotations

from typing import Annotated

import typer

from neurosteroid.cli.failures import verb
from neurosteroid.cli.output import Json, print_json, print_table

_STUDIES = "studies"


@verb
def list_things(
    kind: Annotated[str | None, typer.Argument(help="One kind of card, such as protocols, or 'studies'.")] = None,
    as_json: Json = False,
) -> None:
    """List the cards of the library by kind, and the studies that come with the package."""
    from neurosteroid.errors import unknown_name
    from neurosteroid.evidence import library

    kinds = library().kinds()
    if kind is not None and kind not in (*kinds, _STUDIES):
        raise unknown_name("kind", kind, [*kinds, _STUDIES])
    rows: list[tuple[str, str, str, tuple[str, ...]]] = []
    if kind != _STUDIES:
        for card in library().cards(kind):
            variants = tuple(name for name in card.variants if name)
            rows.append((card.kind, card.name, card.title, variants))
    if kind in (None, _STUDIES):
        from neurosteroid.studies import read_config, shipped_configs

        rows += [(_STUDIES, name, read_config(name).title, ()) for name in shipped_configs()]
    if as_json:
        print_json([dict(zip(("kind", "name", "title", "variants"), row, strict=True)) for row in rows])
    else:
        shown = [(kind_, name, title, ", ".join(variants)) for kind_, name, title, variants in rows]
        print_table("", ("kind", "name", "title", "variants"), shown)
