"""Enzyme inhibition: what a medicine taken for some weeks does to allopregnanolone in both phases of a cycle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from neurosteroid import units
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Reproduces, library
from neurosteroid.model import Person
from neurosteroid.model.contribution import Situation
from neurosteroid.model.joining import join
from neurosteroid.model.states import Medication, Pregnancy
from neurosteroid.pharmacokinetics.brain_synthesis import local_synthesis
from neurosteroid.physiology.inhibitors import inhibitor_parts
from neurosteroid.physiology.pathway import ALLO, P4
from neurosteroid.studies.set_ups.pathway import body_at_rest

_OWN: Final = "local-synthesis"  # the variant of the link that holds what a brain makes itself
_IN_BRAIN: Final = {"reductase": "5alpha-reductase-1", "reduction": "3alpha-hsd", "oxidation": "3alpha-oxidase"}
_WEIGHT: Final = "70 kg"  # the weight at which the cards state clearances; no source gives that of its women
_E2: Final = "estradiol"
_CLOCK: Final = 8.0  # h; nothing here follows the clock
_BEFORE: Final = -0.01  # h from the first dose
_PHASES: Final = {"follicular": 0, "luteal": 1}


def in_both_phases(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return what a medicine, taken since ``after``, changes about allopregnanolone in balance.

    The ovary makes what keeps progesterone at its follicular and luteal median without the medicine; a pathway of hours
    follows an exposure of weeks. Metrics: ``luteal rise left``, the rise from follicular to luteal over that without
    the medicine; ``follicular ratio`` and ``luteal ratio``, the level with it over that without;
    ``follicular fluid ratio`` and ``luteal fluid ratio``, the same of cerebrospinal fluid, which holds what is free in
    brain. Further arguments: the medicine; ``synthesis``, a variant of the card ``brain-synthesis``; ``stopped``, how
    long ago the medicine was left off.
    """
    name = str(entry.arguments["medicine"])
    parts = inhibitor_parts(name, Ledger())
    half_life = card.number("half_life", name).to("h")
    exposure = 1.0 - 0.5 ** (units.parse_span(str(entry.arguments["after"])) / half_life)
    exposure *= 0.5 ** (units.parse_span(str(entry.arguments.get("stopped", "0 h"))) / half_life)
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
    without = [body.balance(float(level)) for level in progesterone]
    with_it = body.with_activities(activities)
    levels = [with_it.balance_of_source(each["ovary"]) for each in without]
    before, after = [each[ALLO] for each in without], [each[ALLO] for each in levels]
    if entry.metric == "luteal rise left":
        return (after[1] - after[0]) / (before[1] - before[0])
    phase, _, what = entry.metric.partition(" ")
    if what == "fluid ratio" and phase in _PHASES:
        synthesis = str(entry.arguments["synthesis"]) if "synthesis" in entry.arguments else None
        one, other = levels[_PHASES[phase]], without[_PHASES[phase]]
        return _brain(one, activities, synthesis) / _brain(other, {}, synthesis)
    if what != "ratio" or phase not in _PHASES:
        raise CardError(f"'{entry.metric}' is not a metric of this set-up for {P4}.", where=f"{entry.name}: metric")
    return after[_PHASES[phase]] / before[_PHASES[phase]]


def _brain(plasma: Mapping[str, float], activities: Mapping[str, float], synthesis: str | None) -> float:
    """Return allopregnanolone in brain (nmol/L) in balance with plasma, with what the brain makes itself."""
    link = library().card("brain-link")
    held = link.number("local_concentration", _OWN).to(units.CONCENTRATION)
    part = local_synthesis(held, synthesis, Ledger())
    given = {"progesterone": plasma[P4]}
    given |= {name: activities.get(enzyme, 1.0) for name, enzyme in _IN_BRAIN.items()}
    return link.number("brain_to_plasma").to("1") * plasma[ALLO] + float(part.values(0.0, {}, given)["local"])


def in_pregnancy(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return what a medicine, begun in a week of pregnancy, makes of a hormone of the ovary or placenta within a time.

    Arguments: ``medicine``, ``week`` and ``after``. Metrics: ``progesterone over before``, ``estradiol over before``.
    """
    hormone = entry.metric.removesuffix(" over before")
    if hormone == entry.metric or hormone not in (P4, _E2):
        raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    after = units.parse_span(str(entry.arguments["after"]))
    states = [Pregnancy(week=float(entry.arguments["week"])), Medication(str(entry.arguments["medicine"]))]
    woman = Person(weight=_WEIGHT, states=states)
    joined = join(Situation(person=woman, clock=_CLOCK, until=after))
    solution = solve(
        joined.system,
        list(joined.records),
        parameters=joined.system.parameters(1),
        covariates=joined.covariate_table(np.array([woman.weight])),
        output_times=[_BEFORE, after],
        covariate_rule="locf",
        start=-joined.run_in,
    )
    plasma = solution.outputs([f"plasma.{hormone}"])[f"plasma.{hormone}"][0]
    before, at_end = (float(np.interp(hour, solution.times[0], plasma)) for hour in (_BEFORE, after))
    return at_end / before


SET_UPS = {"enzyme-inhibition": in_both_phases, "enzyme-inhibition-in-pregnancy": in_pregnancy}
