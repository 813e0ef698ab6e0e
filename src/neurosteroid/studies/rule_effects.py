"""What rules did to the women of a study: how many, how often and when, from the log of their actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import Arm
from neurosteroid.engine.rules.rule import ActionKind
from neurosteroid.studies.tables import Column, Table

Array = NDArray[np.float64]
HALTED: Final = "halted now"
"""Series of the women to whom nothing is given at that hour because of a hold or a stop."""
_READ: Final = ("protocol", "person", "action", "compound", "rule", "time", "done")
_Rule: TypeAlias = tuple[str, str]
"""Compound and sentence."""
_ANY: Final[_Rule] = ("", "")
_QUANTILES: Final = (0.05, 0.5, 0.95)


@final
@dataclass(frozen=True, eq=False)
class RuleEffects:
    """What the rules of each arm did.

    Attributes:
        table: a row an arm and rule, also of a rule that did nothing: to how many ``women`` it was done and their
            ``share``, how many ``times``, how often it was ``overruled``, and the hour of the first time (5, 50 and
            95 % of those women). Where an arm has several rules, a last row, whose rule is empty, counts all of them.
        times: (K,) h.
        shares: arm to series to (K,) shares of the women: by each action those to whom it has been done so far, and as
            `HALTED` those who are held or stopped then.
    """

    table: Table
    times: Array
    shares: Mapping[str, Mapping[str, Array]]


def rule_effects(arms: Sequence[Arm], actions: Table, women: int, times: Array) -> RuleEffects:
    """Return what the rules of a study did.

    Args:
        arms: of the study.
        actions: its log, of each arm woman by woman and in the order in which things were done; read piece by piece.
        women: how many took part.
        times: (K,) h, rising, at which shares are counted.
    """
    counts = {arm.name: _Counts(times) for arm in arms if arm.rules}
    for piece in actions.pieces(_READ):
        for name, woman, action, compound, rule, time, done in zip(*(piece[key] for key in _READ), strict=True):
            counts[name].add(str(woman), str(action), (str(compound), str(rule)), float(time), done=bool(done))
    rows = [row for arm in arms if arm.rules for row in _of_arm(arm, counts[arm.name], women)]
    columns: dict[str, Column] = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    hours = dict.fromkeys(("first_p05", "first_p50", "first_p95"), units.TIME)
    return RuleEffects(
        Table("what a rule did under one protocol", columns, hours),
        times,
        {name: each.shares(women) for name, each in counts.items()},
    )


@final
@dataclass(eq=False)
class _Counts:
    """What is counted of one arm while its log is read."""

    times: Array
    done: dict[_Rule, int] = field(default_factory=dict)
    overruled: dict[_Rule, int] = field(default_factory=dict)
    first: dict[_Rule, list[float]] = field(default_factory=dict)
    changes: dict[str, Array] = field(default_factory=dict)
    _woman: str = ""
    _seen: set[_Rule | str] = field(default_factory=set)
    _halted: bool = False

    def add(self, woman: str, action: str, rule: _Rule, time: float, *, done: bool) -> None:
        if not done:
            self.overruled[rule] = self.overruled.get(rule, 0) + 1
            return
        if woman != self._woman:
            self._woman, self._halted = woman, False
            self._seen.clear()
        self.done[rule] = self.done.get(rule, 0) + 1
        for what in (_ANY, rule):
            if what not in self._seen:
                self._seen.add(what)
                self.first.setdefault(what, []).append(time)
        if action not in self._seen:
            self._seen.add(action)
            self._change(action, time, 1.0)
        halted = action in (ActionKind.HOLD, ActionKind.STOP) or (self._halted and action != ActionKind.RESUME)
        if halted != self._halted:
            self._change(HALTED, time, 1.0 if halted else -1.0)
            self._halted = halted

    def _change(self, series: str, time: float, by: float) -> None:
        change = self.changes.setdefault(series, np.zeros(len(self.times)))
        place = int(np.searchsorted(self.times, time - 1e-9))
        if place < len(change):
            change[place] += by

    def shares(self, women: int) -> dict[str, Array]:
        order = [*map(str, ActionKind), HALTED]
        return {name: np.cumsum(self.changes[name]) / women for name in order if name in self.changes}


def _of_arm(arm: Arm, counts: _Counts, women: int) -> Iterator[dict[str, object]]:
    found = {(each.compound, rule.sentence()): str(rule.action) for each, rule in arm.rules}
    # what any of them did is said where there are several
    together = [(_ANY, "any of these")] if len(found) > 1 else []
    for rule, action in (*found.items(), *together):
        first = counts.first.get(rule, [])
        low, middle, high = np.quantile(first, _QUANTILES).tolist() if first else (float("nan"),) * 3
        yield {
            "protocol": arm.name,
            "compound": rule[0],
            "action": action,
            "rule": rule[1],
            "women": len(first),
            "share": len(first) / women,
            "times": counts.done.get(rule, 0) if rule != _ANY else sum(counts.done.values()),
            "overruled": counts.overruled.get(rule, 0) if rule != _ANY else sum(counts.overruled.values()),
            "first_p05": low,
            "first_p50": middle,
            "first_p95": high,
        }
