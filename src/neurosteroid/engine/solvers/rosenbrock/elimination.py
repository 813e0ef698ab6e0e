"""Sparse elimination planned ahead: order, fill and every operation are fixed when the code is generated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

Place = tuple[int, int]


@final
@dataclass(frozen=True)
class Elimination:
    """Plan of an LU factorisation with pivots on the diagonal.

    Attributes:
        order: in which the n unknowns are eliminated.
        places: (row, column) of every nonzero, fill included, diagonal included; its position is its slot.
        divisions: (row, pivot): the entry is divided by the pivot.
        updates: (row, column, pivot): entry -= entry(row, pivot) * entry(pivot, column).
    """

    order: tuple[int, ...]
    places: tuple[Place, ...]
    divisions: tuple[Place, ...]
    updates: tuple[tuple[int, int, int], ...]

    @property
    def slots(self) -> dict[Place, int]:
        """Position of each nonzero."""
        return {place: slot for slot, place in enumerate(self.places)}

    @property
    def factor_flops(self) -> int:
        """Multiplications, additions and divisions of a factorisation."""
        return len(self.order) + len(self.divisions) + 2 * len(self.updates)

    @property
    def solve_flops(self) -> int:
        """Multiplications and additions of a solution with the factors."""
        return 2 * (len(self.places) - len(self.order)) + len(self.order)


def plan_elimination(size: int, places: Sequence[Place]) -> Elimination:
    """Return the elimination of a matrix with these nonzeros and a full diagonal, in minimum-degree order.

    At each stage the unknown with the smallest (row entries) x (column entries) goes first (Markowitz), the lowest
    index among equals.
    """
    rows = [{row} for row in range(size)]
    columns = [{column} for column in range(size)]
    for row, column in places:
        rows[row].add(column)
        columns[column].add(row)
    remaining, order = set(range(size)), []
    divisions: list[Place] = []
    updates: list[tuple[int, int, int]] = []
    while remaining:
        costs = {k: (len(rows[k] & remaining) - 1) * (len(columns[k] & remaining) - 1) for k in remaining}
        pivot = min(remaining, key=lambda k: (costs[k], k))
        remaining.remove(pivot)
        order.append(pivot)
        for row in sorted(columns[pivot] & remaining):
            divisions.append((row, pivot))
            for column in sorted(rows[pivot] & remaining):
                rows[row].add(column)
                columns[column].add(row)
                updates.append((row, column, pivot))
    filled = tuple((row, column) for row in range(size) for column in sorted(rows[row]))
    return Elimination(tuple(order), filled, tuple(divisions), tuple(updates))
