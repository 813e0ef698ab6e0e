"""A fold: parts joined along one fixed tree, so that rounding does not show who finished first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Join = Callable[[Array, Array], Array]


@final
@dataclass(eq=False)
class Fold:
    """Arrays with a number, joined pair by pair.

    Sums of floating-point numbers depend on their order. Here node i of level l always joins nodes 2 i and 2 i + 1 of
    the level below, whichever came first; of n arrays about log2(n) nodes are held at a time.

    Attributes:
        join: makes one array of two neighbours, the left one first; both and the result have one shape.
    """

    join: Join
    _nodes: dict[tuple[int, int], Array] = field(default_factory=dict)

    def add(self, number: int, array: Array) -> None:
        """Add the array with this number, from 0.

        Raises:
            ValueError: this number is in already.
        """
        self._put(0, number, array)

    def merge(self, other: Fold) -> None:
        """Add everything that another fold holds.

        Raises:
            ValueError: both hold the same number.
        """
        for (level, number), array in other._nodes.items():
            self._put(level, number, array)

    def total(self) -> Array | None:
        """Return everything joined, None when there is nothing; places without an array are passed over."""
        found: Array | None = None
        for _, array in sorted(self._nodes.items(), key=lambda item: item[0][1] << item[0][0]):
            found = array if found is None else self.join(found, array)
        return found

    def packed(self) -> dict[str, NDArray[np.generic]]:
        """Return the fold as plain arrays."""
        if not self._nodes:
            return {}
        return {"places": np.array(list(self._nodes), dtype=np.int64), "arrays": np.stack(list(self._nodes.values()))}

    @staticmethod
    def unpacked(join: Join, arrays: Mapping[str, NDArray[np.generic]]) -> Fold:
        """Return a fold from what `packed` gave."""
        if "places" not in arrays:
            return Fold(join)
        places = [(int(level), int(number)) for level, number in np.asarray(arrays["places"], dtype=np.int64)]
        return Fold(join, dict(zip(places, np.asarray(arrays["arrays"], dtype=np.float64), strict=True)))

    def _put(self, level: int, number: int, array: Array) -> None:
        while (level, number ^ 1) in self._nodes:
            beside = self._nodes.pop((level, number ^ 1))
            array = self.join(beside, array) if number & 1 else self.join(array, beside)
            level, number = level + 1, number >> 1
        if any(self._covers(place, (level, number)) for place in self._nodes):
            raise ValueError(f"part {number} of level {level} is in the fold already")
        self._nodes[level, number] = array

    @staticmethod
    def _covers(place: tuple[int, int], other: tuple[int, int]) -> bool:
        (high, wide), (low, narrow) = (place, other) if place[0] >= other[0] else (other, place)
        return narrow >> (high - low) == wide
