"""Traced systems on disk, by content, so that a warm start needs no symbols and no compiler."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from neurosteroid.engine.part import AbstractPart, parameter_fields
from neurosteroid.engine.ports import Covariate
from neurosteroid.engine.programs import Program
from neurosteroid.engine.tape import Tape
from neurosteroid.engine.tracing import Traced
from neurosteroid.places import cache_folder

_PACKAGE: Final = Path(__file__).parent.parent
_ABOVE: Final = ("cli", "reports", "studies", "__pycache__")
"""Rooms that import the one in which parts are joined, so that no part can come from them."""


def folder() -> Path:
    """Return the cache folder of this package."""
    return cache_folder()


def key(parts: Mapping[str, AbstractPart], covariates: Sequence[Covariate], *, accounts: bool) -> str | None:
    """Return the content hash of a system to be traced, or None when what it depends on cannot be known.

    It covers all that the parts hold but the values of their parameters, their ports, the source of this package but
    of the rooms in `_ABOVE`, the files the parts come from, and sympy's version. Not known are source that cannot be
    read or was typed in, classes made inside a function (they may hold its variables), and parts that hold more than
    text, numbers and truth values. What a file of parts imports from other files outside this package is not covered.
    """
    digest = hashlib.sha256()
    kinds = {type(part) for part in parts.values()}
    for kind in sorted(kinds, key=lambda kind: (kind.__module__, kind.__qualname__)):
        if kind.__module__.startswith("neurosteroid."):
            continue
        source = _source(kind)
        if source is None:
            return None
        digest.update(source)
    digest.update(_own_source())
    described: list[Any] = [version("sympy"), accounts, [asdict(covariate) for covariate in covariates]]
    for name, part in parts.items():
        kind = type(part)
        numbers = {field.name for field in parameter_fields(part)}
        held = {name: value for name, value in vars(part).items() if name not in numbers}
        plain = all(value is None or isinstance(value, str | int | float) for value in held.values())
        if "<locals>" in kind.__qualname__ or not plain:
            return None
        ports = [repr(port) for port in (*kind.states, *kind.needs, *kind.gives, *kind.flows)]
        fields = [(field.name, str(field.metadata["unit"])) for field in parameter_fields(part)]
        described.append([name, kind.__module__, kind.__qualname__, held, fields, ports])
    digest.update(json.dumps(described, sort_keys=True).encode())
    return digest.hexdigest()


@functools.cache
def _own_source() -> bytes:
    """Return the hash of what parts of this package may import; what a process has imported does not change."""
    digest = hashlib.sha256()
    rooms = sorted(path for path in _PACKAGE.iterdir() if path.name not in _ABOVE)
    for room in rooms:
        for path in sorted(room.rglob("*.py")) if room.is_dir() else [room]:
            digest.update(f"{path.relative_to(_PACKAGE)} {path.stat().st_size} ".encode() + path.read_bytes())
    return digest.digest()


def _source(kind: type[AbstractPart]) -> bytes | None:
    """Return the file in which a class was written, or None for one typed in, executed from text or made by code."""
    path = getattr(sys.modules.get(kind.__module__), "__file__", None)
    written = [vars(kind)[name].__code__.co_filename for name in ("values", "rates") if name in vars(kind)]
    if path is None or any(Path(name).resolve() != Path(path).resolve() for name in written):
        return None
    try:
        return Path(path).read_bytes()
    except OSError:
        return None


def load(name: str) -> Traced | None:
    """Return the traced system kept under a hash, or None when there is none that can be read."""
    try:
        text = (folder() / f"{name}.json").read_text(encoding="utf-8")
        return _from_data(json.loads(text))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(name: str, traced: Traced) -> None:
    """Keep a traced system; a folder that cannot be written is passed over, as the cache only saves time."""
    with contextlib.suppress(OSError):
        target = folder()
        target.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(traced), file)
            Path(temporary).replace(target / f"{name}.json")
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise


def _from_data(data: dict[str, Any]) -> Traced:
    programs = ("derivative", "jacobian", "constant", "initial", "output")
    pairs = ("states", "parameters", "covariates", "outputs", "jacobian_places")
    fixed = {name: _program(data[name]) for name in programs} | {name: _pairs(data[name]) for name in pairs}
    tapes = {name: _tape(data[name]) for name in ("tape", "initial_tape", "output_tape")}
    return Traced(**{**data, **fixed, **tapes, "accounts": tuple(data["accounts"])})


def _tape(data: dict[str, Any] | None) -> Tape | None:
    return None if data is None else Tape(_pairs(data["operations"]), tuple(data["results"]))


def _pairs(items: list[list[Any]]) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(item) for item in items)


def _program(data: dict[str, Any]) -> Program:
    return Program(
        tuple((variable, text, tuple(names)) for variable, text, names in data["steps"]),
        tuple((text, tuple(names)) for text, names in data["results"]),
    )
