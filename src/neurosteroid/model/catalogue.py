"""Ways of acting by name: every final part class in the rooms below, found by walking them."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields

from neurosteroid import neurons, outcomes, pharmacokinetics, physiology, receptors
from neurosteroid.engine import AbstractPart
from neurosteroid.errors import CardError, unknown_name
from neurosteroid.evidence import Card, Ledger, shown_path

_ROOMS = (physiology, pharmacokinetics, receptors, neurons, outcomes)


def kind_of(part: type[AbstractPart]) -> str:
    """Return the name by which cards call a part: its class name in lower case with hyphens."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", part.__name__).lower()


@functools.cache
def part_classes() -> Mapping[str, type[AbstractPart]]:
    """Return every part class of the rooms by its kind, such as ``"monod-wyman-changeux"``."""
    found: dict[str, type[AbstractPart]] = {}
    for room in _ROOMS:
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            if module.ispkg:
                continue  # folders of a room, such as schemes of receptors, hold no parts that cards name
            for item in vars(importlib.import_module(module.name)).values():
                if isinstance(item, type) and issubclass(item, AbstractPart) and item.__module__ == module.name:
                    found[kind_of(item)] = item
    return found


def part_from_card(
    card: Card,
    variant: str | None,
    ledger: Ledger,
    *,
    kind: str | None = None,
    keys: Mapping[str, str] | None = None,
    **settings: str,
) -> AbstractPart:
    """Make a part from the numbers of a card: each numeric field takes the card number of the same name.

    Args:
        card: holds the numbers.
        variant: of the card; its default when None.
        ledger: records each number taken.
        kind: which part; the one the variant names when None.
        keys: field name to card key, where the two differ and the part does not say so itself.
        settings: text fields of the part, such as ``analyte``.

    Raises:
        UnknownNameError: no such variant or part.
        CardError: the variant lacks a number that the part needs.
        UnitError: a number whose unit does not fit the field.
    """
    chosen = card.variant(variant)
    name = kind or chosen.part
    where = shown_path(card.path)
    if name is None or name not in part_classes():
        raise unknown_name("part", str(name), part_classes(), where=where)
    part = part_classes()[name]
    numbers: dict[str, float] = {}
    texts = {field.name: field.default for field in fields(part) if "unit" not in field.metadata} | settings
    named = {field: key.format(**texts) for field, key in part.card_keys.items()} | dict(keys or {})
    for field in fields(part):
        if "unit" not in field.metadata:
            continue
        key = named.get(field.name, field.name)
        if key in chosen.numbers:
            numbers[field.name] = ledger.take(card, key, str(field.metadata["unit"]), variant)
        elif field.default is MISSING:
            raise CardError(f"the part '{name}' needs the number '{key}', which is not here.", where=where)
    return part(**numbers, **settings)
