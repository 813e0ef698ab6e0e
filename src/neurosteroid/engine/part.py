"""The one interface of everything that acts: ports, parameters, and what happens per hour."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar

from neurosteroid.engine.ports import Flow, Need, State, Value

Expressions = dict[str, Any]
"""Local port name to expression: floats, arrays over people, or symbols."""


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class AbstractPart:
    """Something that acts in the system; subclasses are final frozen dataclasses.

    Numeric fields are declared with `parameter` and carry a unit; text fields are settings that fill port names.
    A part gives `values` (algebraic) and `rates` (flows, and d/dt of its own states that are not amounts).
    Both are written with plain operators and the functions of `neurosteroid.engine.maths`.
    """

    states: ClassVar[tuple[State, ...]] = ()
    needs: ClassVar[tuple[Need, ...]] = ()
    gives: ClassVar[tuple[Value, ...]] = ()
    flows: ClassVar[tuple[Flow, ...]] = ()
    card_keys: ClassVar[Mapping[str, str]] = {}
    """Field name to the key of its number on a card, where the two differ; ``{setting}`` is filled in."""

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> Expressions:
        """Return the value of every port in `gives`, by local name; t in h."""
        return {}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> Expressions:
        """Return every flow in its unit, and d/dt of own states in state unit per h, by local name."""
        return {}


def parameter_fields(part: AbstractPart) -> tuple[dataclasses.Field[Any], ...]:
    """Return the numeric fields of a part, in order."""
    return tuple(field for field in dataclasses.fields(part) if "unit" in field.metadata)


def settings(part: AbstractPart) -> dict[str, str]:
    """Return the text fields of a part: they fill ``{field}`` in port names."""
    return {field.name: getattr(part, field.name) for field in dataclasses.fields(part) if "unit" not in field.metadata}
