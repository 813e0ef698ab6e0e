"""Enzyme inhibition: what a medicine taken for some weeks does to allopregnanolone in both phases of a cycle."""

from __future__ import annotations

from typing import Final

import numpy as np

from neurosteroid import units
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Reproduces, library
from neurosteroid.physiology.inhibitors import inhibitor_parts
from neurosteroid.physiology.pathway import ALLO, P4
from neurosteroid.studies.set_ups.pathway import body_at_rest

_PHASES: Final = {"follicular": 0, "luteal": 1}


def in_both_phases(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return what a medicine, taken since ``after``, changes about allopregnanolone in balance.

    The ovary makes what keeps progesterone at its follicular and luteal median without the medicine; a pathway of hours
    follows an exposure of weeks. Metrics: ``luteal rise left``, the rise from follicular to luteal over that without
    the medicine; ``follicular ratio`` and ``luteal ratio``, the level with it over that without.
    """
    name = str(entry.arguments["medicine"])
    parts = inhibitor_parts(name, Ledger())
    half_life = card.number("half_life", name).to("h")
    exposure = 1.0 - 0.5 ** (units.parse_span(str(entry.arguments["after"])) / half_life)
    activities = {}
    for part in parts.values():
        for value in part.values(0.0, {}, {"exposure": exposure}).values():
            activities[vars(part)["enzyme"]] = float(value)
    body = body_at_rest()
    rows = {row.id: row for row in library().card("cycle-hormones").rows}
    progesterone = [
        units.convert(float(rows[f"anckaert_{phase}_progesterone"].value or np.nan), "nmol/L", units.CONCENTRATION)
        for phase in _PHASES
    ]
    before = [body.balance(float(level))[ALLO] for level in progesterone]
    sources = [body.balance(float(level))["ovary"] for level in progesterone]
    with_it = body.with_activities(activities)
    after = [with_it.balance_of_source(source)[ALLO] for source in sources]
    if entry.metric == "luteal rise left":
        return (after[1] - after[0]) / (before[1] - before[0])
    phase, _, what = entry.metric.partition(" ")
    if what != "ratio" or phase not in _PHASES:
        raise CardError(f"'{entry.metric}' is not a metric of this set-up for {P4}.", where=f"{entry.name}: metric")
    return after[_PHASES[phase]] / before[_PHASES[phase]]


SET_UPS = {"enzyme-inhibition": in_both_phases}
