"""Pacing: how many batches make a part, from what batches have cost so far."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, final

TARGET: Final = 5.0
"""Seconds that a part should take: long beside what sending and storing it costs, short beside what is lost with it."""

MOST: Final = 80
"""Batches in a part, at most."""


@final
@dataclass(eq=False)
class Pacing:
    """Hands out the batches that are missing, in parts of consecutive ones.

    The cut does not show in any result: sums are joined along a tree of batches, and all else are counts.

    Attributes:
        batches: of the study.
        finished: those that are done already.
        workers: who share the work.
    """

    batches: int
    finished: Collection[int]
    workers: int
    _left: list[int] = field(init=False)
    _seconds: float = 0.0
    _measured: int = 0

    def __post_init__(self) -> None:
        finished = frozenset(self.finished)
        self._left = [batch for batch in range(self.batches) if batch not in finished][::-1]

    def measured(self, batches: int, seconds: float) -> None:
        """Take in what a part has cost."""
        self._measured += batches
        self._seconds += seconds

    def next(self) -> tuple[int, int] | None:
        """Return the first batch and the number of batches of the next part, None when all are handed out."""
        return self._taken(self._size())

    def most(self) -> tuple[int, int] | None:
        """Return the first batch and the number of batches of the longest part there can be, None when none is left."""
        return self._taken(MOST)

    def give_back(self, first: int, batches: int) -> None:
        """Take back batches that were handed out last and not followed."""
        self._left.extend(range(first + batches - 1, first - 1, -1))

    @property
    def seconds(self) -> float:
        """Seconds that a part should take."""
        return TARGET

    def _taken(self, size: int) -> tuple[int, int] | None:
        if not self._left:
            return None
        first, count = self._left.pop(), 1
        while count < size and self._left and self._left[-1] == first + count:
            self._left.pop()
            count += 1
        return first, count

    def _size(self) -> int:
        if not self._measured:
            return 1
        wanted = TARGET / max(self._seconds / self._measured, TARGET / MOST)
        # the last parts are small, so that workers end together
        share = len(self._left) / (2 * self.workers) if self.workers > 1 else MOST
        return max(int(min(wanted, share, MOST)), 1)
