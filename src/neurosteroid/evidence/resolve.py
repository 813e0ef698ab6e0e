"""From the tables of a card file to complete tables: variants that extend others, common provenance, places.

A file says things once; the schema wants them everywhere. Nothing is checked here that the schema checks later,
so every function leaves alone what has the wrong shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Table = dict[str, Any]
Shelf = Callable[[str], Table | None]
"""The tables of a package card of the same kind by name, or None where there is none."""

PLACE = ("card", "variant", "key")
PROVENANCE = ("source", "status", "read_at")
_NUMBER_COMMON = (*PROVENANCE, "kind", "species", "population", "preparation")
_ROW_COMMON = (*PROVENANCE, "population", "study", "group", "n", "time_unit", "assay", "protocol")
_COMMON = (*_NUMBER_COMMON, *_ROW_COMMON)
_OF_VARIANT = ("part", "numbers", "settings", "reproduces")
_TAKEN = "numbers of a package card"  # between extending and placing only; no key of a file has spaces like these
_ELSEWHERE = re.compile(r"(?P<card>[\w-]+)\[(?P<variant>[\w-]*)\]")
_STEP_NUMBERS = ("start", "until", "rate", "amount", "interval", "count")


class ShapeError(Exception):
    """Something only the resolver can see is wrong, at a path of keys."""

    def __init__(self, message: str, *path: str | int) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


def resolve(raw: Table, name: str, shelf: Shelf | None = None) -> Table:
    """Return the card's tables with variants, common provenance and number places filled in.

    A variant ``extends = "other"`` takes over another variant of the card, ``extends = "hamd17[half-effect-30]"`` one
    of a package card (``"sedation[]"`` its default one): numbers and settings that are not written again are those.

    Args:
        raw: as read from TOML.
        name: the card's name, written into every number.
        shelf: where package cards are found.

    Raises:
        ShapeError: variants and top-level numbers are mixed, a variant extends one that is not there, or a number
            carries a key that belongs to the loader.
    """
    card = dict(raw)
    common = _common(card.pop("common", None), "common")
    if "variants" in card:
        misplaced = [key for key in _OF_VARIANT if key in card]
        if misplaced:
            raise ShapeError("a card with variants holds this inside each variant", misplaced[0])
        variants = card["variants"]
        if isinstance(variants, dict):
            if not variants:
                raise ShapeError(
                    "there is no variant in here; write at least one, or leave 'variants' away", "variants"
                )
            card["variants"] = {key: _variant(variants, key, name, common, shelf) for key in variants}
    else:
        single = {key: card.pop(key) for key in _OF_VARIANT if key in card}
        card["variants"] = {"": _variant({"": single}, "", name, common, shelf)}
        card.setdefault("default", "")
    card["steps"] = _items(card.get("steps", []), lambda step, index: _step(step, index, name, common))
    card["rules"] = _items(card.get("rules", []), lambda rule, _: _sourced(rule, common, PROVENANCE))
    card["rows"] = _items(card.get("rows", []), lambda row, _: _sourced(row, common, _ROW_COMMON))
    return card


def _common(table: Any, *path: str) -> Table:
    if table is None:
        return {}
    if not isinstance(table, dict):
        raise ShapeError("this is a table of keys that the numbers and rows below share", *path)
    unknown = [key for key in table if key not in _COMMON]
    if unknown:
        raise ShapeError(f"unknown key; what can be shared: {', '.join(sorted(set(_COMMON)))}", *path, unknown[0])
    return table


def _items(items: Any, change: Callable[[Table, int], Table]) -> Any:
    if not isinstance(items, list):
        return items
    return [change(item, index) if isinstance(item, dict) else item for index, item in enumerate(items)]


def _variant(variants: Table, key: str, name: str, common: Table, shelf: Shelf | None) -> Any:
    variant = _extended(variants, key, (), shelf)
    if not isinstance(variant, dict):
        return variant
    common = common | _common(variant.pop("common", None), "variants", key, "common")
    taken = variant.pop(_TAKEN, {})
    numbers = variant.get("numbers")
    if isinstance(numbers, dict):
        own = {label: _number(table, common, name, key, label) for label, table in numbers.items()}
        # what this card says of all its numbers was not said of those of the package card
        variant["numbers"] = {label: _number(table, {}, name, key, label) for label, table in taken.items()} | own
    variant["reproduces"] = _items(variant.get("reproduces", []), lambda entry, _: _sourced(entry, common, PROVENANCE))
    return variant


def _extended(variants: Table, key: str, seen: tuple[str, ...], shelf: Shelf | None) -> Any:
    variant = variants[key]
    if not isinstance(variant, dict):
        return variant
    variant = dict(variant)
    base = variant.pop("extends", None)
    if base is None:
        return variant
    elsewhere = _ELSEWHERE.fullmatch(base) if isinstance(base, str) else None
    if elsewhere is not None:
        inherited: Any = _from_package(elsewhere["card"], elsewhere["variant"], key, shelf)
        inherited[_TAKEN] = inherited.pop("numbers")
        variant.setdefault("numbers", {})
    elif not isinstance(base, str) or base not in variants or base in (*seen, key):
        known = ", ".join(sorted(other for other in variants if other != key))
        raise ShapeError(
            f"no variant '{base}' to extend here; known: {known or 'none'}. "
            "A variant of a package card is written 'card[variant]'",
            "variants",
            key,
            "extends",
        )
    else:
        inherited = _extended(variants, base, (*seen, key), shelf)
    if not isinstance(inherited, dict):
        return variant
    # a published result belongs to the numbers it was reproduced with, so results are not inherited
    inherited.pop("reproduces", None)
    whole = inherited | variant
    for field in ("numbers", "settings", "common"):
        if field in inherited or field in variant:
            whole[field] = _merged(inherited.get(field), variant.get(field))
    return whole


def _from_package(card: str, variant: str, key: str, shelf: Shelf | None) -> Table:
    """Return a whole variant of a package card; its numbers have their provenance and no place yet."""
    raw = None if shelf is None else shelf(card)
    path = ("variants", key, "extends")
    if raw is None:
        raise ShapeError(f"the package has no card '{card}' of this kind to extend", *path)
    whole = resolve(raw, card)
    wanted = variant or whole["default"]
    if wanted not in whole["variants"]:
        known = ", ".join(name for name in whole["variants"] if name) or "none; write []"
        raise ShapeError(f"the package card '{card}' has no variant '{variant}'; known: {known}", *path)
    found = dict(whole["variants"][wanted])
    placed = found.get("numbers", {})
    found["numbers"] = {
        label: {part: value for part, value in number.items() if part not in PLACE} for label, number in placed.items()
    }
    return found


def _merged(under: Any, over: Any) -> Any:
    if isinstance(under, dict) and isinstance(over, dict):
        return under | over
    return under if over is None else over


def _number(table: Any, common: Table, name: str, variant: str, key: str) -> Any:
    if not isinstance(table, dict):
        return table
    written = [part for part in PLACE if part in table]
    if written:
        path = ("variants", variant, "numbers", key, written[0]) if variant else ("numbers", key, written[0])
        raise ShapeError("unknown key; the loader fills this in", *path)
    return _sourced(table, common, _NUMBER_COMMON) | {"card": name, "variant": variant or None, "key": key}


def _step(step: Table, index: int, name: str, common: Table) -> Table:
    whole = dict(step)
    for field in _STEP_NUMBERS:
        if field in whole:
            whole[field] = _number(whole[field], common, name, "", f"steps[{index}].{field}")
    return whole


def _sourced(table: Table, common: Table, fields: tuple[str, ...]) -> Table:
    """Return the table with common keys filled in; source, status and read_at come all together or not at all."""
    whole = dict(table)
    own = any(key in whole for key in (*PROVENANCE, "assumed"))
    for key, value in common.items():
        if key in fields and not (own and key in PROVENANCE):
            whole.setdefault(key, value)
    if isinstance(whole.get("source"), str):
        whole["source"] = [whole["source"]]
    return whole
