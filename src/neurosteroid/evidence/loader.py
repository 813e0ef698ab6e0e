"""Read one card file, and say which file and key is wrong when it is."""

from __future__ import annotations

import dataclasses
import difflib
import functools
import json
import tomllib
import typing
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurosteroid import units
from neurosteroid.errors import CardError, UnitError
from neurosteroid.evidence.card import Card, Variant
from neurosteroid.evidence.resolve import PLACE, ShapeError, Table, resolve

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError
    from pydantic_core import ErrorDetails

KeyPath = tuple[str | int, ...]
_CITED = "source"
"""Setting of a variant with the references, in a row, of what it says in words."""
ONLY_IN_FILES: dict[type, tuple[str, ...]] = {
    Card: ("part", "numbers", "settings", "reproduces", "common"),
    Variant: ("extends", "common"),
}
"""Keys that a file may have and that are resolved before the schema sees them."""


@functools.cache
def _schema() -> TypeAdapter[Card]:
    # pydantic costs 0.1 s to import; commands that read no card do not pay for it
    from pydantic import TypeAdapter

    return TypeAdapter(Card)


def load_card(
    path: Path,
    sources: Collection[str],
    *,
    shown: str | None = None,
    check_units: bool = True,
    package: Path | None = None,
) -> Card:
    """Read and check one card.

    Args:
        path: the TOML file; its folder is the card's kind and its stem the card's name.
        sources: the keys of the bibliography.
        shown: the file as error messages name it; the path when not given.
        check_units: also check that every unit can be read. The library's own cards are checked by the tests
            instead, because the unit registry costs more to import than all cards cost to read.
        package: the folder of the package's cards, which a user's own variants can extend.

    Raises:
        CardError: anything wrong with the file; names the file and the dotted key.
    """
    file = shown or str(path)
    raw = _read(path, file)
    try:
        whole = resolve(raw, path.stem, functools.partial(_package_card, package, path.parent.name))
    except ShapeError as error:
        raise CardError(_sentence(error.message), where=_where(file, error.path)) from None
    for key, expected in (("kind", path.parent.name), ("name", path.stem)):
        if whole.setdefault(key, expected) != expected:
            raise CardError(
                f"This is {whole[key]!r}, but the file's place says '{expected}'.", where=_where(file, (key,))
            )
    if "path" in whole:
        raise CardError("Unknown key; the loader fills this in.", where=_where(file, ("path",)))
    whole["path"] = str(path)
    card = _validated(whole, file)
    if card.default not in card.variants:
        known = ", ".join(card.variants)
        raise CardError(f"No variant '{card.default}'. Variants: {known}.", where=_where(file, ("default",)))
    _check_sources(card, sources, file)
    if check_units:
        for place, unit in card_units(card):
            try:
                units.dimension(unit)
            except UnitError as error:
                raise CardError(error.message, where=f"{file}: {place}") from None
    return card


def _package_card(package: Path | None, kind: str, name: str) -> Table | None:
    path = None if package is None else package / kind / f"{name}.toml"
    return _read(path, str(path)) if path is not None and path.is_file() else None


def _read(path: Path, file: str) -> Table:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # editors of Windows begin a file with a mark
    except OSError as error:
        raise CardError(f"The card cannot be read: {error.strerror}.", where=file) from None
    except UnicodeDecodeError as error:
        raise CardError(f"The file is not UTF-8 text (byte {error.start}).", where=file) from None
    except tomllib.TOMLDecodeError as error:
        raise CardError(f"This is not TOML: {error}.", where=file) from None
    except RecursionError:
        raise CardError("The tables are nested too deep.", where=file) from None


def _validated(whole: Table, file: str) -> Card:
    from pydantic import ValidationError

    # strict JSON mode: a list may become a tuple, but the text "30" never becomes the number 30
    text = json.dumps(whole, default=str)
    try:
        return _schema().validate_json(text, strict=True)
    except ValidationError as error:
        raise _card_error(error, whole, file) from None


def _card_error(error: ValidationError, whole: Table, file: str) -> CardError:
    problems = error.errors(include_url=False, include_context=False)
    # a misspelt key also leaves the right one missing: the misspelling is the better news
    first = min(problems, key=lambda problem: problem["type"] != "unexpected_keyword_argument")
    path = _path_in(whole, first["loc"])
    more = " There are more mistakes in this file." if len(problems) > 1 else ""
    return CardError(_sentence(_explain(first, path)) + more, where=_where(file, path))


def _explain(problem: ErrorDetails, path: KeyPath) -> str:
    found = problem["input"]
    match problem["type"]:
        case "unexpected_keyword_argument":
            allowed = _keys_allowed(path[:-1])
            close = difflib.get_close_matches(str(path[-1]), allowed, n=1)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            return f"unknown key.{hint} Known here: {', '.join(allowed)}"
        case "missing":
            return "this key is missing"
        case "enum":
            close = difflib.get_close_matches(str(found), problem["msg"].split("'")[1::2], n=1)
            hint = f". Did you mean '{close[0]}'?" if close else ""
            return f"{found!r} is not allowed. {_in_words(problem['msg'])}{hint}"
        case "value_error":
            return problem["msg"].removeprefix("Value error, ")
        case "dataclass_type":
            return f'found {found!r}, but a table is needed here, such as {{ value = 1.0, unit = "1", ... }}'
        case _:
            return f"found {found!r}. {_in_words(problem['msg'])}"


def _in_words(message: str) -> str:
    """Return a message of pydantic in the words of TOML."""
    message = message.replace("Input should be", "It should be")
    return message.replace("an object", "a table").replace("a valid array", "a list").replace("a valid string", "text")


def _keys_allowed(path: KeyPath) -> list[str]:
    """Return the keys that the table at a path may have, read off the classes of the schema."""
    here: Any = Card
    for step in path:
        hint = typing.get_type_hints(here).get(str(step)) if dataclasses.is_dataclass(here) else None
        if hint is not None:
            here = _table_class(hint)
    keys = [field.name for field in dataclasses.fields(here)] if dataclasses.is_dataclass(here) else []
    return [key for key in keys if key not in (*PLACE, "path")] + list(ONLY_IN_FILES.get(here, ()))


def _table_class(hint: Any) -> Any:
    if dataclasses.is_dataclass(hint):
        return hint
    inner = [found for argument in typing.get_args(hint) if (found := _table_class(argument)) is not None]
    return inner[0] if inner else None


def _path_in(whole: Any, loc: KeyPath) -> KeyPath:
    """Return the part of pydantic's location that is a path in the file; it adds tags for unions."""
    path: list[str | int] = []
    for step in loc:
        path.append(step)
        inside = isinstance(whole, Mapping) and step in whole
        if not inside and not (isinstance(whole, list) and isinstance(step, int)):
            return tuple(path) if isinstance(whole, Mapping) else tuple(path[:-1])
        whole = whole[step]
    return tuple(path)


def _where(file: str, path: KeyPath) -> str:
    # a card without variants has one unnamed variant, which its file does not show
    shown = path[2:] if tuple(path[:2]) == ("variants", "") else path
    dotted = ""
    for step in shown:
        dotted += f"[{step}]" if isinstance(step, int) else f".{step}"
    return f"{file}: {dotted.lstrip('.')}" if dotted else file


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")


def _check_sources(card: Card, sources: Collection[str], file: str) -> None:
    for place, keys in card_sources(card):
        for key in keys:
            if key not in sources:
                close = difflib.get_close_matches(key, sources, n=1)
                hint = f" Did you mean '{close[0]}'?" if close else ""
                raise CardError(
                    f"No '{key}' in references.bib.{hint} Add the entry there.", where=f"{file}: {place}.source"
                )


def card_sources(card: Card) -> list[tuple[str, tuple[str, ...]]]:
    """Return every place of the card that has sources, with their keys."""
    places = [(_in_file(number.variant, number.key), number.source) for number in card.all_numbers()]
    for name, variant in card.variants.items():
        start = f"variants.{name}." if name else ""
        places += [(f"{start}reproduces[{at}]", entry.source) for at, entry in enumerate(variant.reproduces)]
        if cited := variant.settings.get(_CITED):  # of a variant that says something and has no number to cite it
            places.append((f"{start}settings.{_CITED}", tuple(key.strip() for key in cited.split(","))))
    places += [(f"rules[{at}]", rule.source) for at, rule in enumerate(card.rules)]
    return places + [(f"rows[{at}]", row.source) for at, row in enumerate(card.rows)]


def card_units(card: Card) -> list[tuple[str, str]]:
    """Return every place of the card that has a unit, with the unit."""
    places = [(f"{_in_file(number.variant, number.key)}.unit", number.unit) for number in card.all_numbers()]
    for name, variant in card.variants.items():
        start = f"variants.{name}." if name else ""
        for at, entry in enumerate(variant.reproduces):
            places.append((f"{start}reproduces[{at}].observed.unit", entry.observed.unit))
    for at, row in enumerate(card.rows):
        places.append((f"rows[{at}].unit", row.unit))
        if row.time_unit is not None:
            places.append((f"rows[{at}].time_unit", row.time_unit))
    return places


def _in_file(variant: str | None, key: str) -> str:
    if key.startswith("steps["):
        return key
    return f"variants.{variant}.numbers.{key}" if variant else f"numbers.{key}"
