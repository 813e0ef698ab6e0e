"""The synthesis pathway by itself: levels of a body in balance at a level of progesterone, and what follows a stop."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.engine import Covariate, System, wire
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Library, Reproduces, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.physiology.pathway import ACTIVITIES, ALLO, DOC, P4, pathway_parts
from neurosteroid.physiology.pathway_flows import Conversion, PersonalConversion
from neurosteroid.studies.readings import read

Array = NDArray[np.float64]
_FREE: Final = ("person.weight", "body.plasma-volume-scale", "adrenal.drive")


@final
@dataclass(frozen=True, eq=False)
class Body:
    """The pathway of a woman of the card's reference weight, at rest and with every enzyme fully active."""

    system: System
    covariates: Array
    matrix: Array
    constant: Array
    shares: Mapping[str, float]
    """of each conversion, by the name of its part"""

    def at_rest(self, name: str) -> float:
        """Return a value that no state enters."""
        states = np.zeros((1, 1, len(self.constant)))
        found = self.system.outputs(
            [name], np.zeros((1, 1)), states, self.system.parameters(1), self.covariates[:, None]
        )
        return float(found[name][0, 0])

    def balance(self, progesterone: float) -> Mapping[str, float]:
        """Return plasma concentrations (nmol/L) at this level of progesterone, and the ovary's part of it (nmol/h)."""
        floor = self.balance_of_source(0.0)
        slope = self.balance_of_source(1.0)[P4] - floor[P4]
        return self.balance_of_source((progesterone - floor[P4]) / slope)

    def balance_of_source(self, ovary: float) -> Mapping[str, float]:
        """Return plasma concentrations (nmol/L) when the ovary gives this much progesterone, nmol/h."""
        inflow = self.constant.copy()
        inflow[self.system.state_names.index(f"central.{P4}")] += ovary
        states = np.asarray(-np.linalg.solve(self.matrix, inflow), dtype=np.float64)
        return self._plasma(states) | {"ovary": ovary}

    def with_activities(self, activities: Mapping[str, float]) -> Body:
        """Return the same body with other activities of some enzymes."""
        row = self.covariates.copy()
        for enzyme, activity in activities.items():
            row[0, self.system.covariate_names.index(f"activity.{enzyme}")] = activity
        matrix, constant = self.system.matrix(self.system.parameters(1), row)
        return replace(self, covariates=row, matrix=matrix[0], constant=constant[0])

    def _plasma(self, states: Array) -> dict[str, float]:
        names = [name for name in self.system.output_names if name.startswith("plasma.")]
        found = self.system.outputs(
            names, np.zeros((1, 1)), states[None, None], self.system.parameters(1), self.covariates[:, None]
        )
        return {name.removeprefix("plasma."): float(found[name][0, 0]) for name in names}


@functools.lru_cache(maxsize=4)
def _body(shelf: Library, variant: str | None) -> Body:
    """Wire the pathway; kept as long as the library in use, `shelf`, is the same."""
    disposition = part_from_card(shelf.card("brexanolone"), None, Ledger(), analyte=ALLO)
    names = (*_FREE, *(f"activity.{enzyme}" for enzyme in ACTIVITIES))
    covariates = [Covariate(name, "kg" if name == "person.weight" else "1") for name in names]
    parts = pathway_parts(Ledger(), disposition, variant=variant)
    system = wire(parts, covariates)
    weight = shelf.card("pathway").number("reference_weight", variant).to("kg")
    row = np.array([[weight, *[1.0] * (len(names) - 1)]])
    matrix, constant = system.matrix(system.parameters(1), row)
    shares = {name: part.share for name, part in parts.items() if isinstance(part, Conversion | PersonalConversion)}
    return Body(system, row, matrix[0], constant[0], shares)


def body_at_rest() -> Body:
    """Return the pathway of the default variant at rest."""
    return _body(library(), None)


def _own(card: Card, variant: str | None) -> str | None:
    """Return the variant of the pathway: the one asked for where the card is the pathway's, else the default."""
    return variant if card.name == "pathway" else None


def _mass(analyte: str) -> float:
    return library().card(analyte, "compounds").number("molar_mass").to("g/mol")


def in_balance(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return a level, a ratio of levels or a production with progesterone held at the level in the arguments.

    Levels stand on the scale of the entry's assay. Metrics: ``plasma.X``; ``X/Y`` in nmol/L per nmol/L, or in ng/mL per
    ng/mL with ``by = "mass"``; ``production.progesterone``, of ovary and adrenal together; ``clearance.progesterone``
    and ``deoxycorticosterone from progesterone``, which are inputs.
    """
    body = _body(library(), _own(card, variant))
    wanted = units.parse(str(entry.arguments["progesterone"]), units.CONCENTRATION, molar_mass=_mass(P4))
    levels = body.balance(wanted)
    if entry.metric == f"production.{P4}":
        flow = levels["ovary"] + body.at_rest(f"adrenal.production.{P4}")
        return float(units.convert(flow, "nmol/h", entry.observed.unit, molar_mass=_mass(P4)))
    if entry.metric == f"clearance.{P4}":
        return float(units.convert(body.at_rest(entry.metric), "L/h", entry.observed.unit))
    if entry.metric == f"{DOC} from {P4}":
        return body.shares[f"pathway_{P4}_to_{DOC}_by_21-hydroxylase"]
    if entry.metric.startswith("plasma."):
        analyte = entry.metric.removeprefix("plasma.")
        level = units.convert(
            float(read(entry, levels, analyte)), units.CONCENTRATION, entry.observed.unit, molar_mass=_mass(analyte)
        )
        return float(level)
    above, _, below = entry.metric.partition("/")
    if above not in levels or below not in levels:
        raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    by_mass = entry.arguments.get("by") == "mass"
    return float(read(entry, levels, above) / read(entry, levels, below)) * (
        _mass(above) / _mass(below) if by_mass else 1.0
    )


def source_stops(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return how progesterone falls when a source of long standing stops; its adrenal floor is left out.

    Metrics: ``first_half_time``, from the slope of its logarithm at the stop; ``terminal_half_life``; ``left`` at the
    hours in the arguments, as a share, or as a concentration when ``progesterone`` gives the level before the stop.
    """
    body = _body(library(), _own(card, variant))
    rows = [body.system.state_names.index(f"{place}.{P4}") for place in ("central", "peripheral")]
    rates = body.matrix[np.ix_(rows, rows)]
    values, vectors = np.linalg.eig(rates)
    start = -np.linalg.solve(rates, np.array([1.0, 0.0]))
    weights = vectors[0] * np.linalg.solve(vectors, start) / start[0]
    if entry.metric == "first_half_time":
        hours = math.log(2.0) / -float((weights * values).sum())
        return float(units.convert(hours, "h", entry.observed.unit))
    if entry.metric == "terminal_half_life":
        return float(units.convert(math.log(2.0) / -values.max(), "h", entry.observed.unit))
    if entry.metric != "left":
        raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    left = float((weights * np.exp(values * units.parse_span(str(entry.arguments["after"])))).sum())
    if "progesterone" not in entry.arguments:
        return left
    before = units.parse(str(entry.arguments["progesterone"]), units.CONCENTRATION, molar_mass=_mass(P4))
    return float(units.convert(before * left, units.CONCENTRATION, entry.observed.unit, molar_mass=_mass(P4)))


SET_UPS = {
    "pathway-in-balance": in_balance,
    "pathway-source-stops": source_stops,
}
