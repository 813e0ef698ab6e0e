"""Hormones of people whose gonads do not cycle, at rest."""

from __future__ import annotations

from typing import Final

from neurosteroid.engine import solve
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Reproduces
from neurosteroid.physiology.cycle_in_body import steady_in_body
from neurosteroid.studies.set_ups.cycle import in_unit

_SETTLED: Final = 1000.0  # h, more than twenty of the slowest half-lives of the pools


def levels(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the level of ``estradiol``, ``progesterone``, ``lh`` or ``fsh`` at rest.

    The gonads are those of the card's variant ``steady-gonads``, named by the argument ``variant``.
    """
    system, covariates = steady_in_body(str(entry.arguments["variant"]))
    name = f"plasma.{entry.metric}"
    if name not in system.output_names:
        raise CardError(f"'{entry.metric}' is not a level of this set-up.", where=f"{entry.name}: metric")
    found = solve(
        system, parameters=system.parameters(1), covariates=covariates, output_times=[_SETTLED], start=0.0
    ).outputs([name])
    return in_unit(float(found[name][0, 0]), name, entry)


SET_UPS = {"steady-gonads": levels}
