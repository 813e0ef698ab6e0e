"""What stands behind a study or a card: equations, numbers, solver, assumptions."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neurosteroid.evidence import Card, Ledger
    from neurosteroid.model import Assembly
    from neurosteroid.studies import StudyConfig


def study_ledger(config: StudyConfig) -> Ledger:
    """Return every number that takes part in a study: of the model, the people and the protocols; nothing is solved."""
    return assembled(config)[1]


def assembled(config: StudyConfig) -> tuple[Assembly, Ledger]:
    """Return a study's model and ledger.

    Raises:
        InputError: a protocol, card or variant that is not there, or a dose that the model cannot take.
    """
    from neurosteroid.evidence import Ledger
    from neurosteroid.model import assemble, compile_rules, events_of
    from neurosteroid.studies import Population, read_protocols

    protocols = read_protocols(config)
    assembly = assemble(config.model, events=events_of(protocols))
    ledger = Ledger()
    ledger.merge(assembly.ledger)
    women = Population(config.population.card, config.population.size, config.seed).draw(assembly, ledger, [0])
    for protocol in protocols:
        compile_rules(assembly, protocol, women.weight, ledger)
        if protocol.ledger is not None:
            ledger.merge(protocol.ledger)
    return assembly, ledger


def equations(assembly: Assembly) -> list[tuple[str, str, str]]:
    """Return (left side, right side, unit) of every value and state, as they are solved."""
    units = assembly.system.units
    found = []
    for left, right in assembly.system.traced.equations:
        name = left.removeprefix("d ").removesuffix(" / dt")
        found.append((left, right, f"({units[name]})/h" if name != left else units[name]))
    return found


def solver(assembly: Assembly) -> str:
    """Return which solver the model gets, in words."""
    if assembly.system.linear:
        return "exact: the states are linear, so they are propagated between events without a tolerance"
    return "a stiff solver with error control: the states are not linear"


def formula(card: Card, variant: str | None) -> str:
    """Return the documentation of the equation that uses a card's numbers, or an empty text when none does."""
    from neurosteroid.model.catalogue import part_classes

    part = card.variant(variant).part
    return "" if part is None or part not in part_classes() else inspect.getdoc(part_classes()[part]) or ""
