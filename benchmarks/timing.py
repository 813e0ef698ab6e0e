"""Measured times: what is alternated, and how their spread is shown."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True)
class Spread:
    """Wall times of one thing measured several times, s."""

    seconds: tuple[float, ...]

    @property
    def lowest(self) -> float:
        """The shortest."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)

    @property
    def highest(self) -> float:
        """The longest."""
        return max(self.seconds)

    def cells(self, scale: float = 1.0) -> tuple[str, str, str]:
        """Return lowest, median and highest as text, each times `scale`."""
        return digits(self.lowest * scale), digits(self.median * scale), digits(self.highest * scale)


def stopwatch(work: Callable[[], object]) -> float:
    """Return the wall time of one call, s."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def alternate(works: Mapping[str, Callable[[], float]], repeats: int) -> dict[str, Spread]:
    """Measure each of several works in turn, round after round, so that a busy moment of the machine hits all alike.

    Args:
        works: name to a call that does the work and returns how long it took, s.
        repeats: rounds.
    """
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            found[name].append(work())
    return {name: Spread(tuple(seconds)) for name, seconds in found.items()}


def digits(value: float) -> str:
    """Return a number with three significant digits and no exponent where that stays short."""
    if value == 0.0 or not 1e-4 <= abs(value) < 1e6:
        return f"{value:.1e}"
    return f"{value:.3g}" if abs(value) < 1000 else f"{float(f'{value:.3g}'):,.0f}"
