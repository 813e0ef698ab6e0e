"""How many processors a solver may take: all this process may use, or a share of them beside other work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_MOST: Final[ContextVar[int | None]] = ContextVar("most_processors", default=None)
"""Of the work at hand; threads that do other work do not see it."""


def usable_processors() -> int:
    """Return how many processors a solver may take: those of this process, or fewer inside `at_most`."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    most = _MOST.get()
    return found if most is None else min(found, most)


@contextmanager
def at_most(processors: int) -> Iterator[None]:
    """Let solvers that are called inside take no more processors than this, one at least; never more than outside."""
    outside = _MOST.get()
    token = _MOST.set(max(processors if outside is None else min(processors, outside), 1))
    try:
        yield
    finally:
        _MOST.reset(token)
