"""A study's config as TOML text that `neurosteroid run` reads back into the same study."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neurosteroid.studies import StudyConfig


def config_toml(config: StudyConfig) -> str:
    """Return the resolved config as TOML; keys that were left open are left out, defaults are written."""
    data = config.model_dump(mode="json", exclude_none=True)
    tabled = {key: value for key, value in data.items() if isinstance(value, dict | list) and _holds_tables(value)}
    lines = [_line(key, value) for key, value in data.items() if key not in tabled and value != []]
    for key, value in tabled.items():
        tables = value if isinstance(value, list) else [value]
        header = f"[[{key}]]" if isinstance(value, list) else f"[{key}]"
        for table in tables:
            if table:
                lines += ["", header, *_lines(table)]
    return "\n".join(lines) + "\n"


def _holds_tables(value: Mapping[str, Any] | list[Any]) -> bool:
    return isinstance(value, Mapping) or any(isinstance(each, Mapping) for each in value)


def _lines(table: Mapping[str, Any]) -> list[str]:
    return [_line(key, value) for key, value in table.items()]


def _line(key: str, value: Any) -> str:
    return f"{key} = {_written(value)}"


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_written(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    # JSON writes text, whole numbers, numbers and true/false the way TOML reads them; DEL is the one exception
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
