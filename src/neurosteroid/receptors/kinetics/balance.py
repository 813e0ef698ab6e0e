"""Detailed balance: around every loop of a scheme the products of the rates, forth and back, are equal.

Kolmogorov's criterion. A loop through the states s1, s2, ... sk that nothing drives obeys

    q(s1,s2) q(s2,s3) ... q(sk,s1)  =  q(s2,s1) q(s3,s2) ... q(s1,sk),

and it is enough that the loops of a cycle basis do: one for each way that a spanning tree leaves out. A scheme without
loops obeys it whatever its rates are, if every way has a way back. Concentrations cancel, if as many ligands bind as
leave around the loop.

Source: D. Colquhoun and A. G. Hawkes, The principles of the stochastic interpretation of ion-channel mechanisms, in
Single-Channel Recording, 2nd edition, 1995.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from neurosteroid.receptors.kinetics.structure import Structure, Transition

TOLERANCE: Final = 1e-3
"""Relative difference of the two products that rounded rates of a card may leave."""


@final
@dataclass(frozen=True)
class Loop:
    """One loop of the cycle basis.

    Attributes:
        states: in order; the last one leads back to the first.
        ratio: product of the rates forth over product of the rates back; 1 in detailed balance.
        ligands: ligands that bind forth less those that bind back; 0 in detailed balance.
    """

    states: tuple[str, ...]
    ratio: float
    ligands: int

    @property
    def balanced(self) -> bool:
        """Whether the loop obeys detailed balance, but for rounding."""
        return self.ligands == 0 and abs(self.ratio - 1.0) <= TOLERANCE

    def __str__(self) -> str:
        around = " -> ".join((*self.states, self.states[0]))
        if self.ligands:
            return f"{around} binds {abs(self.ligands)} more ligand than it frees"
        return f"{around} has {self.ratio:.4g} times the rates of the way back"


def one_way(structure: Structure) -> tuple[Transition, ...]:
    """Return the transitions that have no way back; with any of them detailed balance is broken."""
    ends = {(way.source, way.target) for way in structure.transitions}
    return tuple(way for way in structure.transitions if (way.target, way.source) not in ends)


def loops(structure: Structure, rates: Mapping[str, float]) -> tuple[Loop, ...]:
    """Return the loops of a cycle basis; a scheme that is a tree has none.

    Args:
        structure: whose ways all have a way back; others are left out.
        rates: value of each rate constant.
    """
    way = {(each.source, each.target): each for each in structure.transitions}
    links = [ends for ends in way if ends[::-1] in way and structure.index(ends[0]) < structure.index(ends[1])]
    parent = _spanning_forest(structure, links)
    found = []
    for source, target in links:
        if parent.get(source) == target or parent.get(target) == source:
            continue
        found.append(_loop(_through(parent, source, target), way, rates))
    return tuple(found)


def broken(structure: Structure, rates: Mapping[str, float]) -> tuple[str, ...]:
    """Return why a scheme is not in detailed balance, a sentence each; nothing when it is."""
    alone = [f"{way.source} -> {way.target} has no way back" for way in one_way(structure)]
    return (*alone, *(str(loop) for loop in loops(structure, rates) if not loop.balanced))


def _spanning_forest(structure: Structure, links: list[tuple[str, str]]) -> dict[str, str]:
    """Return the parent of every state, breadth first, but of one root in each group that only one-way steps join."""
    parent: dict[str, str] = {}
    seen: set[str] = set()
    for root in (structure.resting, *structure.states):
        if root in seen:
            continue
        queue = [root]
        seen.add(root)
        for state in queue:
            for link in links:
                if state in link:
                    other = link[1] if link[0] == state else link[0]
                    if other not in seen:
                        seen.add(other)
                        parent[other] = state
                        queue.append(other)
    return parent


def _through(parent: Mapping[str, str], source: str, target: str) -> tuple[str, ...]:
    """Return the states of the loop that the link from source to target closes, beginning with source."""

    def up(state: str) -> list[str]:
        path = [state]
        while path[-1] in parent:
            path.append(parent[path[-1]])
        return path

    left, right = up(source), up(target)
    meeting = next(state for state in right if state in left)
    back = right[: right.index(meeting)]
    down = left[1 : left.index(meeting) + 1]
    return (source, *back, *reversed(down))


def _loop(states: tuple[str, ...], way: Mapping[tuple[str, str], Transition], rates: Mapping[str, float]) -> Loop:
    logarithm, ligands = 0.0, 0
    for here, there in zip(states, (*states[1:], states[0]), strict=True):
        forth, back = way[here, there], way[there, here]
        ligands += (forth.ligand is not None) - (back.ligand is not None)
        for each, sign in ((forth, 1.0), (back, -1.0)):
            rate = each.count * rates[each.rate]
            logarithm += sign * (math.log(rate) if rate > 0.0 else -math.inf)
    return Loop(states, math.exp(logarithm) if not math.isnan(logarithm) else 1.0, ligands)
