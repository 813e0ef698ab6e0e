"""Binding sites of a receptor as data: which mutations take sites away, read from the site's own card.

A site's card holds one number for each mutation, how many of the site's equal places it takes away, and in its settings
the name of the place that the mutation hits. Mutations that hit one place take it away once. A mutation whose place is
not named hits a place of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

from neurosteroid.errors import InputError, require_names, unknown_name
from neurosteroid.evidence import Card, Ledger, library

SITES: Final = "sites"
"""Kind of the cards of binding sites."""
_MUTATION: Final = re.compile(r"(?P<subunit>[a-z]+\d*)(?P<residues>[A-Z]\d+[A-Z](/[A-Z]\d+[A-Z])*)")


@final
@dataclass(frozen=True)
class Mutation:
    """A mutation and what it takes away.

    Attributes:
        name: such as ``a1Q242L``: subunit, residue, place, new residue; several residues are joined by a slash.
        subunit: that carries it.
        lost: site name to the number of equal sites that no longer act.
        places: site name to the name of the place there that is hit.
    """

    name: str
    subunit: str
    lost: Mapping[str, float]
    places: Mapping[str, str]


def site_cards() -> Iterator[Card]:
    """Yield the card of every binding site."""
    for name in library().names(SITES):
        yield library().card(name, SITES)


def mutations(names: Sequence[str], subunits: Sequence[str], ledger: Ledger, *, where: str) -> tuple[Mutation, ...]:
    """Return mutations by name.

    Args:
        names: of the mutations.
        subunits: of the isoform, such as ``("a1", "b2", "g2")``.
        ledger: records what each takes away.
        where: the isoform, for messages.

    Raises:
        InputError: a name that is no mutation, a subunit that the isoform lacks, the same mutation twice, or two
            mutations of one residue.
        UnknownNameError: a mutation that no card of a site knows.
    """
    require_names(names, "mutations", where=where)
    known: dict[str, list[Card]] = {}
    for card in site_cards():
        for key in card.variant().numbers:
            known.setdefault(key, []).append(card)
    found: list[Mutation] = []
    changed: dict[tuple[str, str], str] = {}
    for name in names:
        if not isinstance(name, str):
            raise InputError(f"{name!r} is not a mutation; write its name as text, such as 'a1Q242L'.", where=where)
        read = _MUTATION.fullmatch(name)
        if name not in known:
            if read is None:
                raise InputError(
                    f"'{name}' is not a mutation; write subunit, residue, place and new residue, such as 'a1Q242L'."
                    f" Known: {', '.join(sorted(known))}.",
                    where=where,
                )
            raise unknown_name("mutation", name, known, where=where)
        subunit = "" if read is None else read["subunit"]
        if subunit not in subunits:
            raise InputError(
                f"The mutation '{name}' is of {subunit}, and this isoform is made of {', '.join(subunits)}. Choose an"
                f" isoform with {subunit}, or leave it away.",
                where=where,
            )
        if name in (each.name for each in found):
            raise InputError(f"The mutation '{name}' is given twice; give it once.", where=where)
        for residue in _residues(name):
            before = changed.setdefault((subunit, residue), name)
            if before != name:
                raise InputError(
                    f"'{before}' and '{name}' both change residue {residue} of {subunit}, which holds one residue at a"
                    " time; give one of them.",
                    where=where,
                )
        lost = {card.name: ledger.take(card, name, "1") for card in known[name]}
        places = {card.name: card.variant().settings.get(name, name) for card in known[name]}
        found.append(Mutation(name, subunit, lost, places))
    return tuple(found)


def places_lost(mutated: Sequence[Mutation]) -> dict[str, float]:
    """Return site name to the number of equal places that mutations take away together, a place hit twice once."""
    hit: dict[str, dict[str, float]] = {}
    for each in mutated:
        for site, count in each.lost.items():
            places = hit.setdefault(site, {})
            places[each.places[site]] = max(count, places.get(each.places[site], 0.0))
    return {site: sum(places.values()) for site, places in hit.items()}


def _residues(name: str) -> tuple[str, ...]:
    """Return the numbers of the residues that a mutation changes, such as ``("408", "411")``."""
    read = _MUTATION.fullmatch(name)
    return () if read is None else tuple(each[1:-1] for each in read["residues"].split("/"))
