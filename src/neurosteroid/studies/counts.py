"""Observations counted once: a published result that rival variants, or rival cards, all claim is one observation."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Final, final

from neurosteroid.evidence import Role
from neurosteroid.studies.verification import CheckResult

_ROLES: Final = (Role.FIT, Role.CONSISTENCY, Role.CHECK)
"""From what proves least to what proves most."""


@final
@dataclass(frozen=True)
class Tally:
    """How many observations of one role there are, each counted once, and what rivals add to them.

    Attributes:
        role: of the observations.
        observations: how many.
        met: within their limit.
        missed: outside their limit, or not run.
        untested: inputs, which test nothing.
        rivals: further results on observations that are counted already, under their own role here or under another.
        rivals_met: of them, within their limit.
        rivals_missed: of them, outside their limit.
    """

    role: Role
    observations: int
    met: int
    missed: int
    untested: int
    rivals: int
    rivals_met: int
    rivals_missed: int


def counted_once(results: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
    """Return one result for each observation, in the order of their first results.

    An observation is a published number: results of the same name, metric, source and observed value are of one. The
    result of a card's default variant stands for it. Where no default claims it, or several do (rival cards), the
    result of the role that proves least does, and of these a missed one: it counts as met if all of them meet it.
    """
    found: dict[Hashable, list[CheckResult]] = {}
    for result in results:
        found.setdefault(_observation(result), []).append(result)
    return tuple(_standing_for(rivals) for rivals in found.values())


def tallies(results: Iterable[CheckResult]) -> tuple[Tally, ...]:
    """Return the tally of each role, in the order fit, consistency, check."""
    every = tuple(results)
    once = counted_once(every)
    taken = {id(result) for result in once}
    found = []
    for role in _ROLES:
        counted = [result.passed for result in once if result.role is role]
        rest = [result.passed for result in every if result.role is role and id(result) not in taken]
        found.append(
            Tally(
                role=role,
                observations=len(counted),
                met=counted.count(True),
                missed=counted.count(False),
                untested=counted.count(None),
                rivals=len(rest),
                rivals_met=rest.count(True),
                rivals_missed=rest.count(False),
            )
        )
    return tuple(found)


def _observation(result: CheckResult) -> Hashable:
    # a range has no value: NaN, which equals nothing, itself included
    value = None if math.isnan(result.observed) else result.observed
    return (result.name, result.metric, result.unit, value, result.interval, result.source)


def _standing_for(rivals: list[CheckResult]) -> CheckResult:
    chosen = [result for result in rivals if result.group] or rivals
    least = min(_ROLES.index(result.role) for result in chosen)
    chosen = [result for result in chosen if result.role is _ROLES[least]]
    return next((result for result in chosen if result.passed is False), chosen[0])
