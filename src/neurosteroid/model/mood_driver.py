"""A depression score that answers to neurons: which one does, and what it is compared with in the same woman."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from neurosteroid import units
from neurosteroid.engine import AbstractPart, Covariate, EventKind, Record, solve, wire
from neurosteroid.engine.wiring import filled
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.choice import DRIVER, ModelChoice
from neurosteroid.receptors.adaptation import ConstantExpression

_WEIGHT: Final = Covariate("person.weight", units.WEIGHT)
_EXPRESSION: Final = ".surface_expression"
_SETTLED: Final = 24.0 * 60
"""h without a drug, after which what moves over days has come to rest."""
_ANY_WEIGHT: Final = 70.0
"""kg; without a drug nothing depends on it."""


def driven_by_neurons(choice: ModelChoice) -> bool:
    """Return whether the chosen depression score answers to the excitability of a neuron."""
    return DRIVER in library().card("hamd17", "outcomes").variant(choice.mood).settings


def expression_at_rest(parts: Mapping[str, AbstractPart], ledger: Ledger) -> dict[str, AbstractPart]:
    """Return the expression of receptors that parts read and no part gives: that of nobody's adaptation.

    Args:
        parts: of the model of the drug alone, by name.
        ledger: records the numbers.
    """
    there = {
        filled(part, port.name) for part in parts.values() for ports in (part.gives, part.states) for port in ports
    }
    card = library().card("at-rest", "physiology")
    found: dict[str, AbstractPart] = {}
    for part in parts.values():
        for name in (filled(part, need.name) for need in part.needs):
            if name.endswith(_EXPRESSION) and name not in there:
                isoform = name.removeprefix("receptor.").removesuffix(_EXPRESSION)
                constant = ConstantExpression(expression=ledger.take(card, name, "1"), isoform=isoform)
                found[f"expression_{isoform}"] = constant
    return found


def with_her_own(site: AbstractPart, parts: Mapping[str, AbstractPart]) -> AbstractPart:
    """Return the effect site with the excitability that its woman has before any treatment.

    Args:
        site: an `ExcitabilitySite`.
        parts: what its source is computed by.
    """
    if not getattr(parts["brain_link"], "local_concentration", 0.0):
        return site  # receptors of a woman without a drug see nothing, and 1 is without steroid
    source = str(vars(site)["source"])
    system = wire(dict(parts), [_WEIGHT])
    quiet = [Record(time=0.0, evid=EventKind.OTHER)]
    weight = np.array([[_ANY_WEIGHT]])
    done = solve(
        system, quiet, parameters=system.parameters(1), covariates=weight, output_times=[_SETTLED], outputs=(source,)
    )
    own = float((done.require_complete().kept or {})[source][0, -1])
    change: dict[str, Any] = {"own_excitability": own}
    return replace(site, **change)
