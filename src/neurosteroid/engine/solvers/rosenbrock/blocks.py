"""Blocks of states: the Jacobian of states and their sensitivities, factorised once for all of them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

Place = tuple[int, int]


@final
@dataclass(frozen=True)
class Blocks:
    """Structure of a Jacobian with n states in each block.

        [[J, 0, ...], [M_1, J, ...], ...],    M_j = d (J z_j + c_j df/dp_j) / dx

    Every block follows the same J, and couples to the first block only. Without sensitivities there is one block.

    Attributes:
        places: (row, column) of each structural nonzero.
        size: n.
    """

    places: tuple[Place, ...]
    size: int

    @functools.cached_property
    def own(self) -> tuple[Place, ...]:
        """The nonzeros of J."""
        return tuple(place for place in self.places if max(place) < self.size)

    @functools.cached_property
    def coupling(self) -> tuple[Place, ...]:
        """The nonzeros of all M_j, as (row, column) of the whole."""
        return tuple((row, column) for row, column in self.places if row >= self.size > column)

    @functools.cached_property
    def kept(self) -> tuple[int, ...]:
        """Positions among `places` of what has to be computed: `own`, then `coupling`."""
        position = {place: index for index, place in enumerate(self.places)}
        return tuple(position[place] for place in (*self.own, *self.coupling))

    @functools.cached_property
    def slots(self) -> tuple[int, ...]:
        """For each of `places` where it stands among `kept`; J in a further block is J in the first."""
        stands = {place: slot for slot, place in enumerate((*self.own, *self.coupling))}
        return tuple(
            stands[row, column] if column < self.size else stands[row % self.size, column % self.size]
            for row, column in self.places
        )


def staggered_lines(blocks: Blocks, first: int, count: int) -> list[str]:
    """Return the C lines that solve block after block with one factorisation.

        W x = f + g,    W x_j = f_j + g_j + M_j x

    Args:
        blocks: structure.
        first: slot of the first coupling entry behind the factors.
        count: number of blocks.
    """
    lines = [
        "  vec further[STATES];",
        "  for (int i = BLOCK; i < STATES; i++) further[i] = g[i];",
        "  solve_block(lu, f, g, x);",
    ]
    for place, (row, column) in enumerate(blocks.coupling):
        lines.append(f"  further[{row}] += lu[{first + place}] * x[{column}];")
    shifted = ", ".join(f"{name} + j * BLOCK" for name in ("f", "further", "x"))
    lines.append(f"  for (int j = 1; j < {count}; j++) solve_block(lu, {shifted});")
    return lines


__all__: Sequence[str] = ("Blocks", "staggered_lines")
