"""What stands behind a study or a card: equations, numbers, solver, assumptions."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from neurosteroid.dosing import Arm
    from neurosteroid.engine import System
    from neurosteroid.evidence import Card, Ledger, Number
    from neurosteroid.studies import StudyConfig

_MODULES: Final = {
    "markov-scheme": "neurosteroid.receptors.kinetics.part",
    "rate-factor": "neurosteroid.receptors.kinetics.steroid",
}
"""Equations that are no class of a part, since they are made for each structure, by the module that documents them."""


def study_ledger(config: StudyConfig) -> Ledger:
    """Return every number that takes part in a study: of the model, the people and the protocols; nothing is solved."""
    return assembled(config)[1]


def assembled(config: StudyConfig) -> tuple[tuple[System, ...], Ledger, tuple[str, ...]]:
    """Return a study's models, its ledger and what the models must not be used for.

    Women in states have a model of their hormones and drugs, beside that of the drug alone where depression score and
    sedation are calibrated.

    Raises:
        InputError: a protocol, card or variant that is not there, or a dose that the model cannot take.
    """
    from neurosteroid.studies import read_arms
    from neurosteroid.studies.conduct import task_of
    from neurosteroid.studies.task import study_ledger as ledger_of

    task = task_of(config, read_arms(config))
    alone, joined = task.assembly, task.joined
    systems: tuple[System, ...] = (alone.system,)
    if joined is not None:
        systems = (joined.system, *(systems if task.calibrated else ()))
    return systems, ledger_of(task, alone), task.limits


def equations(systems: Sequence[System]) -> list[tuple[str, str, str]]:
    """Return (left side, right side, unit) of every value and state of the models, as they are solved."""
    found = []
    for system in systems:
        for left, right in system.equations:
            name = left.removeprefix("d ").removesuffix(" / dt")
            found.append((left, right, f"({system.units[name]})/h" if name != left else system.units[name]))
    return found


def solver(systems: Sequence[System]) -> str:
    """Return which solver the models get, in words."""
    if all(system.linear for system in systems):
        return "exact: the states are linear, so they are propagated between events without a tolerance"
    return "a stiff solver with error control: the states are not linear"


def formula(card: Card, variant: str | None) -> str:
    """Return the documentation of the equation that uses a card's numbers, or an empty text when none does."""
    from neurosteroid.model.catalogue import part_classes

    part = card.variant(variant).part
    if part in _MODULES:
        return inspect.getdoc(importlib.import_module(_MODULES[part])) or ""
    return "" if part is None or part not in part_classes() else inspect.getdoc(part_classes()[part]) or ""


def given(card: Card) -> dict[str, str]:
    """Return what a treatment of several compounds gives: each compound with its sentence; nothing for other cards."""
    arm = _treatment(card)
    return {} if arm is None else {item.compound: item.sentence() for item in arm.given}


def given_numbers(card: Card) -> tuple[Number, ...]:
    """Return the sourced numbers of the protocols of a treatment; nothing for other cards."""
    arm = _treatment(card)
    ledgers = () if arm is None else tuple(item.ledger for item in arm.given if item.ledger is not None)
    return tuple(number for ledger in ledgers for number in ledger.numbers)


def _treatment(card: Card) -> Arm | None:
    from neurosteroid.dosing import arm_from, given_together

    return arm_from(card.name) if card.kind == "medicines" and given_together(card.name) else None
