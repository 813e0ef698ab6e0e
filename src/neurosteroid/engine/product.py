"""A value that several parts act on: the product of what each of them says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine.part import AbstractPart
from neurosteroid.engine.ports import Need, Value


@final
@dataclass(frozen=True, kw_only=True)
class Product(AbstractPart):
    """Two factors of 1 multiplied: whole = one * other. More factors are a chain of these parts.

    Influences that are taken to be independent of each other multiply.
    """

    whole: str
    one: str
    other: str

    needs = (Need("one", "{one}", "1"), Need("other", "{other}", "1"))
    gives = (Value("whole", "{whole}", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the product."""
        return {"whole": given["one"] * given["other"]}
