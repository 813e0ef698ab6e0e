"""A metric: one number a woman, with its name, words and unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True)
class Metric:
    """One number a woman.

    Attributes:
        name: column name.
        label: words for tables.
        unit: of the values.
        proportion: whether it is 0 or 1, so that tables show a share.
    """

    name: str
    label: str
    unit: str
    proportion: bool = False
