"""What is made at a cost for a system and then kept for the next call: found by content, and never too many at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar, final

Made = TypeVar("Made")

MOST: Final = 64
"""Solvers of one kind that a process keeps; what is made anew finds its library in the cache folder."""


@final
@dataclass(eq=False)
class Kept(Generic[Made]):
    """Things by a key that says all they are made from; when there are too many, the one not asked for longest goes.

    A key is content, such as `Traced.digest`, and never the place of an object in memory, which another object may get
    when it is gone. Threads that ask at once wait for one another, so that nothing is made twice.

    Attributes:
        most: that are kept.
    """

    most: int = MOST
    _made: dict[Hashable, Made] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what is kept under a key; made if there is nothing, and not kept when that fails."""
        with self._lock:
            found = self._made.pop(key) if key in self._made else make()
            self._made[key] = found  # at the end: the last that was asked for
            while len(self._made) > self.most:
                del self._made[next(iter(self._made))]
            return found

    def __len__(self) -> int:
        return len(self._made)
